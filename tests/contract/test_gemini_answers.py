"""Answers of the model in unusual forms: usable ones are used, the others are refused cheaply."""

import base64
import gzip
import json
import tracemalloc

import pytest

from activities.analysis import AnalysisAnswer
from activities.chunking import BreakdownAnswer
from shared.errors import UnusableAnswer
from shared.model import gemini
from shared.model.gemini import GeminiModel
from tests.contract.model_requests import ANALYSIS, CHUNKING, PANEL, draw
from tests.support.emulator_control import EmulatorControl
from tests.support.fakes.pictures import png


def raw(body: bytes, **headers: str) -> dict[str, object]:
    """Return the fault rule for an answer with these bytes."""
    headers = {"Content-Type": "application/json", **headers}
    return {"fault": "raw", "status": 200, "body": base64.b64encode(body).decode(), "headers": headers}


def answer_with(*parts: object) -> bytes:
    candidate = {"content": {"parts": parts}, "finishReason": "STOP"}
    return json.dumps({"candidates": [candidate], "usageMetadata": {"promptTokenCount": 7}}).encode()


def inline(content: bytes, **changes: object) -> dict[str, object]:
    return {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(content).decode()}, **changes}


@pytest.mark.parametrize(
    "form", ["in-code-fence", "in-prose", "in-list", "after-thought", "trailing-commas", "cut-after-item"]
)
async def test_plan_in_an_unusual_form_is_used(model: GeminiModel, emulator: EmulatorControl, form: str) -> None:
    plain = await model.answer(CHUNKING, BreakdownAnswer)
    emulator.fail({"fault": form})

    assert (await model.answer(CHUNKING, BreakdownAnswer)).value == plain.value


@pytest.mark.parametrize("reason", ["SOMETHING_NEW", 99, "MAX_TOKENS", "OTHER"])
async def test_good_answer_is_used_with_any_non_blocking_finish_reason(
    model: GeminiModel, emulator: EmulatorControl, reason: str | int
) -> None:
    emulator.fail({"fault": "odd-finish", "reason": reason})

    assert (await model.answer(ANALYSIS, AnalysisAnswer)).value.characters
    await draw(model)


@pytest.mark.parametrize("fault", ["thought-image", "several-images"])
async def test_first_image_that_decodes_is_used(model: GeminiModel, emulator: EmulatorControl, fault: str) -> None:
    emulator.fail({"fault": fault})

    await draw(model)


async def test_result_image_is_preferred_to_thoughts_and_later_thoughts_to_earlier_ones(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    draft, later_draft, result = (png((width, 3)) for width in (3, 4, 5))
    thoughts = [inline(draft, thought=True), inline(later_draft, thought=True)]
    emulator.fail(
        {**raw(answer_with(*thoughts, inline(result))), "calls": [1]}, {**raw(answer_with(*thoughts)), "calls": [2]}
    )

    assert (await draw(model)).content == result
    assert (await draw(model)).content == later_draft


async def test_deeply_nested_answers_are_refused(model: GeminiModel, emulator: EmulatorControl) -> None:
    deep = b'{"candidates":' + b"[" * 500_000 + b"]" * 500_000 + b"}"
    emulator.fail({"fault": "nested", "calls": [1]}, {**raw(deep), "calls": [2]})

    for _ in range(2):
        with pytest.raises(UnusableAnswer) as refused:
            await model.answer(ANALYSIS, AnalysisAnswer)
        assert refused.value.used.calls == 1


async def test_compressed_answer_is_read_up_to_the_size_limit(model: GeminiModel, emulator: EmulatorControl) -> None:
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

    assert (await draw(model)).content == png()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"<html><title>Error</title></html>",
        b'{"candidates": [{"cont',
        b'["no"]',
        b'{"candidates": 5}',
        b'{"candidates": [null]}',
        b'{"candidates": [{"content": {"parts": [{"text": 5, "inlineData": []}]}}], "usageMetadata": "none"}',
        b'{"candidates": [{"content": {"parts": [{"inlineData": {"data": "A"}}]}}]}',
    ],
)
async def test_answer_of_the_wrong_shape_is_unusable(
    model: GeminiModel, emulator: EmulatorControl, body: bytes
) -> None:
    emulator.fail(raw(body))

    with pytest.raises(UnusableAnswer):
        await model.answer(ANALYSIS, AnalysisAnswer)
    with pytest.raises(UnusableAnswer) as refused:
        await model.draw(PANEL, "1:1")
    assert refused.value.used.calls == 1


async def test_lone_surrogates_and_control_characters_are_removed_from_a_plan(
    model: GeminiModel, emulator: EmulatorControl
) -> None:
    plan = json.dumps((await model.answer(ANALYSIS, AnalysisAnswer)).value.model_dump(by_alias=True))
    written = plan.replace("Mira", r"Mi\ud800ra\u202e\u0000", 1)
    emulator.fail(raw(json.dumps({"candidates": [{"content": {"parts": [{"text": written}]}}]}).encode()))

    assert "Mira" in (await model.answer(ANALYSIS, AnalysisAnswer)).value.model_dump_json()
