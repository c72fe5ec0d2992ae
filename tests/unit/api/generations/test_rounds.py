"""Starting a round, and correcting a record by the state of the engine."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from api.generations.rounds import corrected
from shared.deps import Deps
from shared.errors import MangaError
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, Ledger
from shared.models.prices import ImageSize
from shared.models.steps import MakeAgain
from shared.names import CANCEL_EVENT, MANGA_ORCHESTRATOR
from shared.ports import Run, RunState
from shared.rounds import start_round
from shared.storage.generations import Inputs
from shared.storage.lifecycle import Cancelling, Ended, Lifecycle, Running
from shared.telemetry.metrics import STARTED, Counter
from shared.telemetry.port import Attributes, NoTelemetry
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import GONE, set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import ledger

REDO = MakeAgain(kind="panel", index=1)
ENDED = ledger(3).closed(CancelledEntry())


class Counts(NoTelemetry):
    """Telemetry that keeps its counts."""

    def __init__(self) -> None:
        self.counted: list[tuple[Counter, Attributes]] = []

    def count(self, counter: Counter, attributes: Attributes, amount: float = 1) -> None:
        self.counted.append((counter, attributes))


async def start(deps: Deps, engine: FakeEngine, record: Running | Cancelling) -> bool:
    await set_record(deps, record)
    return await start_round(deps, engine, GENERATION, record)


@pytest.mark.parametrize(
    ("record", "start_input"),
    [
        (Running(at=NOW), {"resumed": False, "round": 0, "work": {"task": "make-missing"}}),
        (Running(round=2, at=NOW), {"resumed": True, "round": 2, "work": {"task": "make-missing"}}),
        (
            Running(round=1, work=REDO, wish="at night", at=NOW),
            {"resumed": True, "round": 1, "work": {"task": "make-again", "kind": "panel", "index": 1}},
        ),
    ],
)
async def test_engine_gets_the_round_and_its_work(
    deps: Deps, engine: FakeEngine, record: Running, start_input: dict[str, JsonValue]
) -> None:
    assert await start(deps, engine, record)

    assert engine.started == [(MANGA_ORCHESTRATOR, GENERATION, {"parallelSteps": 15, **start_input})]
    assert engine.events == []


async def test_running_round_is_not_started_again(deps: Deps, engine: FakeEngine) -> None:
    await start(deps, engine, Running(at=NOW))

    assert not await start(deps, engine, Running(at=NOW))
    assert len(engine.started) == 1


async def test_start_is_counted_once_and_by_its_work(deps: Deps, engine: FakeEngine) -> None:
    counts = Counts()
    counting = replace(deps, telemetry=counts)
    for _ in range(2):
        await start(counting, engine, Running(at=NOW))
    engine.show(GENERATION, ENDED, "completed")
    await start(counting, engine, Running(round=1, work=REDO, at=NOW))

    assert counts.counted == [(STARTED, {"manga.work": "new"}), (STARTED, {"manga.work": "make-again"})]


async def test_cancel_before_the_start_is_raised_after_it(deps: Deps, engine: FakeEngine) -> None:
    await set_record(deps, Cancelling(round=0, at=NOW))

    assert await start_round(deps, engine, GENERATION, Running(at=NOW))

    assert engine.events == [(GENERATION, CANCEL_EVENT)]


@pytest.mark.parametrize(("record", "error"), GONE)
async def test_run_of_a_removed_generation_is_terminated(
    deps: Deps, engine: FakeEngine, record: Lifecycle, error: type[MangaError]
) -> None:
    await set_record(deps, record)

    with pytest.raises(error):
        await start_round(deps, engine, GENERATION, Running(at=NOW))

    assert engine.runs_by_id[GENERATION].is_over


def run_of(published: Ledger, state: RunState) -> Run:
    return Run(GENERATION, state, published.to_status(), NOW, NOW)


@pytest.mark.parametrize(
    ("record", "shown", "state", "expected"),
    [
        # A generation of an old version of the app has no record.
        (None, ledger(3), "running", Running(round=0, at=NOW)),
        (None, ENDED, "completed", Ended(round=0, cancelled=True, at=NOW)),
        (None, ENDED.reopened(), "running", Running(round=1, at=NOW)),
        (None, ledger(), "completed", Ended(round=0, at=NOW)),
        # After a rollback to that version, the record is of an earlier round.
        (Ended(round=0, at=NOW), ENDED.reopened(), "running", Running(round=1, at=NOW)),
        (
            Ended(round=0, at=NOW),
            ENDED.reopened().closed(CompleteEntry()),
            "completed",
            Ended(round=1, at=NOW),
        ),
        # A run that was terminated or failed has not recorded its end.
        (Running(at=NOW), ENDED, "terminated", Ended(round=0, cancelled=True, at=NOW)),
        (Running(at=NOW), ledger(3).closed(BrokenEntry()), "failed", Ended(round=0, at=NOW)),
        (Cancelling(round=0, at=NOW), ENDED, "completed", Ended(round=0, cancelled=True, at=NOW)),
        (
            Running(round=1, at=NOW),
            ENDED.reopened().closed(CompleteEntry()),
            "completed",
            Ended(round=1, at=NOW),
        ),
    ],
)
def test_record_is_corrected_by_the_state_of_the_engine(
    record: Lifecycle | None, shown: Ledger, state: RunState, expected: Lifecycle
) -> None:
    assert corrected(record, run_of(shown, state), shown, NOW) == expected


@pytest.mark.parametrize(
    ("record", "shown", "state"),
    [
        (Running(at=NOW), ledger(3), "running"),
        (Cancelling(round=0, at=NOW), ledger(3), "running"),
        (Ended(round=0, at=NOW), ledger(), "completed"),
        (Ended(round=0, at=NOW), ledger(), "running"),
        # The engine has not been told of the next round yet.
        (Running(round=1, at=NOW), ENDED, "completed"),
        (Cancelling(round=1, at=NOW), ENDED, "completed"),
    ],
)
def test_correct_record_is_unchanged(record: Lifecycle, shown: Ledger, state: RunState) -> None:
    assert corrected(record, run_of(shown, state), shown, NOW) is record


@pytest.mark.parametrize(("record", "error"), GONE)
def test_record_of_a_removed_generation_is_refused(record: Lifecycle, error: type[MangaError]) -> None:
    with pytest.raises(error):
        corrected(record, run_of(ledger(), "completed"), ledger(), NOW)


@pytest.mark.parametrize(("size", "steps"), [("1K", 15), ("2K", 8), ("4K", 4)])
async def test_fewer_steps_with_large_images_run_at_once(
    deps: Deps, engine: FakeEngine, size: ImageSize, steps: int
) -> None:
    await deps.generations.save_inputs(GENERATION, Inputs("A story.", "manga", no_dialogue=False, image_size=size))

    await start(deps, engine, Running(at=NOW))

    ((_, _, start_input),) = engine.started
    assert isinstance(start_input, dict)
    assert start_input["parallelSteps"] == steps
