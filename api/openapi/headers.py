"""The response headers that several endpoints have."""

from collections.abc import Mapping

from pydantic import JsonValue

from api.endpoint import Header

_COUNT: Mapping[str, JsonValue] = {"type": "integer", "minimum": 0}

GENERATION_ID = Header("X-Generation-Id", "The generation's id.", {"type": "string", "pattern": "^[0-9a-f]{32}$"})
STREAM = Header("Content-Location", "The address of the generation's stream.", {"type": "string"})
RETRY_AFTER = Header("Retry-After", "Seconds to wait before the next try.", _COUNT)

_LIMITS = (
    ("X-RateLimit-Limit", "How many requests of one client are accepted."),
    ("X-RateLimit-Remaining", "How many of them are left."),
    ("X-RateLimit-Reset", "Seconds until there are more."),
)
OVER_LIMIT = (RETRY_AFTER, *(Header(name, text, _COUNT) for name, text in _LIMITS))
# None of them is sent if the setting turns the limit off.
WITHIN_LIMIT = tuple(Header(name, text, _COUNT, is_always_sent=False) for name, text in _LIMITS)
