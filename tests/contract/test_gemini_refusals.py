"""HTTP errors of the model, received by the real client, become our errors."""

import base64
import json
from datetime import UTC, datetime

import pytest

from activities.analysis import AnalysisAnswer
from shared.errors import (
    ModelAccessDenied,
    ModelBillingRequired,
    ModelBusy,
    ModelError,
    ModelImageRejected,
    ModelInputTooLarge,
    ModelLocationUnsupported,
    ModelPermissionDenied,
    ModelQuotaExhausted,
    ModelRateLimited,
    ModelRejected,
    ModelRequestInvalid,
    ModelTimeout,
    ModelUnavailable,
    UnknownModel,
    UnusableAnswer,
)
from shared.model.gemini import GeminiModel
from shared.model.prompts.analysis import analysis_prompt
from shared.models.usage import Usage
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.outside_world import OutsideWorld, Reply
from tools.gemini_emulator.wire.refusals import REFUSAL_NAMES

KEY = "planted-key-of-the-model"
ANALYSIS = analysis_prompt("Mira walked along the harbour.", "manga")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()

REFUSALS: dict[type[ModelError], str] = {
    ModelAccessDenied: "key-not-valid key-not-found key-expired key-leaked key-missing key-type-unsupported",
    ModelPermissionDenied: "service-disabled key-restricted project-suspended project-denied",
    ModelBillingRequired: "billing-required billing-disabled no-free-tier",
    ModelLocationUnsupported: "location billing-country",
    UnknownModel: "model-retired",
    ModelInputTooLarge: "payload-too-large entity-too-large too-many-tokens",
    ModelImageRejected: "image-unreadable",
    ModelRequestInvalid: "unknown-field",
    ModelRateLimited: "quota-per-minute",
    ModelQuotaExhausted: "quota-per-day quota-zero region-quota-zero credit-used-up spending-cap",
    ModelUnavailable: "high-demand",
}
ERRORS = {name: error for error, names in REFUSALS.items() for name in names.split()}


@pytest.fixture
def model(connect: Connect) -> GeminiModel:
    return connect(now=lambda: NOON, GEMINI_API_KEY=KEY)


async def refused(model: GeminiModel) -> ModelError:
    with pytest.raises(ModelError) as error:
        await model.answer(ANALYSIS, AnalysisAnswer)
    return error.value


@pytest.mark.parametrize("name", sorted(REFUSAL_NAMES))
async def test_refusal_has_its_error_class_and_hides_googles_message(
    model: GeminiModel, emulator: EmulatorControl, name: str
) -> None:
    emulator.fail({"fault": "refused", "reason": name})

    error = await refused(model)

    assert type(error) is ERRORS[name]
    assert str(error).startswith("the model answered ")
    assert error.__cause__ is None
    assert error.used == Usage(calls=1)
    assert emulator.count() == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("delay", "wait_s"),
    [
        ({"retry_info": "17s"}, 17),
        ({"retry_info": "3.5s"}, 3.5),
        ({"retry_after": "120"}, 120),
        ({"retry_after": "Mon, 23 Nov 2026 12:00:45 GMT"}, 45),
        ({"retry_info": "0s", "retry_after": "9"}, 9),
    ],
)
async def test_error_has_the_delay_requested_by_the_model(
    model: GeminiModel, emulator: EmulatorControl, status: int, delay: dict[str, str], wait_s: float
) -> None:
    emulator.fail({"fault": str(status), **delay})

    error = await refused(model)

    assert isinstance(error, ModelRateLimited)
    assert (error.wait_s, error.used) == (wait_s, Usage(calls=1))


async def test_rate_limit_error_has_the_remaining_seconds(model: GeminiModel, emulator: EmulatorControl) -> None:
    emulator.limit_rates({"gemini-3.8-flash": {"calls": 1, "seconds": 30}})
    await model.answer(ANALYSIS, AnalysisAnswer)

    error = await refused(model)

    assert isinstance(error, ModelRateLimited)
    assert 20 < error.wait_s <= 30


