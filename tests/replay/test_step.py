"""The `step` orchestration, replayed through the real SDK."""

import json
from datetime import datetime, timedelta

import pytest
from azure.durable_functions.models.DurableOrchestrationContext import DurableOrchestrationContext

from orchestrators.step import run_step
from shared.models.steps import StepRequest
from shared.names import step_instance_id
from tests.replay.replayer import Replayer

REQUEST = StepRequest(generation_id="g" * 32, kind="panel", index=3)
PAYLOAD = REQUEST.model_dump(mode="json", by_alias=True)
RETRIED = {"attempts": 2, "code": "model-busy"}


def started() -> Replayer:
    replayer = Replayer(run_step, f"{REQUEST.generation_id}:panel:3", PAYLOAD)
    replayer.start()
    return replayer


def test_activity_is_called_with_two_attempts_two_seconds_apart() -> None:
    state = started().state

    (retried,) = state["actions"][0][0]["compoundActions"]
    assert retried["functionName"] == "draw_panel"
    assert retried["retryOptions"] == {"firstRetryIntervalInMilliseconds": 2000, "maxNumberOfAttempts": 2}


def test_step_returns_the_outcome_of_its_activity() -> None:
    state = started().complete_activity({"outcome": "done"})

    assert state["isDone"]
    assert state["output"] == {"outcome": "done"}


def test_status_shows_the_first_attempt() -> None:
    assert started().state["customStatus"] == {"kind": "panel", "index": 3, "version": 1, "attempt": 1}


def test_status_shows_the_attempts_of_the_outcome() -> None:
    replayer = started()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)

    state = replayer.complete_activity({"outcome": "done", "retried": RETRIED})

    assert state["output"] == {"outcome": "done", "retried": RETRIED}
    assert state["customStatus"]["attempt"] == 2


def test_second_failure_is_returned_and_nothing_more_is_scheduled() -> None:
    replayer = started()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)
    replayer.fail_activity()

    state = replayer.fire_retry_timer(again=False)

    assert state["isDone"]
    assert state["output"] == {"outcome": "failed", "failure": "retries-exhausted"}
    assert len(state["actions"][0]) == 1


def test_failure_returned_by_the_activity_is_not_retried() -> None:
    failed = {"outcome": "failed", "failure": "content-blocked", "retried": RETRIED}

    state = started().complete_activity(failed)

    assert state["isDone"]
    assert state["output"] == failed


def test_activity_is_called_again_after_the_wait_that_it_requested() -> None:
    replayer = started()

    state = replayer.complete_activity({"outcome": "waits", "wait_s": 40, "attempts": 1})

    assert not state["isDone"]
    assert state["customStatus"] == {"kind": "panel", "index": 3, "version": 1, "attempt": 2, "waitingS": 40}
    (timer,) = replayer.pending.values()
    assert datetime.fromisoformat(timer["fireAt"]) == replayer.now + timedelta(seconds=40)

    replayer.fire_timer()

    (again,) = replayer.pending.values()
    assert json.loads(again["input"]) == {**PAYLOAD, "waitedS": 40}
    assert replayer.complete_activity({"outcome": "done"})["output"] == {"outcome": "done"}


def test_activity_receives_the_total_wait() -> None:
    replayer = started()
    for attempts in (1, 2, 3):
        replayer.complete_activity({"outcome": "waits", "wait_s": 30, "attempts": attempts})
        replayer.fire_timer()

    (again,) = replayer.pending.values()
    assert json.loads(again["input"])["waitedS"] == 90


def test_translation_is_a_step_like_any_other() -> None:
    request = StepRequest(
        generation_id="g" * 32, kind="lettering", language="pt-BR", source="0a1b", plan="2c3d", round=1
    )
    payload = request.model_dump(mode="json", by_alias=True)
    replayer = Replayer(run_step, step_instance_id(request), payload)

    replayer.start()

    (call,) = replayer.pending.values()
    assert call["functionName"] == "translate_lettering"
    assert json.loads(call["input"]) == payload
    assert {name: payload[name] for name in ("language", "source", "plan", "round")} == {
        "language": "pt-BR",
        "source": "0a1b",
        "plan": "2c3d",
        "round": 1,
    }
    replayer.complete_activity({"outcome": "waits", "wait_s": 40, "attempts": 1})
    replayer.fire_timer()
    assert replayer.complete_activity({"outcome": "done"})["output"] == {"outcome": "done"}


def test_retries_and_waits_can_alternate() -> None:
    replayer = started()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)
    replayer.complete_activity({"outcome": "waits", "wait_s": 5, "attempts": 2})
    replayer.fire_timer()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)

    state = replayer.complete_activity({"outcome": "done"})

    assert state["isDone"]
    assert state["output"] == {"outcome": "done"}


@pytest.mark.parametrize(
    "used",
    [
        "instance_id",
        "version",
        "get_input",
        "set_custom_status",
        "call_sub_orchestrator",
        "call_activity_with_retry",
        "create_timer",
        "current_utc_datetime",
        "wait_for_external_event",
        "task_any",
    ],
)
def test_sdk_context_has_the_members_of_our_protocol(used: str) -> None:
    assert hasattr(DurableOrchestrationContext, used)
