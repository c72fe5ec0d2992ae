"""A chapter that another one follows begins it at its end."""

import pytest

from orchestrators.manga import run_manga
from tests.replay.manga_runs import (
    DONE,
    FAILED,
    GENERATION,
    child,
    entries,
    finish_all,
    kinds,
    resumed,
    saved,
    started,
)
from tests.replay.replayer import Json, Replayer


def followed() -> Replayer:
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "isFollowed": True})
    replayer.start()
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A Tale", "count": 1})
    return replayer


def test_next_chapter_begins_before_the_end_is_published() -> None:
    replayer = followed()

    state = finish_all(replayer)

    assert kinds(state)[-1] != "complete"
    assert replayer.activities() == ["begin_next_chapter"]
    state = replayer.complete_call("begin_next_chapter", result=None)
    assert state["isDone"]
    assert kinds(state)[-1] == "complete"


def test_nothing_begins_after_a_critical_end() -> None:
    replayer = followed()
    replayer.complete_child(child("chunks"), FAILED)

    state = saved(replayer)

    assert state["isDone"]
    assert kinds(state)[-1] == "critical"


def test_chapter_without_another_one_schedules_nothing_at_its_end() -> None:
    replayer = started()
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A Tale", "count": 1})

    assert finish_all(replayer)["isDone"]


def test_retry_that_completes_a_chapter_begins_the_next() -> None:
    first = followed()
    first.complete_child(child("chunks"), FAILED)
    critical = saved(first)["customStatus"]

    again = resumed(critical, {"task": "make-missing"}, isFollowed=True)
    finish_all(again, chunks_r1={"outcome": "done", "count": 3})

    assert again.activities() == ["begin_next_chapter"]


SHORTER = {"task": "replace-plan", "plan": "5eed", "title": "Edited", "characters": 1, "panels": 2}
REDO = {"task": "make-again", "kind": "panel", "index": 2}


@pytest.mark.parametrize("work", [SHORTER, REDO], ids=["edit", "redo"])
def test_only_a_retry_begins_the_next_chapter_after_a_cancel(work: Json) -> None:
    first = followed()
    first.complete_child(child("chunks"), {"outcome": "done", "count": 3})
    first.complete_child(child("character", 0), DONE)
    for index in range(2):
        first.complete_child(child("panel", index), DONE)
    first.raise_event("cancel")

    other = resumed(saved(first)["customStatus"], work, isFollowed=True)
    complete = finish_all(other)

    assert complete["isDone"]
    assert entries(complete)[-1] == {"kind": "complete"}
    again = resumed(complete["customStatus"], {"task": "make-missing"}, isFollowed=True)
    saved(again)
    assert again.activities() == ["begin_next_chapter"]
