"""Stores histories of this version's orchestrations: `python -m tests.replay.record`.

Generations that run during a deployment have such histories. Each version (host.json's `defaultVersion`)
has its own folder, which is never recorded again once the version is released (docs/upgrades.md).
"""

import json
from collections.abc import Callable
from pathlib import Path

from orchestrators.manga import run_manga
from orchestrators.step import run_step
from tests.replay.replayer import Replayer

FOLDER = Path(__file__).resolve().parents[1] / "histories"
_HOST = Path(__file__).resolve().parents[2] / "host.json"
VERSION: str = json.loads(_HOST.read_text())["extensions"]["durableTask"]["defaultVersion"]
GENERATION = "0123456789abcdef" * 2
ORCHESTRATORS = {"manga": run_manga, "step": run_step}


def main() -> None:
    """Record every scenario."""
    folder = FOLDER / VERSION
    folder.mkdir(parents=True, exist_ok=True)
    for name, play in SCENARIOS.items():
        orchestrator, replayer = play()
        record = {
            "orchestrator": orchestrator,
            "instanceId": replayer.instance_id,
            "input": replayer.start_input,
            "history": replayer.history,
            "state": replayer.state,
        }
        (folder / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n")


def _complete() -> tuple[str, Replayer]:
    replayer = _with_plan()
    replayer.complete_child(f"{GENERATION}:character:1", {"outcome": "failed", "failure": "content-blocked"})
    replayer.complete_child(f"{GENERATION}:character:0", {"outcome": "done"})
    for index in (2, 0, 1):
        replayer.complete_child(f"{GENERATION}:panel:{index}", {"outcome": "done"})
    replayer.complete_call("save_ledger", result=True)
    return "manga", replayer


def _under_way() -> tuple[str, Replayer]:
    replayer = _with_plan()
    replayer.complete_child(f"{GENERATION}:character:0", {"outcome": "done"})
    return "manga", replayer


def _cancelled() -> tuple[str, Replayer]:
    replayer = _with_plan()
    replayer.raise_event("cancel")
    replayer.complete_call("save_ledger", result=True)
    return "manga", replayer


def _stopped_after_plan() -> tuple[str, Replayer]:
    replayer = Replayer(
        run_manga, GENERATION, {"parallelSteps": 15, "work": {"task": "make-missing", "stopAfter": "plan"}}
    )
    replayer.start(VERSION)
    replayer.complete_child(f"{GENERATION}:analysis", {"outcome": "done", "title": "A Tale", "count": 2})
    replayer.complete_child(f"{GENERATION}:chunks", {"outcome": "done", "count": 3})
    closed = replayer.state["customStatus"]["entries"]
    replayer.complete_call("save_ledger", result={"kind": "complete", "stoppedAfter": "plan"})
    assert replayer.state["customStatus"]["entries"][:-1] == closed
    return "manga", replayer


def _plan_replaced() -> tuple[str, Replayer]:
    _, first = _complete()
    work = {
        "task": "replace-plan",
        "plan": "5eed5eed5eed5eed",
        "title": "Another Tale",
        "characters": 2,
        "panels": 2,
        "outdatedPanels": [0],
        "moves": [{"kind": "panel", "index": 2, "version": 1, "toIndex": 0}],
    }
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15, "resumed": True, "round": 1, "work": work})
    replayer.start(VERSION)
    replayer.complete_call("load_ledger", first.state["customStatus"])
    copied = {"kind": "panel", "index": 2, "version": 1, "toIndex": 0, "toVersion": 3}
    replayer.complete_call("copy_images", [copied])
    replayer.complete_call("save_ledger", result={"kind": "complete", "stoppedAfter": "plan"})
    return "manga", replayer


def _retried_step() -> tuple[str, Replayer]:
    request = {"generationId": GENERATION, "kind": "panel", "index": 3, "version": 1, "sheets": {"0": 1}}
    replayer = Replayer(run_step, f"{GENERATION}:panel:3", request)
    replayer.start(VERSION)
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)
    return "step", replayer


def _waiting_step() -> tuple[str, Replayer]:
    _, replayer = _retried_step()
    replayer.complete_activity({"outcome": "waits", "wait_s": 40, "attempts": 2})
    replayer.fire_timer()
    return "step", replayer


def _finished_step() -> tuple[str, Replayer]:
    _, replayer = _retried_step()
    replayer.complete_activity({"outcome": "done"})
    return "step", replayer


def _translated() -> tuple[str, Replayer]:
    request = {"generationId": GENERATION, "kind": "lettering", "language": "pt-BR", "source": "5eed5eed5eed5eed"}
    replayer = Replayer(run_step, f"{GENERATION}:lettering:pt-BR:5eed5eed5eed5eed", request)
    replayer.start(VERSION)
    replayer.complete_activity({"outcome": "done"})
    return "step", replayer


def _with_plan() -> Replayer:
    replayer = Replayer(run_manga, GENERATION, {"parallelSteps": 15})
    replayer.start(VERSION)
    replayer.complete_child(f"{GENERATION}:analysis", {"outcome": "done", "title": "A Tale", "count": 2})
    replayer.complete_child(f"{GENERATION}:chunks", {"outcome": "done", "count": 3})
    return replayer


SCENARIOS: dict[str, Callable[[], tuple[str, Replayer]]] = {
    "manga-complete": _complete,
    "manga-under-way": _under_way,
    "manga-cancelled": _cancelled,
    "manga-stopped-after-plan": _stopped_after_plan,
    "manga-plan-replaced": _plan_replaced,
    "step-retried": _finished_step,
    "step-under-way": _retried_step,
    "step-waited": _waiting_step,
    "step-translated": _translated,
}

if __name__ == "__main__":
    main()
