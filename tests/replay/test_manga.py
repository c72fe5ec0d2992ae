"""The `manga` orchestration, replayed through the real SDK."""

import json
import random
from typing import Any

import pytest

from orchestrators.manga import run_manga
from tests.replay.replayer import Json, Replayer

GENERATION = "0123456789abcdef" * 2
FAILED = {"outcome": "failed", "failure": "content-blocked"}
DONE = {"outcome": "done"}


def started(parallel_steps: int = 15, version: str | None = None) -> Replayer:
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": parallel_steps})
    replayer.start(version)
    return replayer


def analysed(characters: int = 2, parallel_steps: int = 15) -> Replayer:
    replayer = started(parallel_steps)
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A Tale", "count": characters})
    return replayer


def child(*parts: object) -> str:
    return ":".join([GENERATION, *(str(part) for part in parts)])


def finish_all(replayer: Replayer, order: random.Random | None = None, **results: Any) -> Json:  # noqa: ANN401 - JSON
    """Complete children until none is left; `results` are by the child's name, such as `panel_1`."""
    while replayer.children():
        children = replayer.children()
        instance_id = order.choice(children) if order else children[0]
        name = instance_id.removeprefix(f"{GENERATION}:").replace(":", "_")
        default = {"outcome": "done", "count": 3} if name == "chunks" else DONE
        replayer.complete_child(instance_id, results.get(name, default))
    return saved(replayer)


def saved(replayer: Replayer) -> Json:
    """Save the ledger unchanged, which is the last step of an orchestration."""
    return replayer.complete_call("save_ledger", result=to_save(replayer)["entries"][-1])


def to_save(replayer: Replayer) -> Json:
    """Return the closed ledger that the orchestration saves."""
    assert replayer.activities() == ["save_ledger"]
    action = replayer.pending[replayer.activity("save_ledger")]
    return json.loads(action["input"])["ledger"]


def resumed(ledger: Json, work: Json) -> Replayer:
    """Resume a generation that has this ledger."""
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "resumed": True, "work": work})
    replayer.start()
    replayer.complete_call("load_ledger", ledger)
    return replayer


def entries(state: Json) -> list[Json]:
    return state["customStatus"]["entries"]


def kinds(state: Json) -> list[str]:
    return [entry["kind"] for entry in entries(state)]


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


def test_usage_is_added_up_once_in_the_closing_entry() -> None:
    used = {"calls": 1, "input_tokens": 10, "output_tokens": 20, "images": 1, "price_micros": 70_000}
    drawn = {**DONE, "used": used}
    replayer = analysed(characters=1)
    state = finish_all(replayer, chunks={**drawn, "count": 2}, character_0=drawn, panel_0=drawn, panel_1=FAILED)

    total = {"calls": 3, "inputTokens": 30, "outputTokens": 60, "images": 3, "priceMicros": 210_000}
    assert state["customStatus"]["used"] == {**total, "unpricedCalls": 0}
    assert entries(state)[-1]["used"] == state["customStatus"]["used"]


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
