"""NCRONTAB expressions: `{second} {minute} {hour} {day} {month} {day-of-week}`, or five fields without the second.

croniter computes the occurrences, with the platform's rule that a day has to match both day fields (`day_or=False`).
What croniter accepts beyond NCRONTAB (a year, `L`, `#`, `7` for Sunday, ranges that wrap around) is refused here.

Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
"""

import re
from dataclasses import dataclass
from datetime import datetime

from croniter import croniter
from croniter.croniter import CroniterError

_FIELDS = 6
_CHARACTERS = re.compile(r"[\w*,/ -]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z]+")
_SHORTEST_NAME = 3
_DAY_7 = re.compile(r"(?<![\d/])7(?!\d)")
_RANGE = re.compile(r"(\d+)-(\d+)")


class ScheduleError(ValueError):
    """A schedule is not valid; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Crontab:
    """A valid expression of six fields."""

    expression: str

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence later than `moment`, in its time zone.

        Raises:
            ScheduleError: there is none, such as on a 30 February.
        """
        try:
            return croniter(
                self.expression, moment, ret_type=datetime, second_at_beginning=True, day_or=False
            ).get_next()
        except CroniterError as error:
            raise ScheduleError(f"{self.expression!r} names no day that exists") from error


def parse_crontab(text: str) -> Crontab:
    """Read an expression of five or six fields.

    Raises:
        ScheduleError: it is not valid.
    """
    fields = text.split()
    if len(fields) == _FIELDS - 1:
        fields.insert(0, "0")
    if len(fields) != _FIELDS:
        raise ScheduleError(f"{text!r} has {len(fields)} fields; a schedule has six (or five, without seconds)")
    # croniter knows names of three letters only.
    expression = _NAME.sub(lambda name: name[0][:_SHORTEST_NAME], " ".join(fields))
    if not _is_ncrontab(expression) or not croniter.is_valid(expression, second_at_beginning=True):
        raise ScheduleError(f"{text!r} is not a valid schedule")
    return Crontab(expression)


def _is_ncrontab(expression: str) -> bool:
    return (
        _CHARACTERS.fullmatch(expression) is not None
        and all(len(name) == _SHORTEST_NAME for name in _NAME.findall(expression))
        and not _DAY_7.search(expression.rpartition(" ")[2])
        and all(int(first) <= int(last) for first, last in _RANGE.findall(expression))
    )