@pytest.mark.parametrize(
    "delay",
    [
        {},
        {"retry_info": "0s"},
        {"retry_info": "soon"},
        {"retry_after": "Mon, 23 Nov 2026 11:00:00 GMT"},
        {"retry_after": "Mon, 99999999999999999999 Nov 2026 11:00:00 GMT"},
    ],
)
@pytest.mark.parametrize(("status", "error"), [(429, ModelBusy), (503, ModelUnavailable)])
async def test_busy_model_without_a_delay_is_not_a_rate_limit(
    model: GeminiModel, emulator: EmulatorControl, delay: dict[str, str], status: int, error: type[ModelError]
) -> None:
    emulator.fail({"fault": str(status), **delay})

    assert type(await refused(model)) is error


BROKEN = '{"error": {"code": 400, "message": 7, "details": [null, "text", {"metadata": []}, {"reason": 3}]}}'
BODIES = {
    "empty": b"",
    "html": b"<html><title>Error</title></html>",
    "no UTF-8": b"\xff\xfe\x00\xd8",
    "cut JSON": b'{"error": {"code": 400, "mess',
    "a text": b'"no"',
    "null": b"null",
    "an empty list": b"[]",
    "a list of texts": b'["no"]',
    "an error that is a text": b'{"error": "no"}',
    "an error with broken details": BROKEN.encode(),
    "deeply nested": b"[" * 50_000,
    "large": b" " * 1_000_000,
}
STATUSES: dict[type[ModelError], tuple[int, ...]] = {
    UnusableAnswer: (204,),
    ModelRejected: (400, 418),
    ModelAccessDenied: (401,),
    ModelPermissionDenied: (403,),
    UnknownModel: (404,),
    ModelTimeout: (408, 504),
    ModelInputTooLarge: (413,),
    ModelBusy: (429,),
    ModelUnavailable: (302, 499, 500, 503, 529),
}
BY_STATUS = {status: error for error, statuses in STATUSES.items() for status in statuses}


@pytest.mark.parametrize("body", BODIES)
async def test_error_without_a_usable_body_is_classified_by_its_status(
    model: GeminiModel, emulator: EmulatorControl, body: str
) -> None:
    found: dict[int, type[ModelError]] = {}
    for index, status in enumerate(BY_STATUS):
        content_type = ("application/json", "text/html; charset=utf-8")[index % 2]
        content = "" if status == 204 else encoded(BODIES[body])
        emulator.fail({"fault": "raw", "status": status, "headers": {"Content-Type": content_type}, "body": content})
        found[status] = type(await refused(model))

    assert found == BY_STATUS


async def test_error_inside_a_list_is_read(model: GeminiModel, emulator: EmulatorControl) -> None:
    body = [{"error": {"code": 400, "message": "API key expired. Please renew the API key."}}]
    emulator.fail({"fault": "raw", "status": 400, "body": encoded(json.dumps(body).encode())})

    assert type(await refused(model)) is ModelAccessDenied


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(
    model: GeminiModel, emulator: EmulatorControl, elsewhere: OutsideWorld, status: int
) -> None:
    emulator.fail({"fault": "raw", "status": status, "headers": {"Location": f"{elsewhere.url}/v1beta/models"}})

    error = await refused(model)

    assert type(error) is ModelUnavailable
    assert "redirect" in str(error)
    assert elsewhere.received == []


async def test_truncated_error_is_classified_by_its_status(connect: Connect, elsewhere: OutsideWorld) -> None:
    elsewhere.say(
        "/v1beta/models/gemini-3.8-flash:generateContent",
        Reply(404, iter([b'{"error": {']), {"Content-Length": "1000"}),
    )

    assert type(await refused(connect(GOOGLE_GEMINI_BASE_URL=elsewhere.url))) is UnknownModel


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
