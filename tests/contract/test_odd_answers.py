"""The real google-genai client against odd answers of the emulator: good ones are used, the rest refused cheaply."""

import base64
import gzip
import json
import tracemalloc

import pytest

from activities.analysis import AnalysisAnswer
from activities.chunking import BreakdownAnswer
from shared.errors import ContentBlocked, ModelUnavailable, UnusableAnswer
from shared.images.check import check_image
from shared.model import gemini
from shared.model.gemini import GeminiModel
from shared.model.prompts.analysis import analysis_prompt
from shared.model.prompts.chunking import chunking_prompt
from shared.model.prompts.panel import panel_prompt
from tests.contract.models import Connect
from tests.support.emulator_control import EmulatorControl
from tests.support.fakes.pictures import png
from tests.support.fakes.stories import SETTING, analysis, character, panel
from tools.devstack.processes import free_port

STORY = 'Mira walked along the harbour. "The boat is gone," said Jon. Mira laughed and ran to the water.'
ANALYSIS = analysis_prompt(STORY, "manga")
PLAN = analysis("Mira", "Jon")
CHUNKING = chunking_prompt(STORY, PLAN.characters, PLAN.setting, "manga", no_dialogue=False)
PANEL = panel_prompt(
    panel(1, "Mira"), [character("Mira")], SETTING, "manga", no_dialogue=False, sheets=[], setting_references=[]
)
FORMS = ["in-code-fence", "in-prose", "in-list", "after-thought", "trailing-commas"]


@pytest.fixture
def model(connect: Connect) -> GeminiModel:
    return connect()


def raw(body: bytes, **headers: str) -> dict[str, object]:
    content_type = {"Content-Type": "application/json"}
    return {
        "fault": "raw",
        "status": 200,
        "body": base64.b64encode(body).decode(),
        "headers": {**content_type, **headers},
    }


def answer_with(*parts: object, **changes: object) -> bytes:
    candidate = {"content": {"parts": parts}, "finishReason": "STOP"}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 7}, **changes}).encode()


def inline(content: bytes, **changes: object) -> dict[str, object]:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(content).decode()}, **changes}


@pytest.mark.parametrize("form", FORMS)
async def test_plan_in_an_odd_form_is_used(model: GeminiModel, emulator: EmulatorControl, form: str) -> None:
    plain = await model.answer(CHUNKING, BreakdownAnswer)
    emulator.fail({"fault": form})

    assert (await model.answer(CHUNKING, BreakdownAnswer)).value == plain.value


