"""Generations in storage and in the engine, and a process that is killed after a number of writes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.deps import Deps
from shared.models.ledger import Ledger
from shared.models.step_ref import StepRef
from shared.models.stored.claim import Claim
from shared.models.stored.lettering import EditedText, LetteringEdit, TranslatedSet
from shared.models.usage import Usage
from shared.names import claim_blob, generation_of, generation_of_blob, step_instance_id
from shared.ports import OVER, Run, RunState
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Ended, Running, is_gone
from tests.support.fakes.blobs import BlobCall, ForwardingBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import image, ref

# At LONG_AFTER, everything that a test stores is old; at LONG_BEFORE, nothing is.
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
LONG_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
# At LONG_AFTER, a generation that ended at DUE is due, and one that ended at LATELY is not.
LATELY = datetime(2099, 12, 31, tzinfo=UTC)
DUE = NOW


def generation_id(number: int) -> str:
    """Return an id; each number has a different first digit."""
    return f"{number:x}" * 32


async def store(
    deps: Deps,
    engine: FakeEngine,
    number: int,
    *,
    state: RunState | None = "completed",
    ended: datetime = DUE,
    step_state: RunState | None = "completed",
) -> str:
    """Store a generation with its record, its claim, an image and a step; without a state, it has no run."""
    generation = generation_id(number)
    claim = claim_blob(generation * 2)
    content = Claim(generation_id=generation, body_digest="-").model_dump_json(by_alias=True).encode()
    await deps.blobs.create(claim, content, "application/json")
    await deps.generations.save_inputs(generation, Inputs("Mira met Jon.", "manga", no_dialogue=False, claim=claim))
    await deps.generations.keep_image(ref("panel", generation_id=generation), image())
    record = Ended(round=0, at=ended) if state in OVER else Running(at=DUE)
    await deps.lifecycles.change(generation, lambda _: record)
    if state is not None:
        engine.runs_by_id[generation] = Run(generation, state, Ledger().to_status(), DUE, ended)
    if step_state is not None:
        step = step_instance_id(ref("panel", generation_id=generation))
        engine.runs_by_id[step] = Run(step, step_state, None, DUE, ended)
    return generation


async def store_texts(deps: Deps, engine: FakeEngine, generation: str) -> str:
    """Add to the generation a translation, an edit, and a translation that is running; return the id of that run."""
    languages = "ja", "de"
    done, running = (
        StepRef(generation_id=generation, kind="lettering", language=language, source="0123456789abcdef")
        for language in languages
    )
    translated = TranslatedSet(language="ja", title="港", panels=(("ねえ",),))
    await deps.letterings.keep_translation(done, translated, Usage())
    edit = LetteringEdit(texts=(EditedText(kind="narration", text="Later."),), picture=None)
    assert await deps.letterings.save_edit(generation, "en", "0123456789abcdef-0", edit, None)
    run = step_instance_id(running)
    engine.runs_by_id[run] = Run(run, "running", None, DUE, DUE)
    return run


async def what_is_left(deps: Deps, engine: FakeEngine) -> Mapping[str, tuple[int, int]]:
    """Return how many blobs (claims not counted) and runs there are, by generation."""
    blobs = [generation_of_blob(name) async for name in deps.blobs.names("")]
    runs = [generation_of(instance_id) for instance_id in engine.runs_by_id]
    return {each: (blobs.count(each), runs.count(each)) for each in {*blobs, *runs} - {None} if each is not None}


class Killed(BaseException):
    """The process was killed."""


@dataclass(slots=True)
class Life:
    """The number of writes before a process is killed."""

    writes: int

    def write(self) -> None:
        """Raise if no write is left."""
        if not self.writes:
            raise Killed
        self.writes -= 1


@dataclass(slots=True)
class MortalBlobs(ForwardingBlobs):
    """BlobStore of a process that is killed before a write."""

    life: Life

    async def around[Answer](self, call: BlobCall, _name: str, forward: Callable[[], Awaitable[Answer]]) -> Answer:
        if call not in {"read", "list"}:
            self.life.write()
        return await forward()


@dataclass(slots=True)
class MortalEngine(FakeEngine):
    """FakeEngine of a process that is killed before a write."""

    life: Life | None = None

    async def terminate(self, instance_id: str, reason: str) -> None:
        if self.life is not None:
            self.life.write()
        await FakeEngine.terminate(self, instance_id, reason)

    async def purge(self, instance_id: str) -> None:
        if self.life is not None:
            self.life.write()
        # As in the base class; a slotted dataclass has no zero-argument super().
        await FakeEngine.purge(self, instance_id)


class SlowEngine(FakeEngine):
    """FakeEngine whose runs do not end when they are terminated."""

    async def terminate(self, instance_id: str, reason: str) -> None:
        self.events.append((instance_id, reason))


def at(deps: Deps, time: datetime) -> Deps:
    """Return the same dependencies with a clock that is set to this time."""
    return replace(deps, now=time.timestamp)


async def gone(deps: Deps, generation: str) -> bool:
    """Return whether the record shows that the generation is removed."""
    return is_gone(await deps.lifecycles.read(generation))


def mortal(deps: Deps, engine: FakeEngine, writes: int) -> tuple[Deps, MortalEngine]:
    """Return the same storage and engine, used by a process that is killed after this many writes."""
    life = Life(writes)
    return replace(deps, blobs=MortalBlobs(deps.blobs, life)), MortalEngine(engine.runs_by_id, life=life)
