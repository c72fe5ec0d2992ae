"""Tasks of a replay, and flows that await them. Pure."""

from collections.abc import Callable, Generator, Sequence
from typing import cast


class Task:
    """Something to await: it ends once, with success or failure."""

    def __init__(self) -> None:
        self.is_done = False
        self.has_failed = False
        self._callbacks: list[Callable[[], None]] = []

    def end(self, *, has_failed: bool = False) -> None:
        """End it, if it has not ended."""
        if self.is_done:
            return
        self.is_done, self.has_failed = True, has_failed
        for callback in self._callbacks:
            callback()

    def then(self, callback: Callable[[], None]) -> None:
        """Call back when it ends, or now if it has."""
        if self.is_done:
            callback()
        else:
            self._callbacks.append(callback)


#: Awaits the tasks that it yields; returns whether it failed.
type Flow = Generator[Task, None, bool]


def run(flow: Flow) -> Task:
    """Run a flow until it awaits an open task, and continue when that ends. The returned task ends with the flow."""
    result = Task()

    def advance() -> None:
        try:
            while (awaited := next(flow)).is_done:
                pass
        except StopIteration as end:
            result.end(has_failed=cast("bool", end.value))
        else:
            awaited.then(advance)

    advance()
    return result


def ended() -> Task:
    """Return a task that has ended."""
    task = Task()
    task.end()
    return task


def any_of(parts: Sequence[Task]) -> Task:
    """Return a task that ends with the first of these."""
    result = Task()
    for part in parts:
        part.then(result.end)
    return result


def all_of(parts: Sequence[Task]) -> Task:
    """Return a task that ends with the last of these, and fails if one of them does."""
    result = Task()

    def check() -> None:
        if all(part.is_done for part in parts):
            result.end(has_failed=any(part.has_failed for part in parts))

    check()
    for part in parts:
        part.then(check)
    return result
