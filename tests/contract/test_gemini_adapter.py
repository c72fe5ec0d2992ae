"""The real google-genai client behind our port, against the emulator."""

import asyncio
from datetime import UTC, datetime

import pytest
from google.genai import types

from activities.analysis import AnalysisAnswer
from activities.chunking import BreakdownAnswer
from shared.errors import (
    BLOCK_REASONS,
    ContentBlocked,
    ModelBusy,
    ModelError,
    ModelPermissionDenied,
    ModelRejected,
    ModelRequestInvalid,
    ModelTimeout,
    ModelUnavailable,
    NotConfigured,
    UnknownModel,
    UnusableAnswer,
)
from shared.images.check import check_image
from shared.model import gemini_answer
from shared.model.gemini import GeminiModel
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.panel import panel_prompt
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.fakes.stories import SETTING, analysis, character, named, panel
from tools.devstack.processes import free_port

LEVELS = ("minimal", "medium", "high")
STORY = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
ANALYSIS = analysis_prompt(STORY, "manga")
PANEL = panel_prompt(
    panel(1, "Mira"),
    [character("Mira")],
    SETTING,
    "manga",
    no_dialogue=False,
    sheets=[named("Mira")],
    setting_references=[named("The pier")],
)


@pytest.fixture
def model(connect: Connect) -> GeminiModel:
    return connect()


async def test_an_answer_has_the_shape_that_was_asked_for(model: GeminiModel) -> None:
    answer = (await model.answer(ANALYSIS, AnalysisAnswer)).value

    assert {known.name for known in answer.characters} == {"Mira", "Jon"}


async def test_a_picture_decodes_and_has_the_frame_that_was_asked_for(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    image = (await model.draw(PANEL, "16:9")).value

    assert check_image(image.content, 10_000_000) == image
    (call,) = emulator.calls(full=True)["calls"]
    assert call["generationConfig"]["imageConfig"]["aspectRatio"] == "16:9"


async def test_the_prompts_images_go_along_each_behind_its_number(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    await model.draw(PANEL, "4:3")

    (call,) = emulator.calls(full=True)["calls"]
    assert call["texts"][:2] == ["Image 1:", "Image 2:"]
    assert '{"image": 1, "shows": "character sheet", "name": "Mira"}' in call["texts"][2]
    assert '{"image": 2, "shows": "setting reference", "name": "The pier"}' in call["texts"][2]


async def test_the_pydantic_model_is_the_response_schema(model: GeminiModel, emulator: EmulatorControl) -> None:
    plan = analysis("Mira")
    prompt = chunking_prompt(STORY, plan.characters, plan.setting, "comic", no_dialogue=False)
    await model.answer(prompt, BreakdownAnswer)

    config = emulator.calls(full=True)["calls"][0]["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseJsonSchema"]["properties"]["panels"]["maxItems"] == 15


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("408", ModelTimeout),
        ("429", ModelBusy),
        ("500", ModelUnavailable),
        ("503", ModelUnavailable),
        ("400", ModelRejected),
        ("403", ModelPermissionDenied),
        ("404", UnknownModel),
        ("cut", UnusableAnswer),
        ("garbage", UnusableAnswer),
        ("wrong-shape", UnusableAnswer),
        ("truncated", UnusableAnswer),
        ("empty", UnusableAnswer),
        ("prompt-blocked", ContentBlocked),
    ],
)
async def test_each_fault_of_a_text_call_has_its_class_and_is_called_once(
    model: GeminiModel, emulator: EmulatorControl, fault: str, error: type[ModelError]
) -> None:
    emulator.fail({"fault": fault})

    with pytest.raises(error):
        await model.answer(ANALYSIS, AnalysisAnswer)

    assert emulator.calls()["total"] == 1


@pytest.mark.parametrize(
    ("fault", "error"), [("no-image", UnusableAnswer), ("bad-image", UnusableAnswer), ("empty", UnusableAnswer)]
)
async def test_each_fault_of_a_picture_has_its_class(
    model: GeminiModel, emulator: EmulatorControl, fault: str, error: type[ModelError]
) -> None:
    emulator.fail({"fault": fault})

    with pytest.raises(error):
        await model.draw(PANEL, "4:3")


@pytest.mark.parametrize("reason", [reason.value for reason in types.BlockedReason][1:])
async def test_each_prompt_block_is_told_with_its_reason(
    model: GeminiModel, emulator: EmulatorControl, reason: str
) -> None:
    emulator.fail({"fault": "prompt-blocked", "reason": reason})

    with pytest.raises(ContentBlocked) as blocked:
        await model.draw(PANEL, "4:3")

    assert blocked.value.block == reason


@pytest.mark.parametrize("reason", gemini_answer.BLOCKING_FINISHES)
async def test_each_blocking_finish_is_told_with_its_reason(
    model: GeminiModel, emulator: EmulatorControl, reason: str
) -> None:
    emulator.fail({"fault": "finish", "reason": reason})

    with pytest.raises(ContentBlocked) as blocked:
        await model.draw(PANEL, "4:3")

    assert blocked.value.block == gemini_answer.BLOCKING_FINISHES[reason]


