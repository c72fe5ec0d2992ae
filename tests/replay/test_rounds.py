"""Later rounds of the `manga` orchestration: retries and redos, replayed through the real SDK."""

import json

from tests.replay.manga_runs import (
    DONE,
    FAILED,
    GENERATION,
    analysed,
    child,
    entries,
    finish_all,
    kinds,
    resumed,
    saved,
    started,
)


def test_retry_runs_only_missing_steps_and_continues_with_the_next_seq() -> None:
    first = finish_all(analysed(), character_1=FAILED, panel_0=FAILED)["customStatus"]

    replayer = resumed(first, {"task": "make-missing"})

    assert replayer.children() == [child("character", 1, "r1")]
    replayer.complete_child(child("character", 1, "r1"), DONE)
    assert replayer.children() == [child("panel", 0, "r1")]
    assert replayer.child_input(child("panel", 0, "r1")) == {
        "generationId": GENERATION,
        "kind": "panel",
        "index": 0,
        "version": 2,
        "sheets": {"0": 1, "1": 2},
        "round": 1,
    }
    replayer.complete_child(child("panel", 0, "r1"), DONE)
    again = saved(replayer)["customStatus"]
    assert again["entries"][: len(first["entries"])] == first["entries"]
    assert [entry["kind"] for entry in again["entries"][len(first["entries"]) :]] == ["character", "panel", "complete"]


def test_retry_after_a_critical_end_starts_at_the_failed_step() -> None:
    replayer = analysed(characters=1)
    replayer.complete_child(child("chunks"), FAILED)
    critical = saved(replayer)["customStatus"]

    again = resumed(critical, {"task": "make-missing"})

    assert again.children() == [child("chunks", "r1"), child("character", 0, "r1")]
    assert again.child_input(child("chunks", "r1"))["version"] == 2


def test_redo_draws_one_image_as_a_new_version() -> None:
    first = finish_all(analysed())["customStatus"]
    replayer = resumed(first, {"task": "make-again", "kind": "panel", "index": 1, "instructions": "abc"})

    assert replayer.children() == [child("panel", 1, "r1")]
    request = replayer.child_input(child("panel", 1, "r1"))
    assert (request["version"], request["instructions"]) == (2, "abc")
    replayer.complete_child(child("panel", 1, "r1"), DONE)
    tail = saved(replayer)["customStatus"]["entries"][-2:]
    assert tail == [{"kind": "panel", "index": 1, "version": 2}, {"kind": "complete"}]


def test_redo_does_not_complete_a_generation_that_was_cancelled() -> None:
    replayer = analysed()
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})
    replayer.raise_event("cancel")
    cancelled = saved(replayer)["customStatus"]

    again = resumed(cancelled, {"task": "make-again", "kind": "character", "index": 0})

    assert kinds(finish_all(again))[-2:] == ["character", "cancelled"]


def test_history_and_status_stay_small_after_fifty_redos() -> None:
    ledger = finish_all(analysed(characters=4), chunks={"outcome": "done", "count": 15})["customStatus"]
    sizes: list[tuple[int, int]] = []
    for redo in range(50):
        replayer = resumed(ledger, {"task": "make-again", "kind": "panel", "index": redo % 15})
        (step,) = replayer.children()
        replayer.complete_child(step, DONE)
        (request,) = [json.loads(action["input"]) for action in replayer.pending.values()]
        state = saved(replayer)
        sizes.append((len(replayer.history), len(json.dumps(state["customStatus"]))))
        ledger = request["ledger"]

    assert len(ledger["entries"]) == 22 + 2 * 50
    assert max(sizes) < (30, 3000)
    assert sizes[5][0] == sizes[-1][0]


def test_generation_started_again_after_its_end_shows_its_ledger() -> None:
    first = finish_all(analysed())["customStatus"]
    replayer = started()
    replayer.complete_child(child("analysis"), {"outcome": "done", "ended_before": True})
    replayer.complete_call("load_ledger", first)
    state = saved(replayer)

    assert state["isDone"]
    assert entries(state) == first["entries"]


def test_later_round_adds_to_the_usage_and_keeps_the_earlier_end() -> None:
    drawn = {**DONE, "used": {"calls": 1, "price_micros": 5}}
    ledger = finish_all(analysed(), panel_0=drawn)["customStatus"]
    first = next(entry for entry in ledger["entries"] if entry["kind"] == "complete")

    again = resumed(ledger, {"task": "make-again", "kind": "panel", "index": 0})
    state = finish_all(again, panel_0_r1=drawn)

    ends = [entry["used"]["priceMicros"] for entry in entries(state) if entry["kind"] == "complete"]
    assert first in entries(state)
    assert ends == [5, 10]


def test_generation_without_recorded_usage_is_continued() -> None:
    old = finish_all(analysed())["customStatus"]

    state = finish_all(resumed(old, {"task": "make-again", "kind": "panel", "index": 0}))

    assert "used" not in old
    assert "used" not in state["customStatus"]
