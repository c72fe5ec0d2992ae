"""Rounds of the `manga` orchestration that stop after the plan or replace it, replayed through the real SDK."""

from tests.replay.manga_runs import (
    DONE,
    FAILED,
    GENERATION,
    analysed,
    child,
    entries,
    finish_all,
    kinds,
    replacing,
    resumed,
    saved,
    stopping,
    to_save,
)
from tests.replay.replayer import Json, Replayer

MOVE: Json = {"kind": "panel", "index": 2, "version": 1, "toIndex": 0}
STOP: Json = {"task": "make-missing", "stopAfter": "plan"}


def complete() -> Json:
    """Return the ledger of a generation whose 2 characters and 3 panels are drawn."""
    return finish_all(analysed())["customStatus"]


def stopped() -> Json:
    """Return the ledger of a generation that has stopped after its plan."""
    return finish_all(stopping())["customStatus"]


def copied(replayer: Replayer, *copies: Json) -> Json:
    """Copy these images, which is all that a round with moves waits for before it ends."""
    replayer.complete_call("copy_images", list(copies))
    return saved(replayer)["customStatus"]


def test_start_that_stops_after_the_plan_draws_nothing() -> None:
    replayer = stopping()
    assert replayer.children() == [child("chunks")]
    assert replayer.state["customStatus"]["stopAfter"] == "plan"

    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 3})

    assert replayer.children() == []
    assert to_save(replayer)["entries"][-1] == {"kind": "complete", "stoppedAfter": "plan"}
    status = saved(replayer)["customStatus"]
    assert "stopAfter" not in status
    assert (status["characters"], status["panels"]) == (2, 3)


def test_start_that_stops_after_the_plan_can_fail_and_be_retried_up_to_the_plan() -> None:
    replayer = stopping()
    replayer.complete_child(child("chunks"), FAILED)
    critical = saved(replayer)["customStatus"]
    assert critical["entries"][-1]["kind"] == "critical"

    again = resumed(critical, STOP)

    assert again.children() == [child("chunks", "r1")]
    again.complete_child(child("chunks", "r1"), {"outcome": "done", "count": 3})
    assert kinds(saved(again))[-2:] == ["chunks", "complete"]


def test_start_that_stops_after_the_plan_can_be_cancelled() -> None:
    replayer = stopping()

    replayer.raise_event("cancel")

    assert kinds(saved(replayer)) == ["analysis", "cancelled"]


def test_retry_after_the_plan_draws_everything() -> None:
    again = resumed(stopped(), {"task": "make-missing"})

    assert again.children() == [child("character", 0, "r1"), child("character", 1, "r1")]
    state = finish_all(again)
    assert kinds(state) == [
        "analysis", "chunks", "complete", "character", "character", "panel", "panel", "panel", "complete"
    ]  # fmt: skip
    assert entries(state)[-1] == {"kind": "complete"}


def test_redo_of_one_image_after_the_plan_leaves_the_generation_stopped() -> None:
    again = resumed(stopped(), {"task": "make-again", "kind": "character", "index": 0})

    assert entries(finish_all(again))[-1] == {"kind": "complete", "stoppedAfter": "plan"}


def test_edited_plan_comes_after_all_earlier_entries_and_starts_no_step() -> None:
    before = complete()

    replayer = replacing(before, outdatedPanels=[1], language="de")
    status = saved(replayer)["customStatus"]

    assert replayer.children() == []
    assert status["entries"][: len(before["entries"])] == before["entries"]
    assert status["entries"][len(before["entries"]) :] == [
        {"kind": "analysis", "plan": "5eed", "countBefore": 2},
        {"kind": "chunks", "plan": "5eed", "outdated": [1], "countBefore": 3},
        {"kind": "complete", "stoppedAfter": "plan"},
    ]
    assert (status["title"], status["language"], status["panels"]) == ("Edited", "de", 3)


def test_edited_plan_that_outdates_nothing_leaves_the_comic_complete() -> None:
    assert entries(saved(replacing(complete())))[-1] == {"kind": "complete"}


def test_retry_after_an_edit_draws_only_the_outdated_panel_from_the_edited_plan() -> None:
    edited = saved(replacing(complete(), outdatedPanels=[1]))["customStatus"]

    again = resumed(edited, {"task": "make-missing"})

    assert again.children() == [child("panel", 1, "r2")]
    # A cancelled round may have drawn version 2 from the plan before.
    assert again.child_input(child("panel", 1, "r2")) == {
        "generationId": GENERATION,
        "kind": "panel",
        "index": 1,
        "version": 3,
        "sheets": {"0": 1, "1": 1},
        "round": 2,
        "plan": "5eed",
    }
    again.complete_child(child("panel", 1, "r2"), DONE)
    assert entries(saved(again))[-1] == {"kind": "complete"}


def test_moved_image_is_copied_before_the_plan_is_used() -> None:
    before = complete()
    replayer = replacing(before, outdatedPanels=[0], moves=[MOVE])

    assert replayer.activities() == ["copy_images"]
    assert replayer.state["customStatus"]["entries"] == before["entries"]
    status = copied(replayer, {**MOVE, "toVersion": 3})

    assert status["entries"][-2:] == [{"kind": "panel", "index": 0, "version": 3}, {"kind": "complete"}]


def test_image_that_could_not_be_copied_is_missing() -> None:
    status = copied(replacing(complete(), outdatedPanels=[0], moves=[MOVE]))

    assert status["entries"][-1] == {"kind": "complete", "stoppedAfter": "plan"}
    assert resumed(status, {"task": "make-missing"}).children() == [child("panel", 0, "r2")]


def test_images_of_removed_panels_do_not_count_and_added_panels_are_missing() -> None:
    shorter = saved(replacing(complete(), panels=2))["customStatus"]
    assert shorter["entries"][-1] == {"kind": "complete"}

    longer = saved(replacing(shorter, panels=4, outdatedPanels=[2, 3], plan="beef"))["customStatus"]

    again = resumed(longer, {"task": "make-missing"})
    assert again.children() == [child("panel", 2, "r3"), child("panel", 3, "r3")]


def test_edit_that_was_cancelled_has_the_plan_and_ends_as_cancelled() -> None:
    replayer = replacing(complete(), outdatedPanels=[0], moves=[MOVE])
    replayer.complete_call("copy_images", [{**MOVE, "toVersion": 3}])

    state = replayer.complete_call("save_ledger", result={"kind": "cancelled"})

    assert kinds(state)[-4:] == ["analysis", "chunks", "panel", "cancelled"]
