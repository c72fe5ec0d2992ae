"""A generation at a glance."""

import pytest

from api.generations.state import GenerationState, state_of
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
from shared.models.usage import Usage
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.stories import GENERATION
from tests.unit.api.drawn_story import LAST_SEQ, ledger

REQUEST = StoredRequest(story="Mira met Jon.", style="comic", no_dialogue=True)


def shown(known: Ledger, *, is_over: bool = False) -> GenerationState:
    """Return what is told of a generation with this ledger."""
    engine = FakeEngine()
    engine.show(GENERATION, known, "completed" if is_over else "running")
    return state_of(engine.runs_by_id[GENERATION], known, REQUEST, Usage(calls=3, price_micros=70_000))


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (CompleteEntry(), "completed"),
        (CriticalEntry(step="chunks", failure="model-busy"), "failed"),
        (BrokenEntry(), "failed"),
        (CancelledEntry(), "cancelled"),
    ],
)
def test_a_generation_that_has_ended_says_how(end: Entry, status: str) -> None:
    state = shown(ledger(3, end), is_over=True)

    assert (state.status, state.phase, state.last_seq, state.finished_at) == (status, "ended", 4, NOW)


@pytest.mark.parametrize(("count", "phase"), [(0, "analysis"), (1, "characters"), (3, "characters"), (5, "panels")])
def test_a_generation_that_runs_says_what_is_being_worked_on(count: int, phase: str) -> None:
    state = shown(ledger(count))

    assert (state.status, state.phase, state.last_seq, state.finished_at) == ("running", phase, count, None)


def test_a_generation_that_has_not_begun_runs() -> None:
    state = shown(Ledger())

    assert (state.status, state.phase, state.last_seq, state.title) == ("running", "analysis", 0, None)
    assert state.progress.panels.total is None
    assert state.links.images.panels == ()


def test_progress_counts_what_is_there_what_failed_and_what_is_planned() -> None:
    state = shown(ledger(5, ImageEntry(kind="panel", index=0, failure="content-blocked")))

    assert state.progress.characters.model_dump() == {"done": 2, "failed": 0, "total": 2}
    assert state.progress.panels.model_dump() == {"done": 1, "failed": 1, "total": 2}


def test_images_are_linked_by_their_index_and_latest_version() -> None:
    known = ledger(5, ImageEntry(kind="panel", index=1, version=2))

    images = shown(known).links.images

    assert images.panels == (None, f"/api/generations/{GENERATION}/images/panels/1/2")
    assert images.characters == tuple(f"/api/generations/{GENERATION}/images/characters/{index}/1" for index in (0, 1))


def test_the_state_is_told_with_camel_case_names_and_utc_times() -> None:
    told = shown(ledger(), is_over=True).model_dump(mode="json", by_alias=True)

    assert told["lastSeq"] == LAST_SEQ
    assert told["createdAt"] == told["updatedAt"] == told["finishedAt"] == "2026-01-01T00:00:00Z"
    assert told["links"]["self"] == f"/api/generations/{GENERATION}"
    assert told["links"]["stream"] == f"/api/generate-manga-stream/{GENERATION}"


def test_what_was_asked_for_is_told_with_it() -> None:
    state = shown(ledger())

    assert (state.style, state.no_dialogue) == ("comic", True)
