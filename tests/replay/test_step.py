"""The `step` orchestration, replayed through the real SDK."""

import pytest
from azure.durable_functions.models.DurableOrchestrationContext import DurableOrchestrationContext

from orchestrators.step import run_step
from shared.models.steps import StepRequest
from tests.replay.replayer import Replayer

REQUEST = StepRequest(generation_id="g" * 32, kind="panel", index=3)


def started() -> Replayer:
    replayer = Replayer(run_step, f"{REQUEST.generation_id}:panel:3", REQUEST.model_dump(mode="json", by_alias=True))
    replayer.start()
    return replayer


def test_it_calls_its_activity_with_two_attempts_one_second_apart() -> None:
    state = started().state

    (retried,) = state["actions"][0][0]["compoundActions"]
    assert retried["functionName"] == "draw_panel"
    assert retried["retryOptions"] == {"firstRetryIntervalInMilliseconds": 1000, "maxNumberOfAttempts": 2}


def test_it_returns_what_the_activity_returns() -> None:
    state = started().complete_activity({"outcome": "done"})

    assert state["isDone"]
    assert state["output"] == {"outcome": "done"}


def test_it_shows_its_first_attempt() -> None:
    assert started().state["customStatus"] == {"kind": "panel", "index": 3, "version": 1, "attempt": 1}


def test_it_shows_the_second_attempt_as_soon_as_the_first_has_failed() -> None:
    state = started().fail_activity()

    assert state["customStatus"]["attempt"] == 2
    assert not state["isDone"]


def test_a_retry_that_succeeds_gives_the_result() -> None:
    replayer = started()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)

    state = replayer.complete_activity({"outcome": "done"})

    assert state["output"] == {"outcome": "done"}
    assert state["customStatus"]["attempt"] == 2


def test_a_second_failure_becomes_a_value_and_schedules_nothing_more() -> None:
    replayer = started()
    replayer.fail_activity()
    replayer.fire_retry_timer(again=True)
    replayer.fail_activity()

    state = replayer.fire_retry_timer(again=False)

    assert state["isDone"]
    assert state["output"] == {"outcome": "failed", "failure": "retries-exhausted"}
    assert len(state["actions"][0]) == 1


def test_a_failure_that_the_activity_returns_is_not_tried_again() -> None:
    state = started().complete_activity({"outcome": "failed", "failure": "content-blocked"})

    assert state["isDone"]
    assert state["output"] == {"outcome": "failed", "failure": "content-blocked"}


@pytest.mark.parametrize(
    "used", ["instance_id", "histories", "get_input", "set_custom_status", "call_sub_orchestrator", "task_any"]
)
def test_the_sdks_context_has_what_our_protocol_of_it_says(used: str) -> None:
    assert hasattr(DurableOrchestrationContext, used)
