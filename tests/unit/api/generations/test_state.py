"""The summary of a generation."""

from dataclasses import replace

import pytest

from api.generations.state import GenerationState, read_state, state_of
from shared.deps import Deps
from shared.models.http.requests import StoredRequest
from shared.models.ledger import (
    BrokenEntry,
    CancelledEntry,
    CompleteEntry,
    CriticalEntry,
    Entry,
    ImageEntry,
    Ledger,
)
from shared.models.step_ref import StepKind
from shared.models.usage import CostReport, Usage
from shared.storage.choices import Choice, Choices
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger

REQUEST = StoredRequest(story="Mira met Jon.", style="comic", no_dialogue=True)

USED: dict[StepKind, Usage] = {
    "analysis": Usage(calls=1, input_tokens=100, output_tokens=20, price_micros=1_000),
    "chunks": Usage(calls=2, input_tokens=300, output_tokens=50, price_micros=3_000),
    "character": Usage(calls=2, input_tokens=40, output_tokens=10, images=2, price_micros=70_000),
    "panel": Usage(calls=3, input_tokens=90, output_tokens=30, images=2, price_micros=80_000),
}


def shown(known: Ledger, *, is_over: bool = False) -> GenerationState:
    """Return the summary of a generation with this ledger."""
    engine = FakeEngine()
    engine.show(GENERATION, known, "completed" if is_over else "running")
    return state_of(engine.runs_by_id[GENERATION], known, REQUEST, USED)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (CompleteEntry(), "completed"),
        (CriticalEntry(step="chunks", failure="model-busy"), "failed"),
        (BrokenEntry(), "failed"),
        (CancelledEntry(), "cancelled"),
    ],
)
def test_ended_generation_has_a_final_status(end: Entry, status: str) -> None:
    state = shown(ledger(3, end), is_over=True)

    assert (state.status, state.phase, state.last_seq, state.finished_at) == (status, "ended", 4, NOW)


@pytest.mark.parametrize(("count", "phase"), [(0, "analysis"), (1, "characters"), (3, "characters"), (5, "panels")])
def test_running_generation_has_a_phase(count: int, phase: str) -> None:
    state = shown(ledger(count))

    assert (state.status, state.phase, state.last_seq, state.finished_at) == ("running", phase, count, None)


def test_generation_that_has_not_begun_is_running() -> None:
    state = shown(Ledger())

    assert (state.status, state.phase, state.last_seq, state.title) == ("running", "analysis", 0, None)
    assert state.progress.panels.total is None
    assert state.links.images.panels == ()


def test_language_is_shown_once_it_is_known() -> None:
    assert shown(ledger(3)).language is None
    assert shown(ledger(3).model_copy(update={"language": "pt-BR"})).language == "pt-BR"


def test_progress_counts_done_failed_and_planned_images() -> None:
    state = shown(ledger(5, ImageEntry(kind="panel", index=0, failure="content-blocked")))

    assert state.progress.characters.model_dump() == {"done": 2, "failed": 0, "total": 2}
    assert state.progress.panels.model_dump() == {"done": 1, "failed": 1, "total": 2}


def test_cost_is_shown_by_part_and_the_parts_add_up() -> None:
    state = shown(ledger())
    cost = state.cost

    assert cost is not None
    parts = (cost.parts.story, cost.parts.script, cost.parts.characters, cost.parts.panels)
    assert [part.price for part in parts] == [0.001, 0.003, 0.07, 0.08]
    assert cost.price == pytest.approx(0.154)
    for field in ("calls", "tokens", "input_tokens", "output_tokens", "images"):
        assert getattr(cost, field) == sum(getattr(part, field) for part in parts), field
    assert (cost.calls, cost.tokens, cost.images) == (8, 640, 4)
    assert (state.usage.calls, state.usage.price) == (cost.calls, cost.price)


