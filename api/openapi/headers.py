"""The headers that answers carry."""

from collections.abc import Mapping

from pydantic import JsonValue

from api.openapi.operation import Header

_COUNT: Mapping[str, JsonValue] = {"type": "integer", "minimum": 0}
_TEXT: Mapping[str, JsonValue] = {"type": "string"}

GENERATION_ID = Header("X-Generation-Id", "The generation's id.", {"type": "string", "pattern": "^[0-9a-f]{32}$"})
STREAM = Header("Content-Location", "Where the generation's stream is read.", _TEXT)
ETAG = Header("ETag", "Names what was sent, for `If-None-Match`.", {"type": "string", "pattern": '^"[!#-~]+"$'})
ATTACHMENT = Header(
    "Content-Disposition", "A file name made of the title.", {"type": "string", "pattern": "^attachment; "}
)
RETRY_AFTER = Header("Retry-After", "Seconds until it is worth another try.", _COUNT)

_LIMITS = (
    ("X-RateLimit-Limit", "How many requests of one client are accepted."),
    ("X-RateLimit-Remaining", "How many of them are left."),
    ("X-RateLimit-Reset", "Seconds until there are more."),
)
OVER_LIMIT = (RETRY_AFTER, *(Header(name, text, _COUNT) for name, text in _LIMITS))
# None of them is sent where the setting takes the limit away.
WITHIN_LIMIT = tuple(Header(name, text, _COUNT, is_always_sent=False) for name, text in _LIMITS)
