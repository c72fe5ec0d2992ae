"""A model that says when to come back is waited for, and one whose quota is used up is not."""

from collections import Counter

import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import LONGEST_STORY, MOST_PANELS, Received, RunningApp

IMAGE_MODEL = "gemini-nano-banana-2.1"


def notices(read: Received) -> list[tuple[JsonObject, JsonObject]]:
    """Return the pairs of messages about attempts that are made again."""
    pairs = zip(read.messages, read.messages[1:], strict=False)
    return [(error, status) for error, status in pairs if error.get("retrying")]


def calls_of(app: RunningApp, kind: str) -> list[JsonObject]:
    return [call for call in app.emulator.calls()["calls"] if call["kind"] == kind]


@pytest.mark.parametrize(
    "told",
    [
        {"fault": "429", "retry_info": "5s"},
        {"fault": "429", "retry_after": "5"},
        {"fault": "503", "retry_info": "4.4s"},
    ],
)
def test_step_waits_as_long_as_it_is_told_and_says_so(app: RunningApp, told: JsonObject) -> None:
    app.emulator.fail({"kind": "analysis", "calls": [1], **told})

    read = app.generate()

    assert read.last["type"] == "complete"
    first, second = calls_of(app, "analysis")
    assert second["startedS"] - first["finishedS"] >= 5
    ((error, status),) = notices(read)
    assert (error["step"], error["code"]) == ("analysis", "model-rate-limited")
    assert 6 <= error["waitSeconds"] <= 15
    assert f"after {error['waitSeconds']} seconds" in error["message"]
    assert status["message"] == "Retrying story analysis..."


def test_wait_is_not_the_one_retry(app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "analysis", "calls": [1, 3], "fault": "429", "retry_info": "0.1s"},
        {"kind": "analysis", "calls": [2], "fault": "503"},
    )

    read = app.generate()

    assert read.last["type"] == "complete"
    assert len(calls_of(app, "analysis")) == 4


def test_second_real_failure_ends_the_step_however_often_it_waited(app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "analysis", "calls": [2], "fault": "429", "retry_info": "0.1s"}, {"kind": "analysis", "fault": "503"}
    )

    read = app.generate()

    assert len(calls_of(app, "analysis")) == 3
    assert (read.last["step"], read.last["code"]) == ("critical", "model-unavailable")


@pytest.mark.timeout(300)  # the model admits the last panels after two of its windows
def test_all_panels_are_drawn_by_a_model_that_limits_its_rate_and_none_is_paid_for_twice(app: RunningApp) -> None:
    app.emulator.limit_rates({IMAGE_MODEL: {"calls": 10, "seconds": 8}})

    read = app.generate(LONGEST_STORY)

    assert read.last["type"] == "complete"
    assert "failedPanels" not in read.last
    assert read.last["totalPanels"] == len(read.of("panel")) == MOST_PANELS
    answered = Counter(call["subject"] for call in calls_of(app, "panel") if call["status"] == 200)
    assert set(answered.values()) == {1}
    assert len(answered) == MOST_PANELS
    refused = [call for call in calls_of(app, "panel") if call["status"] == 429]
    assert refused
    assert len(notices(read)) >= 1


@pytest.mark.parametrize("reason", ["quota-per-day", "quota-zero"])
def test_quota_that_waiting_cannot_cure_fails_the_step_at_once_and_a_later_retry_succeeds(
    app: RunningApp, reason: str
) -> None:
    app.emulator.fail({"kind": "panel", "subject": "2", "fault": "refused", "reason": reason, "retry_info": "9s"})

    read = app.generate()

    assert notices(read) == []
    (failed,) = [message for message in read.results if message["type"] == "error"]
    assert (failed["step"], failed["index"], failed["code"]) == ("panel", 1, "model-quota-exhausted")
    assert (read.last["type"], read.last["failedPanels"]) == ("complete", [1])
    assert len([call for call in calls_of(app, "panel") if call["subject"] == "2"]) == 1

    app.emulator.fail()
    assert app.http.post(f"/api/generations/{read.generation_id}/retry").status_code == 202
    again = app.follow(read.generation_id, after=read.last["seq"])
    assert "failedPanels" not in again.last


def test_text_model_without_quota_ends_the_generation_in_order(app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "refused", "reason": "quota-per-day"})

    read = app.generate()

    assert app.emulator.calls()["total"] == 1
    assert (read.last["step"], read.last["code"]) == ("critical", "model-quota-exhausted")
