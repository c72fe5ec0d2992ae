"""Processes that can be killed, or be slow, at every call of the storage and the engine."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import JsonValue

from shared.errors import EngineUnavailable, StorageUnavailable
from shared.ports import Engine, Run, RunPage, RunQuery
from tests.explorer.loop import ShuffledLoop
from tests.support.fakes.blobs import BlobCall, ForwardingBlobs

#: The latest call of the storage by each task: what it was, and in which turn of the loop it began.
LAST_CALLS: WeakKeyDictionary[asyncio.Task[Any], tuple[str, int]] = WeakKeyDictionary()


class Killed(BaseException):
    """The process is gone."""


@dataclass(slots=True, eq=False)
class Process:
    """Something that runs code. `lost` is set when its host is gone, although it may go on for a while."""

    rng: Random
    fault_rate: float = 0.0
    alive: bool = True
    lost: asyncio.Event = field(default_factory=asyncio.Event)

    def kill(self) -> None:
        """Let every further call of this process end it."""
        self.alive = False
        self.lost.set()

    async def turn(self) -> None:
        """Let others run.

        Raises:
            Killed: the process is gone.
        """
        chance = self.rng.random()
        await asyncio.sleep(0 if chance > _SLOW else self.rng.choice(_PAUSES_S))
        if not self.alive:
            raise Killed

    def fails(self) -> bool:
        """Whether a call fails now."""
        return self.fault_rate > 0 and self.rng.random() < self.fault_rate


_SLOW = 0.03
# Less than a lease holds, with the time between two renewals.
_PAUSES_S = (0.1, 1.0, 6.0)


def turns() -> int:
    """Return how many turns the loop has made."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, ShuffledLoop)
    return loop.turns


def _note_call(name: str) -> None:
    task = asyncio.current_task()
    assert task is not None
    LAST_CALLS[task] = (name, turns())


@dataclass(slots=True)
class ProcessBlobs(ForwardingBlobs):
    """BlobStore as one process sees it. A call that fails may have been carried out."""

    process: Process

    async def around[Answer](self, call: BlobCall, name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        await self._turn()
        _note_call(f"{call} {name}")
        answer = await forward()
        await self._turn()
        return answer

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        # As in the base class; a slotted dataclass has no zero-argument super().
        return self._answered(await ForwardingBlobs.create(self, name, content, media_type, notes))

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        etag = await ForwardingBlobs.replace_unchanged(self, blob_etag, name, content, media_type)
        return self._answered(etag)

    def _answered(self, etag: str | None) -> str | None:
        """A client that has lost the answer to a conditional write sends it again, and that one is refused."""
        return None if self.process.fails() else etag

    async def _turn(self) -> None:
        await self.process.turn()
        if self.process.fails():
            raise StorageUnavailable("The storage does not answer.")


@dataclass(slots=True)
class ProcessEngine:
    """Engine as one process sees it. A call that fails may have been carried out."""

    engine: Engine
    process: Process

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        await self._turn()
        is_new = await self.engine.start(orchestrator, instance_id, start_input)
        await self._turn()
        return is_new

    async def run(self, instance_id: str) -> Run | None:
        await self._turn()
        run = await self.engine.run(instance_id)
        await self._turn()
        return run

    async def runs(self, prefix: str) -> Sequence[Run]:
        await self._turn()
        return await self.engine.runs(prefix)

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        await self._turn()
        return await self.engine.runs_page(query, token)

    async def raise_event(self, instance_id: str, event: str) -> None:
        await self._turn()
        await self.engine.raise_event(instance_id, event)
        await self._turn()

    async def terminate(self, instance_id: str, reason: str) -> None:
        await self._turn()
        await self.engine.terminate(instance_id, reason)
        await self._turn()

    async def purge(self, instance_id: str) -> None:
        await self._turn()
        await self.engine.purge(instance_id)
        await self._turn()

    async def _turn(self) -> None:
        await self.process.turn()
        if self.process.fails():
            raise EngineUnavailable("The durable engine does not answer.")
