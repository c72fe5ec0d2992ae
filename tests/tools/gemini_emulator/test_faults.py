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
from google import genai
from google.genai import errors, types
from PIL import Image, UnidentifiedImageError
from pydantic import JsonValue

from tests.tools.gemini_emulator.prompts import Analysis, Breakdown, image_config, json_config, panel_prompt, sections
from tests.tools.gemini_emulator.running_emulator import (
    IMAGE_MODEL,
    TEXT_MODEL,
    RunningEmulator,
    google_genai_subclasses_aiohttp,
)

STORY = "Mira ran to the harbour. Tomas laughed and held the boat."


def ask_for_analysis(client: genai.Client) -> types.GenerateContentResponse:
    """Ask for an analysis."""
    contents = sections(story=STORY, style="manga")
    return client.models.generate_content(model=TEXT_MODEL, contents=contents, config=json_config(Analysis))


def ask_for_panels(client: genai.Client) -> types.GenerateContentResponse:
    """Ask for panels."""
    contents = sections(story=STORY, style="manga")
    return client.models.generate_content(model=TEXT_MODEL, contents=contents, config=json_config(Breakdown))


def ask_for_panel(client: genai.Client, number: int = 1) -> types.GenerateContentResponse:
    """Ask for the picture of a panel."""
    return client.models.generate_content(
        model=IMAGE_MODEL, contents=panel_prompt(number=number), config=image_config()
    )


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
def test_http_errors(emulator: RunningEmulator, code: int, status: str, kind: type[errors.APIError]) -> None:
    emulator.set_faults({"fault": str(code), "retry_info": "7s"})
    with emulator.client() as client, pytest.raises(kind) as caught:
        ask_for_analysis(client)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert "'retryDelay': '7s'" in str(caught.value)


def test_a_rule_says_in_which_words_a_call_fails(emulator: RunningEmulator) -> None:
    said = "quota of project 1234 is used up"
    emulator.set_faults({"fault": "429", "message": said, "calls": [1]}, {"fault": "garbage", "message": said})
    with emulator.client() as client:
        with pytest.raises(errors.ClientError, match=said):
            ask_for_analysis(client)
        assert ask_for_analysis(client).text == said


def test_a_slow_answer_and_a_hanging_one_run_into_the_clients_timeout(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "slow", "seconds": 5, "calls": [1]}, {"fault": "hang", "calls": [2]})
    with emulator.client(timeout_s=0.4) as client:
        for _ in range(2):
            with pytest.raises((httpx.TimeoutException, httpx2.TimeoutException)):
                ask_for_analysis(client)


def test_an_answer_that_is_cut_is_a_connection_error(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "cut"})
    with emulator.client() as client, pytest.raises((httpx.TransportError, httpx2.TransportError)):
        ask_for_panel(client)
    assert emulator.control("GET", "calls").json()["byStatus"] == {"cut": 1}


@google_genai_subclasses_aiohttp
async def test_an_answer_that_is_cut_is_a_connection_error_for_the_asynchronous_client(
    emulator: RunningEmulator,
) -> None:
    emulator.set_faults({"fault": "cut"})
    with emulator.client() as client:
        async with client.aio as aio:
            with pytest.raises((aiohttp.ClientError, httpx.TransportError, httpx2.TransportError)):
                await aio.models.generate_content(model=TEXT_MODEL, contents="hello")


def test_garbage_is_no_json_and_a_truncated_answer_says_so(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "garbage", "calls": [1]}, {"fault": "truncated", "calls": [2]})
    with emulator.client() as client:
        garbage, truncated = ask_for_analysis(client), ask_for_analysis(client)
    for response in (garbage, truncated):
        with pytest.raises(json.JSONDecodeError):
            json.loads(response.text or "")
    assert truncated.candidates
    assert truncated.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_answers_of_the_wrong_shape_are_json_that_breaks_the_schema(emulator: RunningEmulator) -> None:
    emulator.set_faults(
        {"fault": "wrong-shape", "kind": "analysis", "calls": [1]},
        {"fault": "too-many-characters", "kind": "analysis", "calls": [2]},
        {"fault": "zero-panels", "calls": [1], "kind": "chunking"},
        {"fault": "forty-panels", "calls": [2], "kind": "chunking"},
        {"fault": "unknown-characters", "calls": [3], "kind": "chunking"},
    )
    with emulator.client() as client:
        wrong, many = (json.loads(ask_for_analysis(client).text or "") for _ in range(2))
        none, forty, strangers = (json.loads(ask_for_panels(client).text or "") for _ in range(3))
    assert "title" not in wrong
    assert len({character["name"] for character in many["characters"]}) == 9
    assert none["panels"] == []
    assert [panel["panelNumber"] for panel in forty["panels"]] == list(range(1, 41))
    assert all("Mira" not in panel["characters"] for panel in strangers["panels"])


def test_an_empty_answer_has_no_candidates(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "empty"})
    with emulator.client() as client:
        response = ask_for_analysis(client)
    assert not response.candidates
    assert response.prompt_feedback is None


