"""The real google-genai client behind our port, against the emulator: requests, answers of all kinds, and costs."""

import asyncio
from datetime import UTC, datetime

import pytest
from google.genai import types

from activities.analysis import AnalysisAnswer
from activities.chunking import BreakdownAnswer
from shared.errors import (
    BLOCK_REASONS,
    ContentBlocked,
    ModelError,
    ModelRequestInvalid,
    ModelTimeout,
    ModelUnavailable,
    NotConfigured,
    UnusableAnswer,
)
from shared.images.check import check_image
from shared.model import gemini_answer
from shared.model.gemini import GeminiModel
from shared.models.usage import Usage
from tests.contract.model_requests import ANALYSIS, CHUNKING, PANEL
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.running_app import STORY
from tools.devstack.processes import free_port

# --- requests ----------------------------------------------------------------------------------------------------


async def test_text_answer_is_parsed(model: GeminiModel) -> None:
    answer = (await model.answer(ANALYSIS, AnalysisAnswer)).value

    assert {known.name for known in answer.characters} == {"Mira", "Jon"}


async def test_image_request_has_the_aspect_ratio_and_numbered_references(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    image = (await model.draw(PANEL, "16:9")).value

    assert check_image(image.content, 10_000_000) == image
    (call,) = emulator.of(full=True)
    assert call["generationConfig"]["imageConfig"]["aspectRatio"] == "16:9"
    assert call["texts"][:2] == ["Image 1:", "Image 2:"]
    assert '{"image": 1, "shows": "character sheet", "name": "Mira"}' in call["texts"][2]
    assert '{"image": 2, "shows": "setting reference", "name": "The pier"}' in call["texts"][2]


async def test_response_schema_is_that_of_the_pydantic_model(model: GeminiModel, emulator: EmulatorControl) -> None:
    await model.answer(CHUNKING, BreakdownAnswer)

    config = emulator.of(full=True)[0]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"]["properties"]["panels"]["maxItems"] == 15


async def test_calls_run_concurrently(model: GeminiModel, emulator: EmulatorControl) -> None:
    emulator.delay(text=0.2)

    await asyncio.gather(*(model.answer(ANALYSIS, AnalysisAnswer) for _ in range(5)))

    assert emulator.calls()["maxConcurrency"] == 5


async def test_calls_use_v1beta_unless_gemini_api_version_is_set(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")
    await connect().draw(PANEL, "1:1")

    with pytest.raises(ModelRequestInvalid):
        await connect(GEMINI_API_VERSION="v1").draw(PANEL, "1:1")


@pytest.mark.parametrize(
    ("setting", "sent"),
    [
        ("", {"thinkingLevel": "MINIMAL"}),
        ("medium", {"thinkingLevel": "MEDIUM"}),
        ("high", {"thinkingLevel": "HIGH"}),
        ("unset", None),
    ],
)
async def test_thinking_level_of_the_image_model_is_a_setting(
    connect: Connect, emulator: EmulatorControl, setting: str, sent: dict[str, str] | None
) -> None:
    await connect(IMAGE_THINKING=setting).draw(PANEL, "1:1")

    config = emulator.of(full=True)[0]["generationConfig"]
    assert config.get("thinkingConfig") == (sent and {"includeThoughts": False, **sent})
    assert config["imageConfig"] == {"aspectRatio": "1:1", "imageSize": "1K"}


# --- costs -------------------------------------------------------------------------------------------------------


async def test_answer_has_usage_and_price(connect: Connect) -> None:
    model = connect(MODEL_PRICES='{"gemini-3.8-flash": {"inputPerMillion": 1000000, "outputPerMillion": 0}}')

    text = (await model.answer(ANALYSIS, AnalysisAnswer)).used
    image = (await model.draw(PANEL, "16:9")).used

    assert (text.calls, text.images, text.unpriced_calls) == (1, 0, 0)
    assert text.input_tokens > len(STORY) // 4
    assert text.output_tokens > 10
    assert text.price_micros == text.input_tokens * 1_000_000
    assert (image.calls, image.images) == (1, 1)
    thought_tokens = image.output_tokens - 1120
    assert thought_tokens > 0
    assert image.price_micros == round(image.input_tokens * 1.5 + thought_tokens * 7.5) + 33_600


@pytest.mark.parametrize(
    ("moment", "factor"),
    [(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1), (datetime(2027, 1, 1, tzinfo=UTC), 2)],
)
async def test_price_depends_on_the_day_of_the_call(connect: Connect, moment: datetime, factor: int) -> None:
    used = (await connect(now=moment.timestamp).answer(ANALYSIS, AnalysisAnswer)).used

    assert used.price_micros == round(factor * (used.input_tokens * 0.75 + used.output_tokens * 3.75))


async def test_more_thinking_costs_more(connect: Connect) -> None:
    levels = ("minimal", "medium", "high")
    prices = [(await connect(IMAGE_THINKING=level).draw(PANEL, "1:1")).used.price_micros for level in levels]

    assert prices == sorted(set(prices))


@pytest.mark.parametrize(
    "usage",
    [
        {"promptTokenCount": -5, "candidatesTokenCount": 10},
        {"promptTokenCount": 5, "candidatesTokenCount": 10**12},
        {"promptTokenCount": "many", "candidatesTokenCount": 3},
        {"promptTokenCount": 5, "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": -1120}]},
        {"promptTokenCount": True},
        {"promptTokenCount": 1e300},
    ],
)
async def test_implausible_token_counts_are_ignored(
    model: GeminiModel, emulator: EmulatorControl, usage: dict[str, object]
) -> None:
    emulator.fail({"fault": "usage", "usage": usage})

    text, image = (await model.answer(ANALYSIS, AnalysisAnswer)).used, (await model.draw(PANEL, "1:1")).used

    assert (text.calls, text.input_tokens, text.output_tokens, text.price_micros) == (1, 0, 0, 0)
    assert (image.calls, image.images, image.input_tokens, image.price_micros) == (1, 1, 0, 33_600)


