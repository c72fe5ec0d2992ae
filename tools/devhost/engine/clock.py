"""The engine's clock, and the text form of times."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

#: Returns the present moment, with time zone. Tests pass their own.
type Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and ``Z``; texts of this form sort as the moments do."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_text(text: str) -> datetime:
    """Read what `to_text` or an SDK wrote; a text without a zone is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def later(moment: datetime, seconds: float) -> str:
    """Return the text of a moment that is that many seconds later."""
    return to_text(moment + timedelta(seconds=seconds))
