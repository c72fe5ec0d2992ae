"""How much of request bodies one process holds at once, however many clients send."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from shared.errors import Busy

# Bodies of the largest size that are held at once; each takes a few times its size while it is parsed.
BODIES_AT_ONCE = 12
WAIT_S = 30


class BodyBudget:
    """Bytes that may be held, on one event loop.

    What has arrived is counted, not what is announced: a client that sends nothing holds nothing. When all is taken,
    the request that has been receiving for the longest time goes on all the same, so that those that wait for each
    other can't block; the budget is exceeded by one body at most.
    """

    def __init__(self, max_bytes: int, wait_s: float = WAIT_S) -> None:
        self._free_bytes = max_bytes
        self._wait_s = wait_s
        self._receiving: list[Room] = []
        self._changed = asyncio.Event()

    @contextmanager
    def opened(self) -> Generator["Room"]:
        """Yield the room for one request's body; it is given back at the end."""
        room = Room(self)
        try:
            yield room
        finally:
            room.close()

    async def take(self, room: "Room", count: int) -> None:
        """Take so many bytes (see `Room.take`)."""
        if room not in self._receiving:
            self._receiving.append(room)
        try:
            async with asyncio.timeout(self._wait_s):
                while count > self._free_bytes and self._receiving[0] is not room:
                    await self._changed.wait()
        except TimeoutError as exc:
            raise Busy from exc
        self._free_bytes -= count

    def give_back(self, room: "Room", count: int) -> None:
        """Give bytes back; the room's request receives no more."""
        self._free_bytes += count
        if room in self._receiving:
            self._receiving.remove(room)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Room:
    """The part of the budget that one request has taken."""

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self._held_bytes = 0

    async def take(self, count: int) -> None:
        """Take so many bytes more; wait until there is room for them.

        Raises:
            Busy: there is none for too long.
        """
        await self._budget.take(self, count)
        self._held_bytes += count

    def end_receiving(self) -> None:
        """Say that the body has arrived; what was taken stays taken."""
        self._budget.give_back(self, 0)

    def close(self) -> None:
        """Give everything back."""
        self._budget.give_back(self, self._held_bytes)
        self._held_bytes = 0
