"""NCRONTAB expressions: ``{second} {minute} {hour} {day} {month} {day-of-week}``, or five fields without the seconds.

As on the platform and unlike cron, a day has to fit both its day-of-month and its day-of-week field.
Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS_WITH_SECONDS = 6
# 29 February on a given weekday comes back after at most 40 years (there is none in 2100).
_HORIZON = timedelta(days=366 * 41)


class ScheduleError(ValueError):
    """A schedule can't be understood; the text says which and why."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field may hold; `names` stand for the numbers from `lowest` on."""

    name: str
    lowest: int
    highest: int
    names: tuple[str, ...] = ()


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day-of-week", 0, 6, _DAYS),
)


@dataclass(frozen=True, slots=True)
class Crontab:
    """The values that each field of an expression allows."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    days_of_week: frozenset[int]

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence later than `moment`, in its time zone.

        Raises:
            ScheduleError: there is none, such as on a 30 February.
        """
        at = moment.replace(microsecond=0) + timedelta(seconds=1)
        end = moment + _HORIZON
        while at < end:
            if not self._fits_day(at):
                at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0, second=0) + timedelta(hours=1)
            elif at.minute not in self.minutes:
                at = at.replace(second=0) + timedelta(minutes=1)
            elif at.second not in self.seconds:
                at += timedelta(seconds=1)
            else:
                return at
        raise ScheduleError("the schedule names no day that exists")

    def _fits_day(self, at: datetime) -> bool:
        return at.month in self.months and at.day in self.days and at.isoweekday() % 7 in self.days_of_week


def parse_crontab(text: str) -> Crontab:
    """Read an expression of five or six fields.

    Raises:
        ScheduleError: it is none.
    """
    parts = text.split()
    if len(parts) == _FIELDS_WITH_SECONDS - 1:
        parts.insert(0, "0")
    if len(parts) != _FIELDS_WITH_SECONDS:
        raise ScheduleError(f"{text!r} has {len(parts)} fields; a schedule has six (or five, without seconds)")
    return Crontab(*(_parse_field(field, part) for field, part in zip(_FIELDS, parts, strict=True)))


def _parse_field(field: _Field, text: str) -> frozenset[int]:
    return frozenset(value for part in text.split(",") for value in _parse_range(field, part))


def _parse_range(field: _Field, text: str) -> range:
    """One of: ``*``, ``a``, ``a-b``, each with ``/step``; ``a/step`` runs to the field's end."""
    span, slash, step_text = text.partition("/")
    first, dash, last = span.partition("-")
    step = _whole(field, step_text) if slash else 1
    if span == "*":
        lowest, highest = field.lowest, field.highest
    else:
        lowest = _value(field, first)
        highest = _value(field, last) if dash else field.highest if slash else lowest
    if step < 1 or lowest > highest:
        raise ScheduleError(f"{text!r} is no range of the field {field.name}")
    return range(lowest, highest + 1, step)


def _value(field: _Field, text: str) -> int:
    name = text[:3].casefold()
    value = field.names.index(name) + field.lowest if name in field.names else _whole(field, text)
    if not field.lowest <= value <= field.highest:
        raise ScheduleError(f"{text!r} is not in the field {field.name}: {field.lowest} to {field.highest}")
    return value


def _whole(field: _Field, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ScheduleError(f"{text!r} can't be understood in the field {field.name}")
    return int(text)
