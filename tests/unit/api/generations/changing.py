"""Changes of a generation, and engines that interfere with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pydantic import JsonValue

from api.generations.changes import cancel, delete, make_again, retry
from api.limits.limits import Limits
from shared.deps import Deps
from shared.models.ledger import CancelledEntry, ImageEntry
from shared.models.steps import MakeAgain
from shared.ports import Engine, Run
from shared.storage.lifecycle import Lifecycle
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger

FAILED = ImageEntry(kind="panel", index=0, failure="model-busy")
# Two characters and two panels are planned, and one panel is missing.
CANCELLED = ledger(5).closed(CancelledEntry())
REDO = MakeAgain(kind="panel", index=1)
# A request that changes the generation.
type Change = Callable[[Deps, Engine], Awaitable[None]]


def limits(deps: Deps) -> Limits:
    return Limits(deps.settings, deps.blobs)


async def do_cancel(deps: Deps, engine: Engine) -> None:
    await cancel(deps, engine, GENERATION)


async def do_retry(deps: Deps, engine: Engine) -> None:
    await retry(deps, limits(deps), engine, GENERATION)


async def do_redo(deps: Deps, engine: Engine) -> None:
    await make_again(deps, limits(deps), engine, GENERATION, "panel", 1, "at night")


async def do_delete(deps: Deps, engine: Engine) -> None:
    await delete(deps, limits(deps), engine, GENERATION)


CHANGES: list[Change] = [do_cancel, do_retry, do_redo, do_delete]


async def blob_names(deps: Deps) -> list[str]:
    return [name async for name in deps.blobs.names("")]


async def contents(deps: Deps) -> dict[str, str]:
    """Return all blobs by name, as their entity tags."""
    return {blob.name: blob.etag async for blob in deps.blobs.listed("")}


async def record_of(deps: Deps) -> Lifecycle | None:
    """Return the generation's record, without its token and time."""
    record = await deps.lifecycles.read(GENERATION)
    return record and record.model_copy(update={"token": "", "at": NOW})


def started_rounds(engine: FakeEngine) -> list[JsonValue]:
    return [start_input.get("round") for _, _, start_input in engine.started if isinstance(start_input, dict)]


@dataclass(slots=True)
class WatchedEngine(FakeEngine):
    """An engine that notes the generation's record at each change of the run."""

    deps: Deps | None = None
    seen: list[Lifecycle | None] = field(default_factory=list[Lifecycle | None])

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        await self._see()
        return await FakeEngine.start(self, orchestrator, instance_id, start_input)

    async def raise_event(self, instance_id: str, event: str) -> None:
        await self._see()
        await FakeEngine.raise_event(self, instance_id, event)

    async def terminate(self, instance_id: str, reason: str) -> None:
        await self._see()
        await FakeEngine.terminate(self, instance_id, reason)

    async def _see(self) -> None:
        assert self.deps is not None
        self.seen.append(await record_of(self.deps))


@dataclass(slots=True)
class LateEngine(FakeEngine):
    """An engine that answers with an earlier state of the run, as a request got it that asked a moment ago."""

    before: Run | None = None

    async def run(self, instance_id: str) -> Run | None:
        if instance_id == GENERATION and self.before is not None:
            return self.before
        return await FakeEngine.run(self, instance_id)


@dataclass(slots=True)
class RacedEngine(FakeEngine):
    """An engine before whose first start of a run something else happens."""

    happens: Callable[[], Awaitable[None]] | None = None

    async def start(self, orchestrator: str, instance_id: str, start_input: JsonValue) -> bool:
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return await FakeEngine.start(self, orchestrator, instance_id, start_input)


def late(engine: FakeEngine) -> LateEngine:
    """Return the engine as it answered before the next change."""
    return LateEngine(engine.runs_by_id, engine.started, engine.events, before=engine.runs_by_id[GENERATION])
