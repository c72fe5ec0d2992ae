"""The emulator answers the real client as Gemini does."""

import io
import signal
from pathlib import Path

import httpx
import pytest
from google.genai import errors, types
from PIL import Image

from tests.tools.gemini_emulator.prompts import (
    Analysis,
    Breakdown,
    SilentBreakdown,
    character_prompt,
    image_config,
    json_config,
    panel_prompt,
    sections,
)
from tests.tools.gemini_emulator.running_emulator import (
    IMAGE_MODEL,
    STOP_TIMEOUT_S,
    TEXT_MODEL,
    RunningEmulator,
    google_genai_subclasses_aiohttp,
    start_emulator,
)

STORY = 'Mira ran to the harbour. "Wait for me!" she shouted. Tomas laughed and held the boat.'


def image_of(response: types.GenerateContentResponse) -> bytes:
    """Return the bytes of the image in an answer."""
    for part in response.parts or []:
        if part.inline_data and part.inline_data.data:
            return part.inline_data.data
    raise AssertionError(f"no image in {response}")


def test_an_analysis_obeys_its_schema(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        response = client.models.generate_content(
            model=TEXT_MODEL, contents=sections(story=STORY, style="manga"), config=json_config(Analysis)
        )
    assert isinstance(response.parsed, Analysis)
    assert [character.name for character in response.parsed.characters] == ["Mira", "Tomas"]
    assert set(response.parsed.model_dump()) == {"title", "characters", "setting"}


@google_genai_subclasses_aiohttp
async def test_the_asynchronous_client_gets_the_same_answer(emulator: RunningEmulator) -> None:
    contents = sections(story=STORY, style="manga")
    with emulator.client() as client:
        first = client.models.generate_content(model=TEXT_MODEL, contents=contents, config=json_config(Analysis))
        async with client.aio as aio:
            again = await aio.models.generate_content(model=TEXT_MODEL, contents=contents, config=json_config(Analysis))
    assert first.text == again.text


@pytest.mark.parametrize(("shape", "has_dialogue"), [(Breakdown, True), (SilentBreakdown, False)])
def test_panels_speak_only_where_the_schema_has_a_place_for_it(
    emulator: RunningEmulator, shape: type[Breakdown | SilentBreakdown], has_dialogue: bool
) -> None:
    with emulator.client() as client:
        response = client.models.generate_content(
            model=TEXT_MODEL, contents=sections(story=STORY, style="manga"), config=json_config(shape)
        )
    assert isinstance(response.parsed, shape)
    assert ("dialogue" in (response.text or "")) == has_dialogue
    assert [panel.panelNumber for panel in response.parsed.panels] == list(range(1, len(response.parsed.panels) + 1))


def test_every_answer_says_what_it_cost_and_which_model_gave_it(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        response = client.models.generate_content(model=IMAGE_MODEL, contents=panel_prompt(), config=image_config())
    usage = response.usage_metadata
    assert usage is not None
    counted = (usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count)
    assert usage.total_token_count == sum(count or 0 for count in counted)
    assert usage.candidates_tokens_details == [
        types.ModalityTokenCount(modality=types.MediaModality.IMAGE, token_count=1120)
    ]
    assert response.model_version == IMAGE_MODEL
    assert response.response_id
    assert response.candidates
    assert response.candidates[0].finish_reason == types.FinishReason.STOP


@pytest.mark.parametrize("ratio", ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"])
def test_an_image_has_exactly_the_ratio_that_is_asked_for(emulator: RunningEmulator, ratio: str) -> None:
    with emulator.client() as client:
        response = client.models.generate_content(
            model=IMAGE_MODEL, contents=panel_prompt(), config=image_config(ratio)
        )
    content = image_of(response)
    width, height = Image.open(io.BytesIO(content)).size
    across, down = map(int, ratio.split(":"))
    assert width * down == height * across
    assert len(content) < 150_000


def test_the_same_input_gives_the_same_bytes_and_another_input_others(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        images = [
            image_of(client.models.generate_content(model=IMAGE_MODEL, contents=contents, config=image_config()))
            for contents in (panel_prompt(), panel_prompt(), panel_prompt(dialogue="Slowly."), character_prompt())
        ]
    assert images[0] == images[1]
    assert len(set(images)) == 3


def test_an_unknown_ratio_is_an_invalid_argument(emulator: RunningEmulator) -> None:
    with emulator.client() as client, pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=IMAGE_MODEL, contents=panel_prompt(), config=image_config("7:5"))
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_an_invalid_key_is_told_as_google_does(emulator: RunningEmulator) -> None:
    with emulator.client(key="invalid") as client, pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model=TEXT_MODEL, contents="hello")
    assert caught.value.code == 400
    assert "API_KEY_INVALID" in str(caught.value)


def test_a_call_without_a_key_is_forbidden(emulator: RunningEmulator) -> None:
    answer = httpx.get(f"{emulator.url}/v1beta/models")
    assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_an_unknown_model_is_not_found(emulator: RunningEmulator) -> None:
    with emulator.client() as client, pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="gpt-unknown", contents="hello")
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_a_body_that_is_no_request_is_an_invalid_argument(emulator: RunningEmulator) -> None:
    for body in (
        b"not json",
        b"{}",
        b'{"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "*"}}]}]}',
    ):
        answer = httpx.post(
            f"{emulator.url}/v1beta/models/{TEXT_MODEL}:generateContent", content=body, headers={"x-goog-api-key": "k"}
        )
        assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_models_can_be_listed_and_looked_up_and_tokens_counted(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        names = {model.name for model in client.models.list()}
        assert f"models/{TEXT_MODEL}" in names
        assert client.models.get(model="gemini-9-anything").name == "models/gemini-9-anything"
        assert (client.models.count_tokens(model=TEXT_MODEL, contents="word " * 100).total_tokens or 0) > 100


def test_a_prompt_of_somebody_else_is_answered_too(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        told = client.models.generate_content(model=TEXT_MODEL, contents="Tell me of Anna, who kept bees.")
        drawn = client.models.generate_content(model=IMAGE_MODEL, contents="Anna runs through a forest in the rain.")
    assert "Anna" in (told.text or "")
    assert Image.open(io.BytesIO(image_of(drawn))).size[0] > 500


def test_the_record_shows_what_was_asked(emulator: RunningEmulator) -> None:
    picture = types.Part.from_bytes(data=b"\x89PNG\r\n\x1a\n1234", mime_type="image/png")
    texts = [types.Part.from_text(text=text) for text in (panel_prompt(number=3), "Character sheet of Mira:")]
    contents = types.Content(role="user", parts=[*texts, picture])
    with emulator.client() as client:
        client.models.generate_content(model=IMAGE_MODEL, contents=contents, config=image_config())
    record = emulator.control("GET", "calls?full=1").json()
    assert (record["total"], record["byKind"], record["maxConcurrency"]) == (1, {"panel": 1}, 1)
    call = record["calls"][0]
    assert (call["kind"], call["subject"], call["status"], call["model"]) == ("panel", "3", 200, IMAGE_MODEL)
    assert call["texts"][-1] == "Character sheet of Mira:"
    assert call["images"] == [{"mimeType": "image/png", "bytes": 12}]
    assert call["generationConfig"]["imageConfig"] == {"aspectRatio": "4:3"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_promptly_with_exit_code_0_also_while_a_call_hangs(tmp_path: Path, number: int) -> None:
    rule = '{"fault": "hang"}'
    with start_emulator(tmp_path, "--fault", rule) as running:
        with httpx.Client() as client, pytest.raises(httpx.ReadTimeout):
            client.post(
                f"{running.url}/v1beta/models/{TEXT_MODEL}:generateContent",
                json={"contents": [{"parts": [{"text": "hello"}]}]},
                headers={"x-goog-api-key": "k"},
                timeout=0.3,
            )
        running.process.send_signal(number)
        assert running.process.wait(STOP_TIMEOUT_S) == 0
