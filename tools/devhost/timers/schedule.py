"""The timers that an app declares, with their schedules; times are UTC, as on the platform by default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tools.devhost.functions import TIMER_TRIGGER, Function
from tools.devhost.settings import SettingsError, parse_timespan, resolve
from tools.devhost.timers.ncrontab import Crontab, ScheduleError, parse_crontab

# The platform does not monitor a timer that is due more often than once a minute.
_SHORTEST_MONITORED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A schedule of a fixed interval."""

    every: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """Return the next occurrence."""
        return moment + self.every


type Schedule = Crontab | Interval


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer function. `schedule_text` is the declared schedule with its app settings resolved."""

    function: Function
    schedule_text: str
    schedule: Schedule
    run_on_startup: bool
    is_monitored: bool


def declared_timers(functions: Iterable[Function], environ: Mapping[str, str], now: datetime) -> list[Timer]:
    """Return the timers among the functions.

    Raises:
        ScheduleError: a schedule is not valid, or its app setting is not set; the text names the function.
    """
    return [_timer(function, environ, now) for function in functions if function.trigger_type == TIMER_TRIGGER]


def parse_schedule(text: str) -> Schedule:
    """Read an NCRONTAB expression, or a time span such as ``00:30:00``.

    Raises:
        ScheduleError: it is neither.
    """
    every = parse_timespan(text)
    if every is None:
        return parse_crontab(text)
    if not every:
        raise ScheduleError(f"{text!r} is an interval of zero")
    return Interval(every)


def _timer(function: Function, environ: Mapping[str, str], now: datetime) -> Timer:
    trigger = function.trigger
    declared = trigger.text("schedule") if trigger is not None else None
    if trigger is None or declared is None:
        raise ScheduleError(f"function {function.name!r} has no schedule")
    try:
        text = resolve(declared, environ)
        schedule = parse_schedule(text)
        first = schedule.next_after(now)
        spacing = schedule.next_after(first) - first
    except (ScheduleError, SettingsError) as error:
        raise ScheduleError(f"function {function.name!r}: {error}") from error
    return Timer(
        function,
        text,
        schedule,
        run_on_startup=trigger.values.get("runOnStartup") is True,
        is_monitored=trigger.values.get("useMonitor") is not False and spacing >= _SHORTEST_MONITORED,
    )
