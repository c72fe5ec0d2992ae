"""Tasks that nobody awaits, whose failure must not go unnoticed."""

import asyncio
from collections.abc import Callable, Coroutine

#: Called with an error no part of the engine can handle; the host stops, so that a restart can go on from the store.
type OnFatal = Callable[[BaseException], None]


class Background:
    """Keeps background tasks alive, reports what they raise, and cancels them at the end."""

    def __init__(self, on_fatal: OnFatal) -> None:
        self._on_fatal = on_fatal
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, work: Coroutine[object, object, None], name: str) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self._closed:
            self._on_fatal(error)