def test_translations_are_a_part_of_the_cost_once_there_are_any() -> None:
    without = CostReport.by_step(USED, is_free=False)
    cost = CostReport.by_step({**USED, "lettering": Usage(calls=1, price_micros=1000)}, is_free=False)

    assert "lettering" not in without.model_dump(by_alias=True)["parts"]
    assert cost.parts.lettering is not None
    assert (cost.parts.lettering.calls, cost.parts.lettering.price) == (1, 0.001)
    assert cost.calls == without.calls + 1


def test_price_is_unknown_in_the_total_and_in_its_part_only() -> None:
    cost = CostReport.by_step({**USED, "panel": Usage(calls=1, unpriced_calls=1)}, is_free=False)

    assert (cost.price, cost.parts.panels.price, cost.parts.story.price) == (None, None, 0.001)


@pytest.mark.parametrize(("micros", "is_free"), [(0, True), (1, False)])
def test_cost_is_free_if_the_model_is_and_nothing_was_paid_before(micros: int, is_free: bool) -> None:
    used: dict[StepKind, Usage] = {"panel": Usage(calls=1, price_micros=micros)}

    assert CostReport.by_step(used, is_free=True).is_free == is_free
    assert not CostReport.by_step(used, is_free=False).is_free


@pytest.mark.parametrize("is_free", [True, False])
async def test_cost_is_free_if_the_server_of_the_app_charges_nothing(
    drawn: Deps, engine: FakeEngine, *, is_free: bool
) -> None:
    engine.show(GENERATION, Ledger(), "running")
    settings = drawn.settings.model_copy(update={"model_is_free": is_free, "gemini_base_url": "http://127.0.0.1:8090"})

    cost = (await read_state(replace(drawn, settings=settings), engine, GENERATION)).cost

    assert cost is not None
    assert cost.is_free == is_free


def test_generation_whose_calls_were_not_counted_has_no_cost() -> None:
    engine = FakeEngine()
    engine.show(GENERATION, ledger(), "completed")

    failed: dict[StepKind, Usage] = {"panel": Usage(calls=1)}
    assert state_of(engine.runs_by_id[GENERATION], ledger(), REQUEST, failed).cost is None
    begun = state_of(engine.runs_by_id[GENERATION], Ledger(), REQUEST, {}).cost
    assert begun is not None
    assert begun.calls == 0


def test_image_links_have_the_latest_version() -> None:
    known = ledger(5, ImageEntry(kind="panel", index=1, version=2))

    images = shown(known).links.images

    assert images.panels == (None, f"/api/generations/{GENERATION}/images/panels/1/2")
    assert images.characters == tuple(f"/api/generations/{GENERATION}/images/characters/{index}/1" for index in (0, 1))


def test_image_links_and_versions_follow_the_choice() -> None:
    known = ledger(LAST_SEQ, ImageEntry(kind="panel", index=1, version=2))
    engine = FakeEngine()
    engine.show(GENERATION, known, "completed")
    choices = Choices(panels={1: Choice(version=1, newest=2)})

    state = state_of(engine.runs_by_id[GENERATION], known, REQUEST, USED, choices)

    assert state.links.images.panels[1] == f"/api/generations/{GENERATION}/images/panels/1/1"
    assert [(each.versions, each.version) for each in state.images.panels] == [((1,), 1), ((1, 2), 1)]


def test_image_that_is_not_drawn_has_no_version() -> None:
    state = shown(ledger(5, ImageEntry(kind="panel", index=0, failure="content-blocked")))

    assert [(each.versions, each.version) for each in state.images.panels] == [((), None), ((1,), 1)]
    assert [each.version for each in state.images.characters] == [1, 1]


def test_json_has_camel_case_names_and_utc_times() -> None:
    json = shown(ledger(), is_over=True).model_dump(mode="json", by_alias=True)

    assert json["lastSeq"] == LAST_SEQ
    assert json["createdAt"] == json["updatedAt"] == json["finishedAt"] == "2026-01-01T00:00:00Z"
    assert json["links"]["self"] == f"/api/generations/{GENERATION}"
    assert json["links"]["stream"] == f"/api/generate-manga-stream/{GENERATION}"
    assert (json["style"], json["noDialogue"]) == ("comic", True)
