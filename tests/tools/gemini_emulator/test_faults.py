"""Each fault reaches the real client as the failure that Gemini would give it."""

import asyncio
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import httpx
import httpx2
import pytest
from google.genai import errors, types
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, JsonValue

from tests.tools.gemini_emulator.prompts import Analysis, Breakdown, image_config, json_config, panel_prompt, sections
from tests.tools.gemini_emulator.running_emulator import (
    IMAGE_MODEL,
    TEXT_MODEL,
    RunningEmulator,
    google_genai_subclasses_aiohttp,
)

STORY_PROMPT = sections(story="Mira ran to the harbour. Tomas laughed and held the boat.", style="manga")
TIMEOUTS = (httpx.TimeoutException, httpx2.TimeoutException)


def ask_for_text(
    emulator: RunningEmulator, shape: type[BaseModel] = Analysis, timeout_s: float = 10
) -> types.GenerateContentResponse:
    return emulator.generate(STORY_PROMPT, json_config(shape), timeout_s=timeout_s)


def ask_for_panel(emulator: RunningEmulator, number: int = 1) -> types.GenerateContentResponse:
    return emulator.generate(panel_prompt(number=number), image_config(), model=IMAGE_MODEL)


def failing_panels(emulator: RunningEmulator, numbers: range) -> list[int]:
    failed: list[int] = []
    for number in numbers:
        try:
            ask_for_panel(emulator, number)
        except errors.ServerError:
            failed.append(number)
    return failed


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (429, "RESOURCE_EXHAUSTED", errors.ClientError),
        (503, "UNAVAILABLE", errors.ServerError),
        (500, "INTERNAL", errors.ServerError),
        (408, "DEADLINE_EXCEEDED", errors.ClientError),
        (400, "INVALID_ARGUMENT", errors.ClientError),
        (403, "PERMISSION_DENIED", errors.ClientError),
        (404, "NOT_FOUND", errors.ClientError),
    ],
)
def test_http_error_reaches_the_client(
    emulator: RunningEmulator, code: int, status: str, kind: type[errors.APIError]
) -> None:
    emulator.set_faults({"fault": str(code), "retry_info": "7s"})
    with pytest.raises(kind) as caught:
        ask_for_text(emulator)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert "'retryDelay': '7s'" in str(caught.value)


def test_rule_sets_the_message_of_a_failure(emulator: RunningEmulator) -> None:
    said = "quota of project 1234 is used up"
    emulator.set_faults({"fault": "429", "message": said, "calls": [1]}, {"fault": "garbage", "message": said})
    with pytest.raises(errors.ClientError, match=said):
        ask_for_text(emulator)
    assert ask_for_text(emulator).text == said


def test_slow_and_hanging_answers_exceed_the_client_timeout(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "slow", "seconds": 5, "calls": [1]}, {"fault": "hang", "calls": [2]})
    for _ in range(2):
        with pytest.raises(TIMEOUTS):
            ask_for_text(emulator, timeout_s=0.4)


def test_truncated_response_is_a_connection_error(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "cut"})
    with pytest.raises((httpx.TransportError, httpx2.TransportError)):
        ask_for_panel(emulator)
    assert emulator.control("GET", "calls").json()["byStatus"] == {"cut": 1}


@google_genai_subclasses_aiohttp
async def test_truncated_response_is_a_connection_error_for_the_asynchronous_client(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "cut"})
    with emulator.client() as client:
        async with client.aio as aio:
            with pytest.raises((aiohttp.ClientError, httpx.TransportError, httpx2.TransportError)):
                await aio.models.generate_content(model=TEXT_MODEL, contents="hello")


def test_garbage_and_truncated_answers_are_not_json(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "garbage", "calls": [1]}, {"fault": "truncated", "calls": [2]})
    garbage, truncated = ask_for_text(emulator), ask_for_text(emulator)
    for response in (garbage, truncated):
        with pytest.raises(json.JSONDecodeError):
            json.loads(response.text or "")
    assert truncated.candidates
    assert truncated.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_wrong_shape_answers_are_json_that_violates_the_schema(emulator: RunningEmulator) -> None:
    emulator.set_faults(
        {"fault": "wrong-shape", "kind": "analysis", "calls": [1]},
        {"fault": "too-many-characters", "kind": "analysis", "calls": [2]},
        {"fault": "zero-panels", "calls": [1], "kind": "chunking"},
        {"fault": "forty-panels", "calls": [2], "kind": "chunking"},
        {"fault": "unknown-characters", "calls": [3], "kind": "chunking"},
    )
    wrong, many = (json.loads(ask_for_text(emulator).text or "") for _ in range(2))
    none, forty, strangers = (json.loads(ask_for_text(emulator, Breakdown).text or "") for _ in range(3))
    assert "title" not in wrong
    assert len({character["name"] for character in many["characters"]}) == 9
    assert none["panels"] == []
    assert [panel["panelNumber"] for panel in forty["panels"]] == list(range(1, 41))
    assert all("Mira" not in panel["characters"] for panel in strangers["panels"])


def test_empty_answer_has_no_candidates(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "empty"})
    response = ask_for_text(emulator)
    assert not response.candidates
    assert response.prompt_feedback is None


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"])
def test_blocked_prompt_has_a_block_reason(emulator: RunningEmulator, reason: str) -> None:
    emulator.set_faults({"fault": "prompt-blocked", "reason": reason})
    response = ask_for_panel(emulator)
    assert response.prompt_feedback is not None
    assert response.prompt_feedback.block_reason == types.BlockedReason(reason)
    assert not response.candidates


