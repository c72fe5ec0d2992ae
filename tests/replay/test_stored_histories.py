"""Histories of running generations: the current orchestrators must be able to continue and finish them."""

import json
from pathlib import Path

import pytest

from tests.replay.record import FOLDER, ORCHESTRATORS, VERSION
from tests.replay.replayer import Json, Replayer, leaves_of, replay

HISTORIES = sorted(FOLDER.glob("*/*.json"))
UNDER_WAY = [path for path in HISTORIES if not json.loads(path.read_text())["state"]["isDone"]]
DONE: Json = {"outcome": "done"}


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def test_current_and_previous_version_have_histories_of_every_orchestration() -> None:
    by_version: dict[str, set[str]] = {}
    for path in HISTORIES:
        by_version.setdefault(path.parent.name, set()).add(json.loads(path.read_text())["orchestrator"])

    assert by_version[VERSION] == set(ORCHESTRATORS)
    assert [version for version, names in by_version.items() if version != VERSION and names == set(ORCHESTRATORS)]


def essence_of(orchestrator: str, state: Json) -> Json:
    """Return the part of a state that a later version must not change: scheduled actions, the end, and the ledger.

    No history records retry options, so they may change; the status of a step is for people only.
    """
    return {
        "scheduled": [
            [leaf.get(field) for field in ("functionName", "input", "instanceId", "fireAt")]
            for leaf in leaves_of(state)
        ],
        "ended": (state["isDone"], state.get("output")),
        "ledger": state["customStatus"] if orchestrator == "manga" else None,
    }


@pytest.mark.parametrize("path", HISTORIES, ids=name_of)
def test_stored_history_replays_to_the_same_actions_and_ledger(path: Path) -> None:
    record = json.loads(path.read_text())
    name = record["orchestrator"]

    # The episode's closing event is added after the orchestrator has answered.
    state = replay(ORCHESTRATORS[name], record["instanceId"], record["input"], record["history"][:-1])

    assert essence_of(name, state) == essence_of(name, record["state"])


@pytest.mark.parametrize("path", UNDER_WAY, ids=name_of)
def test_generation_of_an_earlier_version_is_finished_by_this_one(path: Path) -> None:
    record = json.loads(path.read_text())
    begun = len(record["state"]["customStatus"].get("entries", []))
    orchestrator = ORCHESTRATORS[record["orchestrator"]]
    running = Replayer.taken_up(orchestrator, record["instanceId"], record["input"], record["history"])

    while running.children():
        running.complete_child(running.children()[0], DONE)
    if running.activities() == ["save_ledger"]:
        running.complete_call("save_ledger", result=True)
    else:
        running.complete_activity(DONE)

    assert running.state["isDone"]
    assert "error" not in running.state
    if record["orchestrator"] == "manga":
        entries = running.state["customStatus"]["entries"]
        assert entries[:begun] == record["state"]["customStatus"]["entries"]
        assert [entry["kind"] for entry in entries[begun:]] == ["character", "panel", "panel", "panel", "complete"]


def test_unfinished_histories_exist() -> None:
    assert {json.loads(path.read_text())["orchestrator"] for path in UNDER_WAY} >= {"manga"}
