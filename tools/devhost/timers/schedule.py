"""The timers that an app declares, with their schedules; times are UTC, as on the platform by default."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.devhost.functions import TIMER_TRIGGER, Function
from tools.devhost.timers.ncrontab import Crontab, ScheduleError, parse_crontab

_TIMESPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$")
_APP_SETTING = re.compile(r"%([^%]+)%")
# The platform remembers nothing of a timer that is due more often than once a minute.
_SHORTEST_MONITORED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A schedule without a place on the clock: each occurrence is so long after the one before."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """Return the next occurrence."""
        return moment + self.every


type Schedule = Crontab | Interval


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer function. `schedule_text` is the schedule as declared, with its settings put in."""

    function: Function
    schedule_text: str
    schedule: Schedule
    run_on_startup: bool
    is_monitored: bool


def declared_timers(functions: Iterable[Function], environ: Mapping[str, str], now: datetime) -> list[Timer]:
    """Return the timers among the functions.

    Raises:
        ScheduleError: a schedule can't be understood, or names a setting that is not set; the text names the function.
    """
    return [_timer(function, environ, now) for function in functions if function.trigger_type == TIMER_TRIGGER]


def parse_schedule(text: str) -> Schedule:
    """Read an NCRONTAB expression, or a time span such as ``00:30:00``.

    Raises:
        ScheduleError: it is neither.
    """
    match = _TIMESPAN.match(text)
    if match is None:
        return parse_crontab(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    every = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not every:
        raise ScheduleError(f"{text!r} is no time at all")
    return Interval(every)


def _timer(function: Function, environ: Mapping[str, str], now: datetime) -> Timer:
    trigger = function.trigger
    declared = trigger.text("schedule") if trigger is not None else None
    if trigger is None or declared is None:
        raise ScheduleError(f"function {function.name!r} has no schedule")
    text = _APP_SETTING.sub(lambda match: _setting(function.name, match[1], environ), declared)
    try:
        schedule = parse_schedule(text)
        first = schedule.next_after(now)
        spacing = schedule.next_after(first) - first
    except ScheduleError as error:
        raise ScheduleError(f"function {function.name!r}: {error}") from error
    return Timer(
        function,
        text,
        schedule,
        run_on_startup=trigger.values.get("runOnStartup") is True,
        is_monitored=trigger.values.get("useMonitor") is not False and spacing >= _SHORTEST_MONITORED,
    )


def _setting(function_name: str, name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name)
    if not value:
        raise ScheduleError(f"function {function_name!r}: the schedule names the setting {name}, which is not set")
    return value
