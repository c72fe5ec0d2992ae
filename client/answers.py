"""The app's HTTP answers other than streams: its error bodies, and the headers a client has to honour."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from client.errors import Problem, Refused

GENERATION_ID_HEADER = "X-Generation-Id"

_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_SHOWN_CHARACTERS = 300


class _Detail(BaseModel):
    model_config = ConfigDict(extra="ignore")
    field: str
    message: str


class _ErrorBody(BaseModel):
    model_config = ConfigDict(extra="ignore")
    error: str
    code: str = ""
    details: tuple[_Detail, ...] | None = None


async def read_refusal(response: httpx.Response) -> Refused:
    """Return an error answer as an error, also when a proxy wrote it instead of the app."""
    text = await response.aread()
    status, wait_s = response.status_code, retry_after_s(response.headers)
    try:
        body = _ErrorBody.model_validate_json(text)
    except ValidationError:
        shown = " ".join(text.decode(errors="replace").split())[:_SHOWN_CHARACTERS]
        sentence = shown or response.reason_phrase or "no explanation was given"
        return Refused(status, f"http-{status}", sentence, retry_after_s=wait_s)
    details = tuple(Problem(detail.field, detail.message) for detail in body.details or ())
    return Refused(status, body.code or f"http-{status}", body.error, details, retry_after_s=wait_s)


def is_passing(refusal: Refused) -> bool:
    """Tell whether the same request may well succeed a little later."""
    return refusal.status in _PASSING_STATUSES


def reason_of(refusal: Refused) -> str:
    """Return a refusal as the reason to come back later."""
    return f"the app answered {refusal.status}: {refusal.message}"


def retry_after_s(headers: httpx.Headers) -> float | None:
    """Return the seconds that `Retry-After` asks for, from either of its forms (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        due = parsedate_to_datetime(value)
    except ValueError:
        return None
    if due.tzinfo is None:
        due = due.replace(tzinfo=UTC)
    return max((due - datetime.now(UTC)).total_seconds(), 0.0)
