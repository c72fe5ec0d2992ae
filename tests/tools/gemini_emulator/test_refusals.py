"""Quotas and other refusals have the bodies of the real API."""

import time

import pytest
from google.genai import errors

from tests.tools.gemini_emulator.running_emulator import IMAGE_MODEL, TEXT_MODEL, RunningEmulator
from tools.gemini_emulator.control.rates import RateLimit, RateLimits
from tools.gemini_emulator.wire.refusals import REFUSAL_NAMES


@pytest.mark.parametrize("name", sorted(REFUSAL_NAMES))
def test_refusal_reaches_the_client_with_status_and_message(emulator: RunningEmulator, name: str) -> None:
    emulator.set_faults({"fault": "refused", "reason": name})
    with pytest.raises(errors.APIError) as refused:
        emulator.generate("hello")
    answer = emulator.post()
    assert refused.value.code == answer.status_code == answer.json()["error"]["code"]
    assert refused.value.message == answer.json()["error"]["message"]


def test_unknown_refusal_is_not_accepted_as_a_rule(emulator: RunningEmulator) -> None:
    answer = emulator.control("PUT", "faults", [{"fault": "refused", "reason": "no-mood"}])
    assert answer.status_code == 400
    assert "key-expired" in answer.text


def test_retry_delay_is_in_the_body_or_in_a_header(emulator: RunningEmulator) -> None:
    emulator.set_faults(
        {"fault": "503", "retry_info": "3.5s", "calls": [1]},
        {"fault": "429", "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT", "calls": [2]},
    )
    in_body, in_header = emulator.post(), emulator.post()
    assert in_body.json()["error"]["details"][-1]["retryDelay"] == "3.5s"
    assert "retry-after" not in in_body.headers
    assert in_header.headers["retry-after"] == "Wed, 21 Oct 2026 07:28:00 GMT"
    assert "details" not in in_header.json()["error"]


def test_raw_answer_is_sent_unchanged(emulator: RunningEmulator) -> None:
    location = "http://elsewhere.invalid/"
    emulator.set_faults({"fault": "raw", "status": 302, "headers": {"Location": location}, "body": "/wA="})
    answer = emulator.post()
    assert (answer.status_code, answer.headers["location"], answer.content) == (302, location, b"\xff\x00")


def test_calls_over_the_rate_limit_are_refused_with_the_remaining_time(emulator: RunningEmulator) -> None:
    emulator.control("PUT", "rates", {TEXT_MODEL: {"calls": 2, "seconds": 30}})
    began = time.monotonic()
    admitted = [emulator.post(), emulator.post()]
    refused = emulator.post()
    passed_s = time.monotonic() - began

    assert [answer.status_code for answer in admitted] == [200, 200]
    error = refused.json()["error"]
    _, failure, retry = error["details"]
    assert (refused.status_code, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert failure["violations"][0]["quotaId"] == "GenerateRequestsPerMinutePerProjectPerModel"
    assert failure["violations"][0]["quotaValue"] == "2"
    assert 30 - passed_s - 0.01 <= float(retry["retryDelay"].removesuffix("s")) <= 30
    assert emulator.post(IMAGE_MODEL).status_code == 200
    assert emulator.control("GET", "calls").json()["calls"][2]["fault"] == "rate"


def test_rate_limit_admits_a_call_when_the_oldest_has_expired() -> None:
    rates = RateLimits({"m": RateLimit(calls=2, seconds=60)})
    waits = [rates.admit("m", now_s) for now_s in (0, 10, 20, 59.5, 60, 61, 70)]
    assert waits == [0, 0, 40, 0.5, 0, 9, 0]
