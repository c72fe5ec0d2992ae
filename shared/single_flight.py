"""Work that several ask for at the same time, done once for all of them."""

import asyncio
from collections.abc import Callable, Coroutine


class SingleFlight[Key, Value]:
    """Pieces of work under way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[Key, asyncio.Task[Value]] = {}

    def is_under_way(self, key: Key) -> bool:
        """Tell whether somebody waits for that piece of work."""
        return key in self._under_way

    async def do(self, key: Key, work: Callable[[], Coroutine[object, object, Value]]) -> Value:
        """Return what the work under that key comes to, or raise what it raises; begin it unless it is under way.

        One who is cancelled takes nothing from the others.
        """
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    def _forget(self, key: Key, task: asyncio.Task[Value]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # nobody may be left who waits for it
