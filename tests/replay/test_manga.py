"""The `manga` orchestration, replayed through the real SDK."""

import random
from typing import Any

import pytest

from orchestrators.manga import run_manga
from tests.replay.replayer import Json, Replayer

GENERATION = "0123456789abcdef" * 2
FAILED = {"outcome": "failed", "failure": "content-blocked"}
DONE = {"outcome": "done"}


def started(parallel_steps: int = 15) -> Replayer:
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": parallel_steps})
    replayer.start()
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
    return replayer.state


def entries(state: Json) -> list[Json]:
    return state["customStatus"]["entries"]


def kinds(state: Json) -> list[str]:
    return [entry["kind"] for entry in entries(state)]


def test_it_begins_with_the_analysis_alone() -> None:
    assert started().children() == [child("analysis")]


def test_the_portal_shows_a_status_from_the_first_moment() -> None:
    assert started().state["customStatus"] == {"phase": "analysis", "entries": []}


def test_chunking_and_all_characters_run_side_by_side() -> None:
    assert analysed(characters=3).children() == [
        child("chunks"),
        child("character", 0),
        child("character", 1),
        child("character", 2),
    ]


def test_panels_wait_for_chunking_and_for_every_character() -> None:
    replayer = analysed()
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 3})
    replayer.complete_child(child("character", 1), DONE)
    assert replayer.children() == [child("character", 0)]

    replayer.complete_child(child("character", 0), DONE)

    assert replayer.children() == [child("panel", index) for index in range(3)]


def test_results_get_their_seq_in_the_order_in_which_they_come() -> None:
    replayer = analysed()
    replayer.complete_child(child("character", 1), DONE)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})
    replayer.complete_child(child("character", 0), DONE)
    replayer.complete_child(child("panel", 1), DONE)
    state = replayer.complete_child(child("panel", 0), DONE)

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
def test_entries_once_given_never_change_whatever_the_order(seed: int) -> None:
    order = random.Random(seed)
    replayer = analysed(characters=4)
    before = entries(replayer.state)
    while replayer.children():
        instance_id = order.choice(replayer.children())
        replayer.complete_child(instance_id, {"outcome": "done", "count": 5} if "chunks" in instance_id else DONE)
        after = entries(replayer.state)
        assert after[: len(before)] == before
        before = after

    assert kinds(replayer.state).count("panel") == 5
    assert kinds(replayer.state)[-1] == "complete"


def test_a_character_that_fails_is_reported_and_its_panels_are_drawn_without_its_sheet() -> None:
    replayer = analysed()
    replayer.complete_child(child("character", 0), FAILED)
    replayer.complete_child(child("character", 1), DONE)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})

    assert replayer.child_input(child("panel", 0))["sheets"] == {"1": 1}
    failed = [entry for entry in entries(replayer.state) if "failure" in entry]
    assert failed == [{"kind": "character", "index": 0, "version": 1, "failure": "content-blocked"}]
    assert kinds(finish_all(replayer))[-1] == "complete"


def test_a_panel_that_fails_is_reported_and_the_rest_goes_on() -> None:
    state = finish_all(analysed(), panel_1=FAILED)

    assert [entry["index"] for entry in entries(state) if entry["kind"] == "panel"] == [0, 1, 2]
    assert kinds(state)[-1] == "complete"


@pytest.mark.parametrize("step", ["analysis", "chunks"])
def test_analysis_or_chunking_that_fails_ends_the_generation(step: str) -> None:
    replayer = started() if step == "analysis" else analysed()
    state = replayer.complete_child(child(step), FAILED)

    assert state["isDone"]
    assert entries(state)[-1] == {"kind": "critical", "step": step, "failure": "content-blocked"}


def test_a_step_that_breaks_is_reported_as_a_fault_of_this_app() -> None:
    replayer = analysed(characters=1)
    replayer.complete_child(child("chunks"), {"outcome": "done", "count": 2})
    state = replayer.fail_child(child("character", 0))

    assert entries(state)[-1]["failure"] == "internal-error"
    assert replayer.children() == [child("panel", 0), child("panel", 1)]


def test_no_more_steps_run_at_once_than_the_setting_allows() -> None:
    replayer = analysed(characters=4, parallel_steps=3)
    most = 0
    while replayer.children():
        most = max(most, len(replayer.children()))
        instance_id = replayer.children()[-1]
        replayer.complete_child(instance_id, {"outcome": "done", "count": 7} if "chunks" in instance_id else DONE)

    assert most == 3
    assert kinds(replayer.state).count("panel") == 7


def test_no_retry_option_ever_stands_in_the_parent() -> None:
    state = finish_all(analysed())

    assert "retryOptions" not in str(state["actions"])
