"""Runs of the `manga` orchestration, started, resumed and completed step by step."""

import json
import random
from collections.abc import Mapping

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


def finish_all(replayer: Replayer, order: random.Random | None = None, **results: Mapping[str, object]) -> Json:
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


def stopping() -> Replayer:
    """Start a generation that stops after the plan."""
    work = {"task": "make-missing", "stopAfter": "plan"}
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "work": work})
    replayer.start()
    replayer.complete_child(child("analysis"), {"outcome": "done", "title": "A Tale", "count": 2})
    return replayer


def replacing(ledger: Json, **work: object) -> Replayer:
    """Resume a generation that has this ledger, to replace its plan by one of 2 characters and 3 panels."""
    replaced = {"title": "Edited", "characters": 2, "panels": 3, **work}
    return resumed(ledger, {"task": "replace-plan", "plan": "5eed", **replaced})


def resumed(ledger: Json, work: Json, **fields: object) -> Replayer:
    """Resume a generation that has this ledger."""
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "resumed": True, "work": work, **fields})
    replayer.start()
    replayer.complete_call("load_ledger", ledger)
    return replayer


def entries(state: Json) -> list[Json]:
    return state["customStatus"]["entries"]


def kinds(state: Json) -> list[str]:
    return [entry["kind"] for entry in entries(state)]
