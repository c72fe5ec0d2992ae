"""The `manga` orchestration, replayed through the real SDK."""

import random

import pytest

from orchestrators.manga import run_manga
from tests.replay.manga_runs import (
    DONE,
    FAILED,
    GENERATION,
    analysed,
    child,
    entries,
    finish_all,
    kinds,
    saved,
    started,
    to_save,
)
from tests.replay.replayer import Replayer


def test_analysis_runs_first_and_alone() -> None:
    assert started().children() == [child("analysis")]


def test_status_is_set_in_the_first_episode() -> None:
    assert started().state["customStatus"] == {"phase": "analysis", "firstSeq": 1, "entries": []}


def test_chunking_and_all_characters_run_concurrently() -> None:
    assert analysed(characters=3).children() == [
        child("chunks"),
        child("character", 0),
        child("character", 1),
        child("character", 2),
    ]


def test_panels_wait_for_chunking_and_every_character() -> None:
    replayer = analysed()
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 3})
    replayer.complete_child(child("character", 1), DONE)
    assert replayer.children() == [child("character", 0)]

    replayer.complete_child(child("character", 0), DONE)

    assert replayer.children() == [child("panel", index) for index in range(3)]


def test_results_get_their_seq_in_the_order_of_arrival() -> None:
    replayer = analysed()
    replayer.complete_child(child("character", 1), DONE)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})
    replayer.complete_child(child("character", 0), DONE)
    replayer.complete_child(child("panel", 1), DONE)
    replayer.complete_child(child("panel", 0), DONE)
    state = saved(replayer)

    assert [(entry["kind"], entry.get("index")) for entry in entries(state)] == [
        ("analysis", None),
        ("character", 1),
        ("chunks", None),
        ("character", 0),
        ("panel", 1),
        ("panel", 0),
        ("complete", None),
    ]
    assert state["isDone"]


@pytest.mark.parametrize("seed", range(20))
def test_entries_never_change_in_any_order_of_arrival(seed: int) -> None:
    order = random.Random(seed)
    replayer = analysed(characters=4)
    before = entries(replayer.state)
    while replayer.children():
        instance_id = order.choice(replayer.children())
        replayer.complete_child(instance_id, {"outcome": "done", "count": 5} if "chunks" in instance_id else DONE)
        after = entries(replayer.state)
        assert after[: len(before)] == before
        before = after

    after = entries(saved(replayer))
    assert after[: len(before)] == before
    assert kinds(replayer.state).count("panel") == 5
    assert kinds(replayer.state)[-1] == "complete"


def test_failed_character_is_reported_and_its_panels_are_drawn_without_its_sheet() -> None:
    replayer = analysed()
    replayer.complete_child(child("character", 0), FAILED)
    replayer.complete_child(child("character", 1), DONE)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})

    assert replayer.child_input(child("panel", 0))["sheets"] == {"1": 1}
    failed = [entry for entry in entries(replayer.state) if "failure" in entry]
    assert failed == [{"kind": "character", "index": 0, "version": 1, "failure": "content-blocked"}]
    assert kinds(finish_all(replayer))[-1] == "complete"


def test_failed_panel_is_reported_and_the_rest_continues() -> None:
    state = finish_all(analysed(), panel_1=FAILED)

    assert [entry["index"] for entry in entries(state) if entry["kind"] == "panel"] == [0, 1, 2]
    assert kinds(state)[-1] == "complete"


@pytest.mark.parametrize("step", ["analysis", "chunks"])
def test_analysis_or_chunking_that_fails_ends_the_generation(step: str) -> None:
    replayer = started() if step == "analysis" else analysed()
    replayer.complete_child(child(step), FAILED)
    state = saved(replayer)

    assert state["isDone"]
    assert entries(state)[-1] == {"kind": "critical", "step": step, "version": 1, "failure": "content-blocked"}


def test_step_with_a_bug_is_reported_as_internal_error() -> None:
    replayer = analysed(characters=1)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})
    state = replayer.fail_child(child("character", 0))

    assert entries(state)[-1]["failure"] == "internal-error"
    assert replayer.children() == [child("panel", 0), child("panel", 1)]


def test_concurrent_steps_are_limited_by_the_setting() -> None:
    replayer = analysed(characters=4, parallel_steps=3)
    most = 0
    while replayer.children():
        most = max(most, len(replayer.children()))
        instance_id = replayer.children()[-1]
        replayer.complete_child(instance_id, {"outcome": "done", "count": 7} if "chunks" in instance_id else DONE)

    assert most == 3
    assert kinds(replayer.state).count("panel") == 7


def test_activity_with_retry_options_is_never_under_task_any() -> None:
    actions = finish_all(analysed())["actions"][0]

    under_any = [action for action in actions if action["actionType"] == 11]
    assert under_any
    assert "retryOptions" not in str(under_any)


def test_ledger_is_saved_with_retry_options() -> None:
    (saving,) = finish_all(analysed())["actions"][0][-1]["compoundActions"]

    assert saving["functionName"] == "save_ledger"
    assert saving["retryOptions"] == {"firstRetryIntervalInMilliseconds": 5000, "maxNumberOfAttempts": 20}


