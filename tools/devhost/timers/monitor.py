"""The schedule monitor: stores when each timer last ran and when it is due, as the platform does.

A run is recorded after it has ended. One that a crash interrupted is past due at the next start and runs then; several
missed runs are made up for by one.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from tools.devhost.engine.clock import from_text, to_text
from tools.devhost.engine.storage import sql
from tools.devhost.engine.storage.store import Store
from tools.devhost.timers.schedule import Timer


@dataclass(frozen=True, slots=True)
class TimerStatus:
    """`last`: when the timer was due and ran (None: not yet); `next`: when it is due; `updated`: since when."""

    schedule: str
    last: datetime | None
    next: datetime
    updated: datetime


class Monitor:
    """The timers' statuses in the store. An unmonitored timer has none: its schedule starts with each host."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def load(self, timer: Timer, now: datetime) -> TimerStatus:
        """Return the timer's status. A timer that is new, or has a new schedule, is due from now on."""
        known = self._store.read(_find, timer.function.name)
        if timer.is_monitored and known is not None and known.schedule == timer.schedule_text:
            return known
        return await self._keep(timer, None, now)

    async def record_run(self, timer: Timer, due: datetime, now: datetime) -> TimerStatus:
        """Record the run that was due at `due`; return when the timer is due next."""
        return await self._keep(timer, due, now)

    async def _keep(self, timer: Timer, last: datetime | None, now: datetime) -> TimerStatus:
        status = TimerStatus(timer.schedule_text, last, timer.schedule.next_after(now), now)
        if timer.is_monitored:
            row = (
                timer.function.name,
                status.schedule,
                to_text(last) if last else None,
                to_text(status.next),
                to_text(now),
            )
            await self._store.write(lambda connection: connection.execute(sql.UPSERT_TIMER, row))
        return status


def _find(connection: sqlite3.Connection, name: str) -> TimerStatus | None:
    row: tuple[str, str | None, str, str] | None = connection.execute(sql.SELECT_TIMER, (name,)).fetchone()
    if row is None:
        return None
    schedule, last, due, updated = row
    return TimerStatus(schedule, from_text(last) if last else None, from_text(due), from_text(updated))
