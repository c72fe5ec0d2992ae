"""How many bytes of request bodies one process holds at once, however many clients send."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from shared.errors import Busy

# So many bodies of the largest size are held at once. While it is parsed, a body takes a few times its size.
BODIES_AT_ONCE = 12
WAIT_S = 30


class BodyBudget:
    """A number of bytes, on one event loop.

    Bytes count when they have arrived, not when a header announces them: a client that sends nothing takes nothing.
    When the budget is used up, only the oldest request that is still receiving may exceed it. So requests can't
    deadlock by waiting for each other, and the excess is one body at most.
    """

    def __init__(self, max_bytes: int, wait_s: float = WAIT_S) -> None:
        self._free_bytes = max_bytes
        self._wait_s = wait_s
        self._receiving: list[Room] = []
        self._changed = asyncio.Event()

    @contextmanager
    def opened(self) -> Generator["Room"]:
        """Yield the room for one request's body, which is given back at the end."""
        room = Room(self)
        try:
            yield room
        finally:
            room.close()

    async def take(self, room: "Room", count: int) -> None:
        """Take bytes (see `Room.take`)."""
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
        """Give bytes back; the request has stopped receiving."""
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
        """Take more bytes, waiting until there is room for them.

        Raises:
            Busy: there was no room for too long.
        """
        await self._budget.take(self, count)
        self._held_bytes += count

    def end_receiving(self) -> None:
        """Note that the body has arrived; its bytes stay taken."""
        self._budget.give_back(self, 0)

    def close(self) -> None:
        """Give everything back."""
        self._budget.give_back(self, self._held_bytes)
        self._held_bytes = 0
