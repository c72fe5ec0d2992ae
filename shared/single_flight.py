"""Work that several ask for at the same time, done once for all of them."""

import asyncio
from collections.abc import Callable, Coroutine


class SingleFlight[Key, Value]:
    """Pieces of work under way, by key."""

    def __init__(self) -> None:
        self._under_way: dict[Key, asyncio.Task[Value]] = {}
        self._begun: set[Key] = set()
        self._next: dict[Key, asyncio.Task[Value]] = {}

    def is_under_way(self, key: Key) -> bool:
        """Tell whether somebody waits for that piece of work."""
        return key in self._under_way

    async def do(self, key: Key, work: Callable[[], Coroutine[object, object, Value]]) -> Value:
        """Return what the work under that key comes to, or raise what it raises; begin it unless it is under way.

        One who is cancelled takes nothing from the others.
        """
        return await asyncio.shield(self._under_way.get(key) or self._begin(key, work))

    async def do_afresh(self, key: Key, work: Callable[[], Coroutine[object, object, Value]]) -> Value:
        """Return what work that begins after this call comes to: what has begun is waited for, not joined."""
        running = self._under_way.get(key)
        if running is None or key not in self._begun:
            return await asyncio.shield(running or self._begin(key, work))
        following = self._next.get(key)
        if following is None:
            following = self._next[key] = asyncio.create_task(self._follow(key, running, work))
            following.add_done_callback(_note_failure)
        return await asyncio.shield(following)

    async def _follow(
        self, key: Key, running: asyncio.Task[Value], work: Callable[[], Coroutine[object, object, Value]]
    ) -> Value:
        await asyncio.wait([running])
        del self._next[key]
        return await self._begin(key, work)

    def _begin(self, key: Key, work: Callable[[], Coroutine[object, object, Value]]) -> asyncio.Task[Value]:
        task = self._under_way[key] = asyncio.create_task(self._do(key, work))
        task.add_done_callback(lambda done: self._forget(key, done))
        return task

    async def _do(self, key: Key, work: Callable[[], Coroutine[object, object, Value]]) -> Value:
        self._begun.add(key)
        return await work()

    def _forget(self, key: Key, task: asyncio.Task[Value]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
            self._begun.discard(key)
        _note_failure(task)


def _note_failure[Value](task: asyncio.Task[Value]) -> None:
    """Nobody may be left who waits for it."""
    if not task.cancelled():
        task.exception()