def test_end_is_shown_only_after_the_ledger_is_saved() -> None:
    replayer = analysed(characters=1)
    for step in [child("chunks"), child("character", 0), *(child("panel", index) for index in range(3))]:
        replayer.complete_child(step, {"outcome": "done", "count": 3} if step.endswith("chunks") else DONE)

    assert kinds(replayer.state)[-1] == "panel"
    assert to_save(replayer)["entries"][-1]["kind"] == "complete"
    state = saved(replayer)
    assert (kinds(state)[-1], state["isDone"]) == ("complete", True)


def test_saved_end_is_the_one_shown() -> None:
    replayer = analysed(characters=1)
    for step in [child("chunks"), child("character", 0), child("panel", 0)]:
        replayer.complete_child(step, {"outcome": "done", "count": 1} if step.endswith("chunks") else DONE)

    state = replayer.complete_call("save_ledger", {"kind": "cancelled"})

    assert (kinds(state)[-1], state["output"]["outcome"]) == ("cancelled", "cancelled")


def test_generation_deleted_while_running_gets_no_closing_entry() -> None:
    replayer = started()
    replayer.complete_child(child("analysis"), FAILED)

    state = replayer.complete_call("save_ledger", None)

    assert (state["isDone"], state["output"]) == (True, {"outcome": "unwanted"})
    assert entries(state) == []


def test_resuming_a_deleted_generation_does_nothing() -> None:
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "resumed": True})
    replayer.start()

    state = replayer.complete_call("load_ledger", None)

    assert (state["isDone"], state["output"]) == (True, {"outcome": "unwanted"})


def test_generation_ends_when_a_step_finds_it_cancelled() -> None:
    replayer = started(version="1.1")
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A Tale", "count": 2})

    replayer.complete_child(child("character", 1), {"outcome": "failed", "failure": "cancelled"})

    assert kinds(saved(replayer)) == ["analysis", "cancelled"]


def test_step_cancelled_in_version_1_0_is_an_ordinary_failure() -> None:
    replayer = analysed()

    state = replayer.complete_child(child("character", 1), {"outcome": "failed", "failure": "cancelled"})

    assert kinds(state) == ["analysis", "character"]
    assert replayer.children() == [child("chunks"), child("character", 0)]


def test_end_is_retried_while_storage_is_unavailable() -> None:
    replayer = started()
    replayer.complete_child(child("analysis"), FAILED)
    replayer.fail_call("save_ledger")
    replayer.fire_retry_timer(again=True)

    assert saved(replayer)["isDone"]


@pytest.mark.parametrize("finished", range(4))
def test_cancelled_generation_ends_at_once_and_keeps_finished_results(finished: int) -> None:
    replayer = analysed(characters=3)
    for index in range(finished):
        replayer.complete_child(child("character", index) if index < 3 else child("chunks"), DONE)

    replayer.raise_event("cancel")
    state = saved(replayer)

    assert kinds(state) == ["analysis", *["character"] * min(finished, 3), *["chunks"] * (finished > 3), "cancelled"]
    assert state["isDone"]


def test_cancel_before_the_orchestration_starts_is_not_lost() -> None:
    replayer = started()
    replayer.raise_event("cancel")

    assert kinds(saved(replayer)) == ["cancelled"]


def test_results_after_a_cancel_are_not_in_the_ledger() -> None:
    replayer = analysed(characters=2)
    replayer.raise_event("cancel")
    replayer.complete_child(child("character", 0), DONE)

    assert kinds(saved(replayer)) == ["analysis", "cancelled"]


def test_usage_is_added_up_once_in_the_closing_entry() -> None:
    used = {"calls": 1, "input_tokens": 10, "output_tokens": 20, "images": 1, "price_micros": 70_000}
    drawn = {**DONE, "used": used}
    replayer = analysed(characters=1)
    state = finish_all(replayer, chunks={**drawn, "count": 2}, character_0=drawn, panel_0=drawn, panel_1=FAILED)

    total = {"calls": 3, "inputTokens": 30, "outputTokens": 60, "images": 3, "priceMicros": 210_000}
    assert state["customStatus"]["used"] == {**total, "unpricedCalls": 0}
    assert entries(state)[-1]["used"] == state["customStatus"]["used"]


def test_entry_has_the_attempts_of_its_step() -> None:
    retried = {"attempts": 2, "code": "model-busy"}
    replayer = started()
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A", "count": 1, "retried": retried})
    state = finish_all(replayer, character_0={**DONE, "retried": retried}, panel_1={**FAILED, "retried": retried})

    assert entries(state)[0]["retried"] == retried
    assert [entry["kind"] for entry in entries(state) if "retried" in entry] == ["analysis", "character", "panel"]


def test_critical_entry_has_the_attempts_of_its_step() -> None:
    retried = {"attempts": 2, "code": "model-busy"}
    replayer = started()
    replayer.complete_child(child("analysis"), {**FAILED, "retried": retried})

    assert entries(saved(replayer))[-1]["retried"] == retried
