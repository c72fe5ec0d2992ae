"""Processes that can be killed, or be slow, at every call of the storage and the engine."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import JsonValue

from shared.errors import EngineUnavailable, StorageUnavailable
from shared.ports import Engine, Run, RunPage, RunQuery
from tests.explorer.loop import ShuffledLoop
from tests.support.fakes.blobs import WrappedBlobs

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
class ProcessBlobs(WrappedBlobs):
    """BlobStore as one process sees it. A call that fails may have been carried out."""

    process: Process

    async def _before(self, call: str) -> None:
        await self.process.turn()
        _note_call(call)
        self._fail_at_times()

    async def _after(self) -> None:
        await self.process.turn()
        self._fail_at_times()

    def _fail_at_times(self) -> None:
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
