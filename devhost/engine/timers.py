"""Durable timers in memory. Their rows are in the store, so a restart arms them again."""

import asyncio
from collections.abc import Callable

from devhost.engine.clock import Clock, from_text
from devhost.engine.records import Task, TaskRef


class Timers:
    """Calls `on_fired` when an armed timer is due."""

    def __init__(self, clock: Clock, on_fired: Callable[[Task], None]) -> None:
        self._clock = clock
        self._on_fired = on_fired
        self._handles: dict[TaskRef, asyncio.TimerHandle] = {}

    def arm(self, task: Task) -> None:
        due = from_text(task.fire_at) if task.fire_at else self._clock()
        self._arm_for(task, (due - self._clock()).total_seconds())

    def cancel(self, ref: TaskRef) -> None:
        if handle := self._handles.pop(ref, None):
            handle.cancel()

    def close(self) -> None:
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()

    def _arm_for(self, task: Task, delay_s: float) -> None:
        loop = asyncio.get_running_loop()
        self._handles[task.ref] = loop.call_later(max(delay_s, 0), self._fire, task)

    def _fire(self, task: Task) -> None:
        """The loop's clock and the wall clock drift apart over days and sleeps; wait on when it is not yet time."""
        remaining_s = (from_text(task.fire_at) - self._clock()).total_seconds() if task.fire_at else 0
        if remaining_s > 0:
            self._arm_for(task, remaining_s)
            return
        self._handles.pop(task.ref, None)
        self._on_fired(task)
