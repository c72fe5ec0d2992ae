"""The app's error answers: their JSON bodies, and the `Retry-After` header."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from client.errors import Problem, Refused

_SHOWN_CHARACTERS = 300


class _ErrorBody(BaseModel):
    model_config = ConfigDict(extra="ignore")
    error: str
    code: str = ""
    details: tuple[Problem, ...] | None = None


async def read_refusal(response: httpx.Response) -> Refused:
    """Return an error answer as an error, even if a proxy wrote it instead of the app."""
    text = await response.aread()
    status, wait_s = response.status_code, retry_after_s(response.headers)
    try:
        body = _ErrorBody.model_validate_json(text)
    except ValidationError:
        shown = " ".join(text.decode(errors="replace").split())[:_SHOWN_CHARACTERS]
        message = shown or response.reason_phrase or "no explanation was given"
        return Refused(status, f"http-{status}", message, retry_after_s=wait_s)
    return Refused(status, body.code or f"http-{status}", body.error, body.details or (), retry_after_s=wait_s)


def retry_after_s(headers: httpx.Headers) -> float | None:
    """Return the seconds of `Retry-After`, in either of its forms (RFC 9110, 10.2.3)."""
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