async def test_plan_that_is_cut_after_its_last_whole_panel_is_used(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    plain = await model.answer(CHUNKING, BreakdownAnswer)
    emulator.fail({"fault": "cut-after-item"})

    assert (await model.answer(CHUNKING, BreakdownAnswer)).value == plain.value


@pytest.mark.parametrize("reason", ["SOMETHING_NEW", 99, "MAX_TOKENS", "OTHER"])
async def test_good_answer_is_used_whatever_it_finished_with(
    model: GeminiModel, emulator: EmulatorControl, reason: str | int
) -> None:
    emulator.fail({"fault": "odd-finish", "reason": reason})

    assert (await model.answer(ANALYSIS, AnalysisAnswer)).value.characters
    image = await model.draw(PANEL, "1:1")
    assert check_image(image.value.content, 10_000_000) == image.value


async def test_answer_that_was_refused_for_its_content_is_not_used(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    emulator.fail({"fault": "odd-finish", "reason": "IMAGE_SAFETY"})

    with pytest.raises(ContentBlocked):
        await model.draw(PANEL, "1:1")


async def test_image_that_is_marked_as_thought_is_used_and_counted(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    emulator.fail({"fault": "thought-image"})

    image = await model.draw(PANEL, "1:1")

    assert check_image(image.value.content, 10_000_000) == image.value
    assert (image.used.calls, image.used.images) == (1, 1)


async def test_first_image_that_decodes_is_used(model: GeminiModel, emulator: EmulatorControl) -> None:
    emulator.fail({"fault": "several-images"})

    image = (await model.draw(PANEL, "1:1")).value

    assert check_image(image.content, 10_000_000) == image


async def test_results_come_before_thoughts_and_the_last_thought_before_the_first(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    draft, later_draft, result = (png((width, 3)) for width in (3, 4, 5))
    thoughts = [inline(draft, thought=True), inline(later_draft, thought=True)]
    emulator.fail(
        {**raw(answer_with(*thoughts, inline(result))), "calls": [1]}, {**raw(answer_with(*thoughts)), "calls": [2]}
    )

    assert (await model.draw(PANEL, "1:1")).value.content == result
    assert (await model.draw(PANEL, "1:1")).value.content == later_draft


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
async def test_absurd_token_counts_are_unknown(
    model: GeminiModel, emulator: EmulatorControl, usage: dict[str, object]
) -> None:
    emulator.fail({"fault": "usage", "usage": usage})

    text, image = (await model.answer(ANALYSIS, AnalysisAnswer)).used, (await model.draw(PANEL, "1:1")).used

    assert (text.calls, text.input_tokens, text.output_tokens, text.price_micros) == (1, 0, 0, 0)
    assert (image.calls, image.images, image.input_tokens, image.price_micros) == (1, 1, 0, 33_600)


async def test_deeply_nested_answers_are_refused(model: GeminiModel, emulator: EmulatorControl) -> None:
    deep = b'{"candidates":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    emulator.fail({"fault": "nested", "calls": [1]}, {**raw(deep), "calls": [2]})

    for _ in range(2):
        with pytest.raises(UnusableAnswer) as refused:
            await model.answer(ANALYSIS, AnalysisAnswer)
        assert refused.value.used.calls == 1


async def test_packed_answer_is_read_up_to_its_bound(model: GeminiModel, emulator: EmulatorControl) -> None:
    bomb = gzip.compress(b" " * (100 * 1024 * 1024))
    emulator.fail(raw(bomb, **{"Content-Encoding": "gzip"}))
    tracemalloc.start()
    try:
        with pytest.raises(UnusableAnswer, match=f"more than {gemini.MAX_TEXT_ANSWER_BYTES} bytes"):
            await model.answer(ANALYSIS, AnalysisAnswer)
        with pytest.raises(UnusableAnswer, match=f"more than {gemini.MAX_IMAGE_ANSWER_BYTES} bytes"):
            await model.draw(PANEL, "1:1")
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 4 * gemini.MAX_IMAGE_ANSWER_BYTES


async def test_large_image_answer_is_read(model: GeminiModel, emulator: EmulatorControl) -> None:
    padding = {"text": "x" * (gemini.MAX_TEXT_ANSWER_BYTES + 1)}
    emulator.fail(raw(answer_with(padding, inline(png()))))

    assert (await model.draw(PANEL, "1:1")).value.content == png()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"candidates": 5}',
        b'{"candidates": [null]}',
        b'{"candidates": [{"content": {"parts": [{"text": 5, "inlineData": []}]}}], "usageMetadata": "none"}',
        b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "A"}}]}}]}',
    ],
)
async def test_answer_of_another_shape_is_unusable(model: GeminiModel, emulator: EmulatorControl, body: bytes) -> None:
    emulator.fail(raw(body))

    with pytest.raises(UnusableAnswer):
        await model.answer(ANALYSIS, AnalysisAnswer)
    with pytest.raises(UnusableAnswer) as refused:
        await model.draw(PANEL, "1:1")
    assert refused.value.used.calls == 1


async def test_lone_surrogates_and_controls_in_a_plan_are_removed(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    plan = json.dumps((await model.answer(ANALYSIS, AnalysisAnswer)).value.model_dump(by_alias=True))
    written = plan.replace("Mira", r"Mi\ud800ra\u202e\u0000", 1)
    emulator.fail(raw(json.dumps({"candidates": [{"content": {"parts": [{"text": written}]}}]}).encode()))

    assert "Mira" in (await model.answer(ANALYSIS, AnalysisAnswer)).value.model_dump_json()


async def test_call_that_reached_no_model_is_none(connect: Connect) -> None:
    with pytest.raises(ModelUnavailable) as failed:
        await connect(GOOGLE_GEMINI_BASE_URL=f"http://127.0.0.1:{free_port()}").answer(ANALYSIS, AnalysisAnswer)

    assert failed.value.used.calls == 0


async def test_call_that_the_model_refused_is_one(model: GeminiModel, emulator: EmulatorControl) -> None:
    emulator.fail({"fault": "503"})

    with pytest.raises(ModelUnavailable) as failed:
        await model.answer(ANALYSIS, AnalysisAnswer)

    assert failed.value.used.calls == 1