@pytest.mark.parametrize(
    "reason", ["SAFETY", "RECITATION", "SPII", "IMAGE_SAFETY", "NO_IMAGE", "MALFORMED_FUNCTION_CALL"]
)
def test_answer_without_content_can_have_another_finish_reason(emulator: RunningEmulator, reason: str) -> None:
    emulator.set_faults({"fault": "finish", "reason": reason})
    response = ask_for_panel(emulator)
    assert response.candidates
    assert response.candidates[0].finish_reason == types.FinishReason(reason)
    assert not response.parts


def test_image_answer_can_be_text_or_an_undecodable_image(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "no-image", "calls": [1]}, {"fault": "bad-image", "calls": [2]})
    words, broken = ask_for_panel(emulator), ask_for_panel(emulator)
    assert words.text
    assert broken.parts
    blob = broken.parts[0].inline_data
    assert blob is not None
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(blob.data or b""))


@pytest.mark.parametrize(
    ("form", "begin", "end"),
    [
        ("in-code-fence", "```json\n{", "}\n```"),
        ("in-prose", "Here is {it} [1]:\n{", "change it."),
        ("in-list", "[{", "}]"),
        ("trailing-commas", "{", "},\n]}"),
        ("cut-after-item", "{", "}"),
        ("nested", "[[[", "]]]"),
    ],
)
def test_panels_can_have_an_unusual_form(emulator: RunningEmulator, form: str, begin: str, end: str) -> None:
    emulator.set_faults({"fault": form})
    text = ask_for_text(emulator, Breakdown).text or ""
    assert (text[: len(begin)], text[-len(end) :]) == (begin, end)


def test_image_answer_can_have_an_unusual_form(emulator: RunningEmulator) -> None:
    emulator.set_faults(
        {"fault": "thought-image", "calls": [1]},
        {"fault": "several-images", "calls": [2]},
        {"fault": "odd-finish", "reason": "MAX_TOKENS", "calls": [3]},
        {"fault": "usage", "usage": {"promptTokenCount": -1}, "calls": [4]},
    )
    thought, several, finish, usage = (ask_for_panel(emulator) for _ in range(4))
    assert [part.thought for part in thought.parts or ()] == [True]
    assert len(several.parts or ()) == 3
    assert finish.candidates
    assert finish.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert finish.parts
    assert usage.usage_metadata
    assert usage.usage_metadata.prompt_token_count == -1


@pytest.mark.parametrize(
    ("condition", "failing"),
    [
        ({"calls": [2]}, [2]),
        ({"calls": {"from": 2, "to": 3}}, [2, 3]),
        ({"calls": {"from": 3}}, [3, 4]),
        ({"subject": "4"}, [4]),
        ({"subject": 4}, [4]),
        ({"contains": '"panelNumber": 1'}, [1]),
        ({"kind": "character"}, []),
        ({"model": "gemini-other"}, []),
        ({"model": IMAGE_MODEL, "kind": "panel"}, [1, 2, 3, 4]),
    ],
)
def test_rule_applies_only_to_matching_calls(
    emulator: RunningEmulator, condition: dict[str, JsonValue], failing: list[int]
) -> None:
    emulator.set_faults({"fault": "503", **condition})
    assert failing_panels(emulator, range(1, 5)) == failing


def test_rate_fails_the_same_subjects_regardless_of_order(emulator: RunningEmulator) -> None:
    failed: list[set[int]] = []
    for order in (range(1, 13), range(12, 0, -1)):
        emulator.set_faults({"fault": "500", "rate": 0.5, "seed": 3})
        failed.append(set(failing_panels(emulator, order)))
    assert failed[0] == failed[1]
    assert 0 < len(failed[0]) < 12


def test_invalid_rule_is_refused_and_the_rules_stay(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "503"})
    assert emulator.control("PUT", "faults", [{"fault": "explode"}]).status_code == 400
    assert emulator.control("GET", "faults").json() == [{"fault": "503"}]


def test_latency_is_set_per_model_and_counted_from_arrival(emulator: RunningEmulator) -> None:
    emulator.control("PUT", "latency", {"text": 0, "image": 0, "models": {IMAGE_MODEL: 0.5}})
    began = time.monotonic()
    ask_for_text(emulator)
    text_s = time.monotonic() - began
    ask_for_panel(emulator)
    record = emulator.control("GET", "calls").json()["calls"]
    assert record[1]["finishedS"] - record[1]["startedS"] >= 0.49
    assert text_s < 5


def test_concurrent_calls_are_counted(emulator: RunningEmulator) -> None:
    emulator.control("PUT", "latency", {"image": 0.6})
    with emulator.client() as client, ThreadPoolExecutor(5) as threads:
        prompts = [panel_prompt(number=number) for number in range(1, 6)]
        calls = [
            threads.submit(client.models.generate_content, model=IMAGE_MODEL, contents=prompt) for prompt in prompts
        ]
        for call in calls:
            call.result()
    record = emulator.control("GET", "calls").json()
    assert (record["byKind"], record["maxConcurrency"], record["running"]) == ({"panel": 5}, 5, 0)


async def test_disconnected_caller_is_recorded(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "hang"})
    with pytest.raises(TIMEOUTS):
        ask_for_text(emulator, timeout_s=0.2)
    record = emulator.control("GET", "calls").json()
    deadline = time.monotonic() + 10
    while record["running"] and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
        record = emulator.control("GET", "calls").json()
    assert record["byStatus"] == {"gone": 1}, record
