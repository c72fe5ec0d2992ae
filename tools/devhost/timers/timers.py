"""Runs timer functions when they are due: each timer one run at a time."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from tools.devhost.engine.clock import Clock, system_clock, to_text
from tools.devhost.timers.monitor import Monitor, TimerStatus
from tools.devhost.timers.schedule import Crontab, Timer
from tools.devhost.worker.worker import Invocation

# The loop's clock stops while the machine sleeps, so a long wait also checks the wall clock.
_LONGEST_WAIT_S = 30.0
_NEVER = "0001-01-01T00:00:00+00:00"

_logger = logging.getLogger("devhost")

#: Runs a timer function with its trigger's JSON.
type RunTimer = Callable[[Timer, str], Awaitable[Invocation]]
#: Returns once the moment has come.
type WaitUntil = Callable[[datetime], Awaitable[None]]


async def wait_until(moment: datetime) -> None:
    """Return once the wall clock shows `moment`."""
    remaining_s = (moment - system_clock()).total_seconds()
    while remaining_s > 0:
        await asyncio.sleep(min(remaining_s, _LONGEST_WAIT_S))
        remaining_s = (moment - system_clock()).total_seconds()


async def run_when_due(
    timer: Timer, monitor: Monitor, run: RunTimer, clock: Clock = system_clock, wait: WaitUntil = wait_until
) -> None:
    """Run the timer whenever it is due, forever."""
    status = await monitor.load(timer, clock())
    if timer.run_on_startup and status.next > clock():
        await _run(timer, status, run, is_past_due=False)
        status = await monitor.record_run(timer, clock(), clock())
    while True:
        is_past_due = status.next < clock()
        await wait(status.next)
        await _run(timer, status, run, is_past_due=is_past_due)
        status = await monitor.record_run(timer, status.next, clock())


def timer_info(timer: Timer, status: TimerStatus | None, *, is_past_due: bool) -> str:
    """Return the JSON input of a timer function; a run by hand has no status."""
    return json.dumps(
        {
            "Schedule": {"AdjustForDST": isinstance(timer.schedule, Crontab)},
            "ScheduleStatus": status
            and {
                "Last": to_text(status.last) if status.last else _NEVER,
                "Next": to_text(status.next),
                "LastUpdated": to_text(status.updated),
            },
            "IsPastDue": is_past_due,
        }
    )


async def _run(timer: Timer, status: TimerStatus, run: RunTimer, *, is_past_due: bool) -> None:
    shown = status if timer.is_monitored else None
    result = await run(timer, timer_info(timer, shown, is_past_due=is_past_due))
    if result.error is not None:
        _logger.error("timer function %r failed: %s\n%s", timer.function.name, result.error, result.stack)
