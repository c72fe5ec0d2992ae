"""Background tasks: a failure is reported with the task's name, and committed work is finished."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

#: Called with a task's name and the error that ended it. The host then stops; a restart continues from the store.
type OnFatal = Callable[[str, BaseException], None]

_CLOSE_TIMEOUT_S = 5.0

_logger = logging.getLogger("devhost.engine.background")


class Background:
    """Keeps references to tasks, reports their errors, and cancels them at the end."""

    def __init__(self, on_fatal: OnFatal) -> None:
        self._on_fatal = on_fatal
        self._tasks: set[asyncio.Task[object]] = set()
        self._closed = False

    def start(self, work: Coroutine[object, object, None], name: str) -> None:
        """Run `work` as a task that nobody awaits. An error in it is fatal."""
        if self._closed:
            work.close()
            return
        self._create(work, name).add_done_callback(self._ended)

    async def finish[T](self, work: Coroutine[object, object, T], name: str) -> T:
        """Run `work` to its end, even if the caller is cancelled because its client has disconnected."""
        task = self._create(work, name)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_failure)
            raise

    async def close(self) -> None:
        """Cancel all tasks, and wait a few seconds for them to end."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks, timeout=_CLOSE_TIMEOUT_S)
        for task in pending:
            _logger.warning(
                "%s did not stop within %.0f s; the host stops without it", task.get_name(), _CLOSE_TIMEOUT_S
            )

    def _create[T](self, work: Coroutine[object, object, T], name: str) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and not self._closed:
            self._on_fatal(task.get_name(), error)


def _log_failure(task: asyncio.Task[object]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _logger.warning(
            "%s failed after its client had disconnected: %s: %s", task.get_name(), type(error).__name__, error
        )
