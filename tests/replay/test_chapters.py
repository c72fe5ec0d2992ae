"""A chapter that another one follows begins it at its end."""

from orchestrators.manga import run_manga
from tests.replay.manga_runs import FAILED, GENERATION, child, finish_all, kinds, resumed, saved, started
from tests.replay.replayer import Replayer


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