# --- failures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["cut", "garbage", "wrong-shape", "truncated", "empty", "prompt-blocked"])
async def test_failed_text_call_raises_its_error_and_is_not_repeated(
    model: GeminiModel, emulator: EmulatorControl, fault: str
) -> None:
    emulator.fail({"fault": fault})

    with pytest.raises(ContentBlocked if fault == "prompt-blocked" else UnusableAnswer) as failed:
        await model.answer(ANALYSIS, AnalysisAnswer)

    assert emulator.count() == 1
    if fault == "prompt-blocked":
        assert (failed.value.used.calls, failed.value.used.input_tokens > 0) == (1, True)


@pytest.mark.parametrize("fault", ["no-image", "bad-image", "empty"])
async def test_answer_without_a_picture_is_unusable(model: GeminiModel, emulator: EmulatorControl, fault: str) -> None:
    emulator.fail({"fault": fault})

    with pytest.raises(UnusableAnswer):
        await model.draw(PANEL, "4:3")


@pytest.mark.parametrize(
    ("fault", "reason", "block"),
    [
        *(("prompt-blocked", reason.value, reason.value) for reason in list(types.BlockedReason)[1:]),
        *(("finish", reason, block) for reason, block in gemini_answer.BLOCKING_FINISHES.items()),
        # The answer has a picture, but it must not be used.
        ("odd-finish", "IMAGE_SAFETY", gemini_answer.BLOCKING_FINISHES["IMAGE_SAFETY"]),
    ],
)
async def test_blocked_content_has_its_reason(
    model: GeminiModel, emulator: EmulatorControl, fault: str, reason: str, block: str
) -> None:
    emulator.fail({"fault": fault, "reason": reason})

    with pytest.raises(ContentBlocked) as blocked:
        await model.draw(PANEL, "4:3")

    assert blocked.value.block == block


def test_every_reason_of_the_sdk_is_mapped() -> None:
    known = {"STOP", *gemini_answer.BLOCKING_FINISHES, *gemini_answer.UNUSABLE_FINISHES}

    assert known == {reason.value for reason in types.FinishReason}
    assert set(gemini_answer.PROMPT_BLOCKS) == {reason.value for reason in types.BlockedReason}
    blocks = {*gemini_answer.BLOCKING_FINISHES.values(), *gemini_answer.PROMPT_BLOCKS.values()}
    assert blocks == set(BLOCK_REASONS)


@pytest.mark.parametrize(
    ("fault", "reason", "error"),
    [
        ("prompt-blocked", "SOMETHING_NEW", ContentBlocked),
        ("finish", "SOMETHING_NEW", UnusableAnswer),
        # Google's JSON has a number in place of an unknown enum value.
        ("prompt-blocked", 99, ContentBlocked),
        ("finish", 99, UnusableAnswer),
    ],
)
async def test_unknown_finish_reason_is_an_ordinary_failure(
    model: GeminiModel, emulator: EmulatorControl, fault: str, reason: str | int, error: type[ModelError]
) -> None:
    emulator.fail({"fault": fault, "reason": reason})

    with pytest.raises(error) as failed:
        await model.draw(PANEL, "4:3")

    assert str(reason) not in str(failed.value)


async def test_slow_model_times_out(connect: Connect, emulator: EmulatorControl) -> None:
    emulator.fail({"fault": "hang"})

    with pytest.raises(ModelTimeout):
        await connect(MODEL_TEXT_TIMEOUT_SECONDS="0.2").answer(ANALYSIS, AnalysisAnswer)


async def test_call_that_reaches_no_model_is_not_counted(connect: Connect) -> None:
    with pytest.raises(ModelUnavailable) as failed:
        await connect(GOOGLE_GEMINI_BASE_URL=f"http://127.0.0.1:{free_port()}").answer(ANALYSIS, AnalysisAnswer)

    assert failed.value.used == Usage()


async def test_no_call_is_made_without_a_key(connect: Connect, emulator: EmulatorControl) -> None:
    with pytest.raises(NotConfigured, match="GEMINI_API_KEY"):
        await connect(GEMINI_API_KEY="").answer(ANALYSIS, AnalysisAnswer)

    assert emulator.count() == 0