@pytest.mark.parametrize("reason", ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"])
def test_a_blocked_prompt_says_why(emulator: RunningEmulator, reason: str) -> None:
    emulator.set_faults({"fault": "prompt-blocked", "reason": reason})
    with emulator.client() as client:
        response = ask_for_panel(client)
    assert response.prompt_feedback is not None
    assert response.prompt_feedback.block_reason == types.BlockedReason(reason)
    assert not response.candidates


@pytest.mark.parametrize(
    "reason", ["SAFETY", "RECITATION", "SPII", "IMAGE_SAFETY", "NO_IMAGE", "MALFORMED_FUNCTION_CALL"]
)
def test_an_answer_can_end_for_another_reason_without_content(emulator: RunningEmulator, reason: str) -> None:
    emulator.set_faults({"fault": "finish", "reason": reason})
    with emulator.client() as client:
        response = ask_for_panel(client)
    assert response.candidates
    assert response.candidates[0].finish_reason == types.FinishReason(reason)
    assert not response.parts


def test_words_instead_of_an_image_and_an_image_that_does_not_decode(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "no-image", "calls": [1]}, {"fault": "bad-image", "calls": [2]})
    with emulator.client() as client:
        words, broken = ask_for_panel(client), ask_for_panel(client)
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
def test_good_plan_can_have_an_odd_form(emulator: RunningEmulator, form: str, begin: str, end: str) -> None:
    emulator.set_faults({"fault": form})
    with emulator.client() as client:
        text = ask_for_panels(client).text or ""
    assert (text[: len(begin)], text[-len(end) :]) == (begin, end)


def test_good_image_can_stand_in_an_odd_answer(emulator: RunningEmulator) -> None:
    emulator.set_faults(
        {"fault": "thought-image", "calls": [1]},
        {"fault": "several-images", "calls": [2]},
        {"fault": "odd-finish", "reason": "MAX_TOKENS", "calls": [3]},
        {"fault": "usage", "usage": {"promptTokenCount": -1}, "calls": [4]},
    )
    with emulator.client() as client:
        thought, several, finish, usage = (ask_for_panel(client) for _ in range(4))
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
def test_a_rule_strikes_only_the_calls_it_means(
    emulator: RunningEmulator, condition: dict[str, JsonValue], failing: list[int]
) -> None:
    emulator.set_faults({"fault": "503", **condition})
    failed: list[int] = []
    with emulator.client() as client:
        for number in range(1, 5):
            try:
                ask_for_panel(client, number)
            except errors.ServerError:
                failed.append(number)
    assert failed == failing


def test_a_rate_strikes_the_same_subjects_in_whatever_order_they_come(emulator: RunningEmulator) -> None:
    struck: list[set[int]] = []
    for order in (range(1, 13), range(12, 0, -1)):
        emulator.set_faults({"fault": "500", "rate": 0.5, "seed": 3})
        failed: set[int] = set()
        with emulator.client() as client:
            for number in order:
                try:
                    ask_for_panel(client, number)
                except errors.ServerError:
                    failed.add(number)
        struck.append(failed)
    assert struck[0] == struck[1]
    assert 0 < len(struck[0]) < 12


def test_a_rule_that_makes_no_sense_is_refused_and_the_old_ones_stay(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "503"})
    answer = emulator.control("PUT", "faults", [{"fault": "explode"}])
    assert answer.status_code == 400
    assert emulator.control("GET", "faults").json() == [{"fault": "503"}]


def test_latency_is_counted_from_the_arrival_and_set_by_model(emulator: RunningEmulator) -> None:
    emulator.control("PUT", "latency", {"text": 0, "image": 0, "models": {IMAGE_MODEL: 0.5}})
    with emulator.client() as client:
        began = time.monotonic()
        ask_for_analysis(client)
        text_s = time.monotonic() - began
        ask_for_panel(client)
    record = emulator.control("GET", "calls").json()["calls"]
    assert record[1]["finishedS"] - record[1]["startedS"] >= 0.49
    assert text_s < 5


def test_calls_at_the_same_time_are_counted_as_such(emulator: RunningEmulator) -> None:
    emulator.control("PUT", "latency", {"image": 0.6})
    with emulator.client() as client, ThreadPoolExecutor(5) as threads:
        for call in [threads.submit(ask_for_panel, client, number) for number in range(1, 6)]:
            call.result()
    record = emulator.control("GET", "calls").json()
    assert (record["byKind"], record["maxConcurrency"], record["running"]) == ({"panel": 5}, 5, 0)


async def test_a_caller_that_goes_away_is_noticed(emulator: RunningEmulator) -> None:
    emulator.set_faults({"fault": "hang"})
    with emulator.client(timeout_s=0.2) as client, pytest.raises((httpx.TimeoutException, httpx2.TimeoutException)):
        ask_for_analysis(client)
    record = emulator.control("GET", "calls").json()
    deadline = time.monotonic() + 10
    while record["running"] and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
        record = emulator.control("GET", "calls").json()
    assert record["byStatus"] == {"gone": 1}, record
