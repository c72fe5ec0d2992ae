"""Mapping of Google's error responses to our error classes."""

import json

import pytest

from shared.errors import (
    ModelAccessDenied,
    ModelBusy,
    ModelError,
    ModelQuotaExhausted,
    ModelRateLimited,
    ModelRejected,
    ModelRequestInvalid,
)
from shared.model.gemini_refusals import error_of

BAD_KEY = {"reason": "API_KEY_INVALID", "domain": "googleapis.com"}


def classified(status: int, message: str = "", *details: object, retry_after: str = "") -> ModelError:
    body = {"error": {"code": status, "message": message, "details": details}}
    headers = {"Retry-After": retry_after} if retry_after else {}
    return error_of(status, headers, json.dumps(body).encode(), now_s=0)


def violation(quota_id: str, value: object) -> object:
    return {"violations": [{"quotaId": quota_id, "quotaValue": value}]}


def test_reason_decides_whatever_the_message() -> None:
    assert type(classified(400, "Der Schlüssel ist falsch.", BAD_KEY)) is ModelAccessDenied


def test_reason_of_another_domain_is_ignored() -> None:
    assert type(classified(400, "", {**BAD_KEY, "domain": "example.com"})) is ModelRejected


def test_malformed_details_do_not_hide_valid_ones() -> None:
    assert type(classified(400, "", None, {"metadata": 7}, BAD_KEY)) is ModelAccessDenied


@pytest.mark.parametrize(
    "message",
    [
        "Thinking level MEDIUM is not supported for this model. Please retry with other thinking level.",
        "Invalid value at 'generation_config.response_modalities[0]' (TYPE_ENUM), \"IMAGE\"",
        "The specified schema produces a constraint that has too many states for serving.",
        "* GenerateContentRequest.generation_config.response_schema.properties: should be non-empty",
        "Multiple candidates is not enabled for this model",
    ],
)
def test_error_about_a_request_field_is_request_invalid(message: str) -> None:
    assert type(classified(400, message)) is ModelRequestInvalid


def test_refusal_without_a_cause_does_not_blame_the_story() -> None:
    error = classified(400, "Request contains an invalid argument.")

    assert type(error) is ModelRejected
    assert "story" not in error.public_reason


@pytest.mark.parametrize(
    ("quota_id", "value", "expected"),
    [
        ("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "20", ModelQuotaExhausted),
        ("GenerateContentInputTokensPerModelPerDay-FreeTier", "100000", ModelQuotaExhausted),
        ("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "0", ModelQuotaExhausted),
        ("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", 0, ModelQuotaExhausted),
        ("GenerateRequestsPerMinutePerProjectPerModel", "10", ModelRateLimited),
        ("GenerateContentPaidTierInputTokensPerModelPerMinute", "1000000", ModelRateLimited),
    ],
)
def test_quota_that_does_not_reset_soon_is_exhausted_despite_a_retry_delay(
    quota_id: str, value: object, expected: type[ModelError]
) -> None:
    assert type(classified(429, "", violation(quota_id, value), {"retryDelay": "26s"})) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("* Quota exceeded for metric: free_tier_requests, limit: 0, model: gemini-3-pro-image", ModelQuotaExhausted),
        ("limit: 0", ModelQuotaExhausted),
        ("limit: 05, model: m", ModelBusy),
        ("limit: 0.5, model: m", ModelBusy),
        # Every quota error has this text, whether or not waiting helps.
        ("You exceeded your current quota, please check your plan and billing details.", ModelBusy),
    ],
)
def test_limit_of_0_is_found_in_the_message(message: str, expected: type[ModelError]) -> None:
    assert type(classified(429, message)) is expected


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [("0.5", 0.5), ("Thu, 01 Jan 1970 00:00:10", 10), ("Thu, 01 Jan 1970 01:00:10 +0100", 10)],
)
def test_delay_in_the_header_is_in_seconds_or_a_date(retry_after: str, wait_s: float) -> None:
    error = classified(429, retry_after=retry_after)

    assert isinstance(error, ModelRateLimited)
    assert error.wait_s == wait_s


def test_longest_delay_in_the_body_overrides_the_header() -> None:
    error = classified(503, "", {"retryDelay": "3s"}, {"retryDelay": "7.5s"}, retry_after="90")

    assert isinstance(error, ModelRateLimited)
    assert (error.wait_s, error.retry_after_s) == (7.5, 8)


@pytest.mark.parametrize("delay", ["-3s", "1e400s", "9" * 400 + "s", "infs", "nans", "3"])
def test_invalid_delay_is_ignored(delay: str) -> None:
    error = classified(429, "", {"retryDelay": delay})

    assert type(error) is (ModelRateLimited if delay == "3" else ModelBusy)


def test_delay_is_used_only_with_429_and_503() -> None:
    assert type(classified(400, "", {"retryDelay": "3s"}, retry_after="3")) is ModelRejected
