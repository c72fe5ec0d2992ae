"""Metrics, from generations with known times and results."""

from dataclasses import replace
from datetime import timedelta

from api.admin.metrics import measure
from shared.deps import Deps
from shared.models.http.admin import Durations, StatusCounts
from shared.models.ledger import (
    BrokenEntry,
    CancelledEntry,
    CompleteEntry,
    CriticalEntry,
    ImageEntry,
    Ledger,
)
from shared.models.steps import StepProgress
from shared.names import step_instance_id
from shared.ports import Run, RunState
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger

UNTIL = NOW + timedelta(hours=2)
WINDOW = timedelta(hours=24)
BUSY = ImageEntry(kind="panel", index=0, failure="model-busy")


def add(engine: FakeEngine, number: int, its_ledger: Ledger, *, took_s: int = 60, state: RunState = "completed") -> str:
    """Add a generation that was started at NOW."""
    generation = f"{number:x}" * 32
    ended = NOW + timedelta(seconds=took_s)
    engine.runs_by_id[generation] = Run(generation, state, its_ledger.to_status(), NOW, ended)
    return generation


def add_panel(engine: FakeEngine, generation: str, index: int, *, after_s: int, attempt: int = 1) -> None:
    status = StepProgress(kind="panel", index=index, attempt=attempt).model_dump(mode="json", by_alias=True)
    instance_id = step_instance_id(ref("panel", index, generation_id=generation))
    engine.runs_by_id[instance_id] = Run(instance_id, "completed", status, NOW, NOW + timedelta(seconds=after_s))


async def test_metrics_without_generations_are_empty(deps: Deps, engine: FakeEngine) -> None:
    metrics = await measure(deps, engine, UNTIL, WINDOW)

    assert (metrics.generations, metrics.completion_rate) == (StatusCounts(), None)
    assert metrics.total_time == metrics.time_to_first_panel == Durations(count=0)


async def test_statuses_and_errors_are_counted(deps: Deps, engine: FakeEngine) -> None:
    add(engine, 1, ledger())
    add(engine, 2, ledger(5, BUSY, CompleteEntry()))
    add(engine, 3, ledger(0, CriticalEntry(step="analysis", failure="content-blocked")))
    add(engine, 4, ledger(4, BrokenEntry()))
    add(engine, 5, ledger(4, CancelledEntry()))
    add(engine, 6, ledger(4), state="running")

    metrics = await measure(deps, engine, UNTIL, WINDOW)

    assert metrics.generations == StatusCounts(running=1, completed=2, incomplete=1, failed=2, cancelled=1)
    assert metrics.completion_rate == 0.5
    assert metrics.critical_errors == 2
    assert metrics.errors_by_type == {"content-blocked": 1, "model-busy": 1}
    assert not metrics.truncated


async def test_times_are_those_of_first_rounds_and_of_the_first_drawn_panel(deps: Deps, engine: FakeEngine) -> None:
    first = add(engine, 1, ledger(), took_s=90)
    add_panel(engine, first, 0, after_s=50)
    add_panel(engine, first, 1, after_s=40, attempt=2)
    gaps = add(engine, 2, ledger(5, BUSY, CompleteEntry()), took_s=70)
    add_panel(engine, gaps, 0, after_s=20, attempt=2)
    add_panel(engine, gaps, 1, after_s=30)
    add(engine, 3, ledger(LAST_SEQ, BUSY, CompleteEntry()), took_s=5)

    metrics = await measure(deps, engine, UNTIL, WINDOW)

    assert metrics.time_to_first_panel == Durations(count=2, p50_s=30, p95_s=40, max_s=40)
    assert metrics.total_time == Durations(count=2, p50_s=70, p95_s=90, max_s=90)
    assert metrics.retries == 2


async def test_generations_before_the_window_are_not_counted(deps: Deps, engine: FakeEngine) -> None:
    old = add(engine, 1, ledger())
    engine.runs_by_id[old] = replace(engine.runs_by_id[old], created_at=NOW - WINDOW)

    assert (await measure(deps, engine, UNTIL, WINDOW)).generations == StatusCounts()
