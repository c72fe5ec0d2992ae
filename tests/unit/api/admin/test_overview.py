"""The administrator's list: its summaries and its pages."""

import pytest

from api.admin.overview import describe, list_generations
from shared.deps import Deps
from shared.models.http.admin import AdminGeneration, GenerationStatus, StepFailure
from shared.models.ledger import BrokenEntry, CancelledEntry, CompleteEntry, CriticalEntry, ImageEntry, Ledger
from shared.models.steps import RETRIES_EXHAUSTED, FailureRecord, StepProgress, StepRequest
from shared.models.usage import Usage
from tests.support.fakes.engine import FakeEngine
from tests.support.fakes.stories import GENERATION, image, ref
from tests.unit.api.drawn_story import LAST_SEQ, ledger

FAILED = ImageEntry(kind="panel", index=0, failure=RETRIES_EXHAUSTED)


async def shown(deps: Deps, engine: FakeEngine) -> AdminGeneration:
    return await describe(deps.generations, engine.runs_by_id[GENERATION])


async def test_summary_has_the_status_but_nothing_of_the_story(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(), "completed")

    summary = await shown(deps, engine)

    assert (summary.status, summary.rounds, summary.panels.done, summary.panels.total) == ("completed", 1, 2, 2)
    assert summary.finished_at == engine.runs_by_id[GENERATION].updated_at
    assert ledger().title == "The Harbour"
    assert "Harbour" not in summary.model_dump_json()


async def test_failed_step_has_the_code_of_its_last_attempt(deps: Deps, engine: FakeEngine) -> None:
    step = StepRequest(generation_id=GENERATION, kind="panel", index=0)
    await deps.generations.save_failure(step, FailureRecord(code="model-busy"))
    blocked = ImageEntry(kind="character", index=1, failure="content-blocked")
    engine.show(GENERATION, ledger(1, blocked, FAILED), "running")

    assert (await shown(deps, engine)).failures == (
        StepFailure(step="character", index=1, code="content-blocked"),
        StepFailure(step="panel", index=0, code="model-busy"),
    )


async def test_usage_is_shown_where_it_was_counted(deps: Deps, engine: FakeEngine) -> None:
    engine.show(GENERATION, ledger(), "completed")
    before = await shown(deps, engine)
    await deps.generations.keep_image(ref("panel", 0, 2), image(), Usage(calls=6, price_micros=250_000))
    usage = (await shown(deps, engine)).usage

    assert before.usage is None
    assert usage is not None
    assert (usage.calls, usage.price) == (6, 0.25)


def show_many(engine: FakeEngine) -> dict[str, GenerationStatus]:
    """Show generations of each status, each with a step."""
    kinds: list[tuple[Ledger, GenerationStatus]] = [
        (ledger(), "completed"),
        (ledger(3), "running"),
        (ledger(2, CancelledEntry()), "cancelled"),
        (ledger(0, CriticalEntry(step="analysis", failure="model-busy")), "failed"),
        (ledger(4, BrokenEntry()), "failed"),
        (ledger(LAST_SEQ, FAILED, CompleteEntry()), "completed"),
    ]
    shown: dict[str, GenerationStatus] = {}
    for number, (each, status) in enumerate(kinds):
        generation = f"{number:x}" * 32
        engine.show(generation, each, "running" if status == "running" else "completed")
        engine.show_step(generation, StepProgress(kind="panel", index=0))
        shown[generation] = status
    return shown


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
@pytest.mark.parametrize("status", [None, "completed", "failed", "cancelled", "running"])
async def test_pages_list_each_generation_once_and_respect_the_limit(
    deps: Deps, engine: FakeEngine, limit: int, status: GenerationStatus | None
) -> None:
    wanted = [each for each, is_so in show_many(engine).items() if status in {None, is_so}]
    found: list[str] = []
    token = None
    while True:
        page = await list_generations(deps, engine, status, limit, token)
        assert len(page.generations) <= limit
        found += [each.id for each in page.generations]
        token = page.next_token
        if token is None:
            break

    assert found == wanted
