"""Processes that can be killed, or be slow, at every call of the storage and the engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import JsonValue

from shared.errors import EngineUnavailable, StorageUnavailable
from shared.ports import Blob, BlobStore, Engine, ListedBlob, Run, RunPage, RunQuery
from tests.explorer.loop import ShuffledLoop

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
class ProcessBlobs:
    """BlobStore as one process sees it. A call that fails may have been carried out."""

    store: BlobStore
    process: Process

    async def read(self, name: str) -> Blob | None:
        return await self._do(f"read {name}", lambda: self.store.read(name))

    async def exists(self, name: str) -> bool:
        return await self._do(f"exists {name}", lambda: self.store.exists(name))

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        create = self.store.create
        return self._answered(await self._do(f"create {name}", lambda: create(name, content, media_type, notes)))

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        await self._do(f"replace {name}", lambda: self.store.replace(name, content, media_type))

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        replace = self.store.replace_unchanged
        return self._answered(await self._do(f"replace {name}", lambda: replace(blob_etag, name, content, media_type)))

    async def notes(self, name: str) -> Mapping[str, str] | None:
        return await self._do(f"notes {name}", lambda: self.store.notes(name))

    async def delete(self, name: str) -> None:
        await self._do(f"delete {name}", lambda: self.store.delete(name))

    async def delete_unchanged(self, blob_etag: str, name: str) -> None:
        await self._do(f"delete {name}", lambda: self.store.delete_unchanged(blob_etag, name))

    async def names(self, prefix: str) -> AsyncIterator[str]:
        async for blob in self.listed(prefix):
            yield blob.name

    async def listed(self, prefix: str) -> AsyncIterator[ListedBlob]:
        await self._turn(f"list {prefix}")
        for blob in [blob async for blob in self.store.listed(prefix)]:
            yield blob

    async def _do[Result](self, call: str, carry_out: Callable[[], Awaitable[Result]]) -> Result:
        await self._turn(call)
        result = await carry_out()
        await self._turn()
        return result

    async def _turn(self, call: str | None = None) -> None:
        await self.process.turn()
        if call is not None:
            _note_call(call)
        if self.process.fails():
            raise StorageUnavailable("The storage does not answer.")

    def _answered(self, etag: str | None) -> str | None:
        """Lose the answer at times: the client sends a conditional write again, which is then refused."""
        return None if self.process.fails() else etag


@dataclass(slots=True)
class ProcessEngine:
    """Engine as one process sees it. A call that fails may have been carried out."""

    engine: Engine
    process: Process

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        return await self._do(lambda: self.engine.start(orchestrator, instance_id, start_input))

    async def run(self, instance_id: str) -> Run | None:
        return await self._do(lambda: self.engine.run(instance_id))

    async def runs(self, prefix: str) -> Sequence[Run]:
        return await self._do(lambda: self.engine.runs(prefix))

    async def runs_page(self, query: RunQuery, token: str | None = None) -> RunPage:
        return await self._do(lambda: self.engine.runs_page(query, token))

    async def raise_event(self, instance_id: str, event: str) -> None:
        await self._do(lambda: self.engine.raise_event(instance_id, event))

    async def terminate(self, instance_id: str, reason: str) -> None:
        await self._do(lambda: self.engine.terminate(instance_id, reason))

    async def purge(self, instance_id: str) -> None:
        await self._do(lambda: self.engine.purge(instance_id))

    async def _do[Result](self, carry_out: Callable[[], Awaitable[Result]]) -> Result:
        await self._turn()
        result = await carry_out()
        await self._turn()
        return result

    async def _turn(self) -> None:
        await self.process.turn()
        if self.process.fails():
            raise EngineUnavailable("The durable engine does not answer.")
