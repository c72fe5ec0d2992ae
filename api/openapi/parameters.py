"""The parameters that operations share, each as the app parses it."""

from api.openapi.operation import Parameter

GENERATION_ID = Parameter(
    "id",
    "path",
    "The generation's id, as `X-Generation-Id` and every message told it.",
    {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    is_required=True,
)
KIND = Parameter(
    "kind",
    "path",
    "Which of the generation's images.",
    {"type": "string", "enum": ["characters", "panels"]},
    is_required=True,
)
INDEX = Parameter(
    "index",
    "path",
    "0-based, into `analysis.characters` or `chunks.panels`.",
    {"type": "integer", "minimum": 0, "maximum": 9999},
    is_required=True,
)
VERSION = Parameter(
    "version",
    "path",
    "Counts from 1: making an image again makes a further version of it.",
    {"type": "integer", "minimum": 1, "maximum": 9999},
    is_required=True,
)
AFTER = Parameter(
    "after",
    "query",
    "The `seq` of the last message that the reader has: the stream goes on behind it.",
    {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0},
)
IMAGES = Parameter(
    "images",
    "query",
    "`inline`: images are data URLs. `url`: they are addresses of this app.",
    {"type": "string", "enum": ["inline", "url"], "default": "inline"},
)
ESTIMATE = Parameter(
    "estimate",
    "query",
    "`true`: nothing is started; the answer tells what the generation would take.",
    {"type": "string", "enum": ["true", "false"], "default": "false"},
)
FORMAT = Parameter(
    "format",
    "query",
    "`zip`: all images and texts as files; `cbz`, `pdf`: comic pages; `png`: one picture to share.",
    {"type": "string", "enum": ["zip", "cbz", "pdf", "png"]},
    is_required=True,
)
DIRECTION = Parameter(
    "direction",
    "query",
    "How its pages are read; left out, as its style is: a manga from right to left, a comic from left to right.",
    {"type": "string", "enum": ["rtl", "ltr"]},
)
POST = Parameter(
    "path",
    "query",
    "A post of Reddit: its path, or a link to it, also a short link (redd.it) or a share link (/s/).",
    {
        "type": "string",
        "maxLength": 2000,
        "pattern": r"^((https?://)?([A-Za-z0-9-]{1,20}\.)?(reddit\.com|redd\.it))?/",
        "examples": ["/r/shortstories/comments/abc123", "https://redd.it/abc123"],
    },
    is_required=True,
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "The same key with the same body attaches to the generation that it started; with another body, 409.",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
)
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "header",
    "The ETag of what the client has: if that is still so, the answer is 304.",
    {"type": "string"},
)
