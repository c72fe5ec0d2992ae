"""An event loop that runs ready callbacks in random order, and whose clock jumps to the next timer when none is ready.

With a seeded random number generator a run is the same every time, whatever the machine does.
"""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context
from random import Random
from typing import Any, override
from weakref import WeakSet

# More turns than any run needs: a run with so many waits for something that never happens.
_MAX_TURNS = 200_000


class Stuck(Exception):
    """The work does not end."""


class ShuffledLoop(asyncio.AbstractEventLoop):
    """The part of an event loop that code without I/O needs. `faults` are uncaught errors."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._ready: list[asyncio.Handle] = []
        self._timers: list[asyncio.TimerHandle] = []
        self._time = 0.0
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self.turns = 0
        self.faults: list[dict[str, Any]] = []

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run the work to its end.

        Raises:
            Stuck: it does not end.
        """
        asyncio._set_running_loop(self)
        try:
            task = self.create_task(work)
            while not task.done():
                self._turn()
            return task.result()
        finally:
            self._cancel_all()
            asyncio._set_running_loop(None)

    def _cancel_all(self) -> None:
        """Cancel unfinished tasks: garbage collection would end them during another test."""
        left = [task for task in self._tasks if not task.done()]
        for task in left:
            task.cancel()
        with suppress(Stuck):
            while not all(task.done() for task in left):
                self._turn()

    def _turn(self) -> None:
        self.turns += 1
        if self.turns > _MAX_TURNS:
            raise Stuck
        if not self._ready:
            self._jump()
        index = int(self._rng.random() * len(self._ready))
        self._ready[index], self._ready[-1] = self._ready[-1], self._ready[index]
        handle = self._ready.pop()
        if not handle.cancelled():
            handle._run()

    def _jump(self) -> None:
        """Go to the time of the next timers."""
        while self._timers and (not self._ready or self._timers[0].when() <= self._time):
            timer = heapq.heappop(self._timers)
            if not timer.cancelled():
                self._time = max(self._time, timer.when())
                self._ready.append(timer)
        if not self._ready:
            raise Stuck

    @override
    def time(self) -> float:
        return self._time

    @override
    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    @override
    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._time + delay, callback, *args, context=context)

    @override
    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, timer)
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled timer is dropped when its time comes."""

    @override
    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    @override
    def create_task[Result](self, coro: Coroutine[Any, Any, Result], **options: Any) -> asyncio.Task[Result]:
        task = asyncio.Task(coro, loop=self, **options)
        self._tasks.add(task)
        return task

    @override
    def run_in_executor[Result](
        self, executor: object, func: Callable[..., Result], *args: Any
    ) -> asyncio.Future[Result]:
        """Call the function at once: such functions are pure."""
        future: asyncio.Future[Result] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as exc:  # noqa: BLE001 - raised where it is awaited
            future.set_exception(exc)
        return future

    @override
    def is_running(self) -> bool:
        return True

    @override
    def get_debug(self) -> bool:
        return False

    @override
    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.faults.append(context)