def test_no_way_to_finish_and_no_block_is_unmapped() -> None:
    known = {"STOP", *gemini_answer.BLOCKING_FINISHES, *gemini_answer.UNUSABLE_FINISHES}

    assert known == {reason.value for reason in types.FinishReason}
    assert set(gemini_answer.PROMPT_BLOCKS) == {reason.value for reason in types.BlockedReason}
    blocks = {*gemini_answer.BLOCKING_FINISHES.values(), *gemini_answer.PROMPT_BLOCKS.values()}
    assert blocks == set(BLOCK_REASONS)


async def test_a_model_that_takes_too_long_is_given_up(connect: Connect, emulator: EmulatorControl) -> None:
    emulator.fail({"fault": "hang"})
    model = connect(MODEL_TEXT_TIMEOUT_SECONDS="0.2")

    with pytest.raises(ModelTimeout):
        await model.answer(ANALYSIS, AnalysisAnswer)


async def test_a_model_that_cannot_be_reached_is_unavailable(connect: Connect) -> None:
    with pytest.raises(ModelUnavailable):
        await connect(GOOGLE_GEMINI_BASE_URL=f"http://127.0.0.1:{free_port()}").answer(ANALYSIS, AnalysisAnswer)


async def test_without_a_key_nothing_is_called(connect: Connect, emulator: EmulatorControl) -> None:
    with pytest.raises(NotConfigured, match="GEMINI_API_KEY"):
        await connect(GEMINI_API_KEY="").answer(ANALYSIS, AnalysisAnswer)

    assert emulator.calls()["total"] == 0


async def test_calls_run_side_by_side(model: GeminiModel, emulator: EmulatorControl) -> None:
    emulator.delay(text=0.2, image=0)

    await asyncio.gather(*(model.answer(ANALYSIS, AnalysisAnswer) for _ in range(5)))

    assert emulator.calls()["maxConcurrency"] == 5


async def test_an_answer_tells_what_it_used_and_what_that_costs(connect: Connect) -> None:
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
async def test_the_day_of_a_call_decides_its_price(connect: Connect, moment: datetime, factor: int) -> None:
    used = (await connect(now=moment.timestamp).answer(ANALYSIS, AnalysisAnswer)).used

    assert used.price_micros == round(factor * (used.input_tokens * 0.75 + used.output_tokens * 3.75))


async def test_calls_go_to_v1beta_and_a_setting_changes_that(connect: Connect) -> None:
    await connect().draw(PANEL, "1:1")

    with pytest.raises(ModelRequestInvalid):
        await connect(GEMINI_API_VERSION="v1").draw(PANEL, "1:1")


async def test_the_version_of_the_sdks_own_variable_is_not_used(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")

    await connect().draw(PANEL, "1:1")


@pytest.mark.parametrize(
    ("setting", "sent"),
    [
        ("", {"thinkingLevel": "MINIMAL"}),
        ("medium", {"thinkingLevel": "MEDIUM"}),
        ("high", {"thinkingLevel": "HIGH"}),
        ("unset", None),
    ],
)
async def test_the_image_model_is_told_how_much_to_think(
    connect: Connect, emulator: EmulatorControl, setting: str, sent: dict[str, str] | None
) -> None:
    await connect(IMAGE_THINKING=setting).draw(PANEL, "1:1")

    config = emulator.calls(full=True)["calls"][0]["generationConfig"]
    assert config.get("thinkingConfig") == (sent and {"includeThoughts": False, **sent})
    assert config["imageConfig"] == {"aspectRatio": "1:1", "imageSize": "1K"}


async def test_thinking_more_costs_more(connect: Connect) -> None:
    prices = [(await connect(IMAGE_THINKING=level).draw(PANEL, "1:1")).used.price_micros for level in LEVELS]

    assert prices == sorted(set(prices))


@pytest.mark.parametrize(
    ("fault", "reason", "error"),
    [
        ("prompt-blocked", "SOMETHING_NEW", ContentBlocked),
        ("finish", "SOMETHING_NEW", UnusableAnswer),
        # Google's JSON has a number where the name of a value is not known to its own printer.
        ("prompt-blocked", 99, ContentBlocked),
        ("finish", 99, UnusableAnswer),
    ],
)
async def test_a_reason_that_is_newer_than_the_sdk_is_a_failure_like_others(
    model: GeminiModel, emulator: EmulatorControl, fault: str, reason: str | int, error: type[ModelError]
) -> None:
    emulator.fail({"fault": fault, "reason": reason})

    with pytest.raises(error) as failed:
        await model.draw(PANEL, "4:3")

    assert str(reason) not in str(failed.value)


async def test_an_answer_that_is_no_result_tells_what_it_used_all_the_same(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    emulator.fail({"fault": "prompt-blocked"})

    with pytest.raises(ContentBlocked) as blocked:
        await model.answer(ANALYSIS, AnalysisAnswer)

    assert (blocked.value.used.calls, blocked.value.used.input_tokens > 0) == (1, True)
