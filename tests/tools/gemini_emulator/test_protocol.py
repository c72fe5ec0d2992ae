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
    panel_sections,
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
from tools.gemini_emulator.drawing.pictures import draw_panel
from tools.gemini_emulator.prompt import Prompt

STORY = 'Mira ran to the harbour. "Wait for me!" she shouted. Tomas laughed and held the boat.'
STORY_PROMPT = sections(story=STORY, style="manga")


def image_of(response: types.GenerateContentResponse) -> bytes:
    images = [part.inline_data.data for part in response.parts or [] if part.inline_data and part.inline_data.data]
    assert images, f"no image in {response}"
    return images[0]


def test_analysis_obeys_its_schema(emulator: RunningEmulator) -> None:
    response = emulator.generate(STORY_PROMPT, json_config(Analysis))
    assert isinstance(response.parsed, Analysis)
    assert [character.name for character in response.parsed.characters] == ["Mira", "Tomas"]
    assert set(response.parsed.model_dump()) == {"title", "characters", "setting"}


@google_genai_subclasses_aiohttp
async def test_asynchronous_client_gets_the_same_answer(emulator: RunningEmulator) -> None:
    first = emulator.generate(STORY_PROMPT, json_config(Analysis))
    with emulator.client() as client:
        async with client.aio as aio:
            again = await aio.models.generate_content(
                model=TEXT_MODEL, contents=STORY_PROMPT, config=json_config(Analysis)
            )
    assert first.text == again.text


@pytest.mark.parametrize(("shape", "has_dialogue"), [(Breakdown, True), (SilentBreakdown, False)])
def test_panels_have_dialogue_only_if_the_schema_has_it(
    emulator: RunningEmulator, shape: type[Breakdown | SilentBreakdown], has_dialogue: bool
) -> None:
    response = emulator.generate(STORY_PROMPT, json_config(shape))
    assert isinstance(response.parsed, shape)
    assert ("dialogue" in (response.text or "")) == has_dialogue
    assert [panel.panelNumber for panel in response.parsed.panels] == list(range(1, len(response.parsed.panels) + 1))


def test_answer_has_token_counts_and_the_model(emulator: RunningEmulator) -> None:
    response = emulator.generate(panel_prompt(), image_config(), model=IMAGE_MODEL)
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
def test_image_has_exactly_the_requested_ratio(emulator: RunningEmulator, ratio: str) -> None:
    content = image_of(emulator.generate(panel_prompt(), image_config(ratio), model=IMAGE_MODEL))
    width, height = Image.open(io.BytesIO(content)).size
    across, down = map(int, ratio.split(":"))
    assert width * down == height * across
    assert len(content) < 150_000


def test_same_input_gives_the_same_bytes_and_different_input_different_bytes(emulator: RunningEmulator) -> None:
    prompts = (panel_prompt(), panel_prompt(), panel_prompt("Slowly."), character_prompt())
    images = [image_of(emulator.generate(prompt, image_config(), model=IMAGE_MODEL)) for prompt in prompts]
    assert images[0] == images[1]
    assert len(set(images)) == 3


def test_other_process_draws_the_same_bytes(emulator: RunningEmulator) -> None:
    image = image_of(emulator.generate(panel_prompt(), image_config(), model=IMAGE_MODEL))
    assert image == draw_panel(Prompt("panel", panel_sections(dialogue="Hurry up!"), ""), (768, 576))


def test_unknown_ratio_is_an_invalid_argument(emulator: RunningEmulator) -> None:
    with pytest.raises(errors.ClientError) as caught:
        emulator.generate(panel_prompt(), image_config("7:5"), model=IMAGE_MODEL)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")


def test_invalid_key_is_refused(emulator: RunningEmulator) -> None:
    with pytest.raises(errors.ClientError, match="API_KEY_INVALID") as caught:
        emulator.generate("hello", key="invalid")
    assert caught.value.code == 400


def test_call_without_a_key_is_forbidden(emulator: RunningEmulator) -> None:
    answer = httpx.get(f"{emulator.url}/v1beta/models")
    assert (answer.status_code, answer.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def test_unknown_model_is_not_found(emulator: RunningEmulator) -> None:
    with pytest.raises(errors.ClientError) as caught:
        emulator.generate("hello", model="gpt-unknown")
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "body",
    [b"not json", b"{}", b'{"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "*"}}]}]}'],
)
def test_invalid_body_is_an_invalid_argument(emulator: RunningEmulator, body: bytes) -> None:
    answer = emulator.post(content=body)
    assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_models_can_be_listed_and_tokens_counted(emulator: RunningEmulator) -> None:
    with emulator.client() as client:
        names = {model.name for model in client.models.list()}
        assert f"models/{TEXT_MODEL}" in names
        assert client.models.get(model="gemini-9-anything").name == "models/gemini-9-anything"
        assert (client.models.count_tokens(model=TEXT_MODEL, contents="word " * 100).total_tokens or 0) > 100


def test_prompt_without_sections_is_answered(emulator: RunningEmulator) -> None:
    text = emulator.generate("Tell me of Anna, who kept bees.")
    image = emulator.generate("Anna runs through a forest in the rain.", model=IMAGE_MODEL)
    assert "Anna" in (text.text or "")
    assert Image.open(io.BytesIO(image_of(image))).size[0] > 500


def test_call_record_shows_the_request(emulator: RunningEmulator) -> None:
    picture = types.Part.from_bytes(data=b"\x89PNG\r\n\x1a\n1234", mime_type="image/png")
    texts = [types.Part.from_text(text=text) for text in (panel_prompt(number=3), "Character sheet of Mira:")]
    emulator.generate(types.Content(role="user", parts=[*texts, picture]), image_config(), model=IMAGE_MODEL)

    record = emulator.control("GET", "calls?full=1").json()
    assert (record["total"], record["byKind"], record["maxConcurrency"]) == (1, {"panel": 1}, 1)
    call = record["calls"][0]
    assert (call["kind"], call["subject"], call["status"], call["model"]) == ("panel", "3", 200, IMAGE_MODEL)
    assert call["texts"][-1] == "Character sheet of Mira:"
    assert call["images"] == [{"mimeType": "image/png", "bytes": 12}]
    assert call["generationConfig"]["imageConfig"] == {"aspectRatio": "4:3"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_server_exits_with_code_0_on_a_signal_while_a_call_hangs(tmp_path: Path, number: int) -> None:
    with start_emulator(tmp_path, "--fault", '{"fault": "hang"}') as running:
        with pytest.raises(httpx.ReadTimeout):
            running.post(timeout_s=0.3)
        running.process.send_signal(number)
        assert running.process.wait(STOP_TIMEOUT_S) == 0


def test_v1_refuses_image_settings_as_unknown_fields(emulator: RunningEmulator) -> None:
    with pytest.raises(errors.ClientError) as refused:
        emulator.generate(panel_prompt(), image_config(), model=IMAGE_MODEL, api_version="v1")
    assert (refused.value.code, refused.value.status) == (400, "INVALID_ARGUMENT")
    assert (refused.value.message or "").splitlines() == [
        "Invalid JSON payload received. Unknown name \"responseModalities\" at 'generation_config': Cannot find field.",
        "Invalid JSON payload received. Unknown name \"imageConfig\" at 'generation_config': Cannot find field.",
    ]


def test_v1_answers_text_requests(emulator: RunningEmulator) -> None:
    assert isinstance(emulator.generate(STORY_PROMPT, json_config(Analysis), api_version="v1").parsed, Analysis)


@pytest.mark.parametrize(("version", "status"), [("v1beta", 200), ("v1", 404)])
def test_aliases_of_the_latest_model_exist_in_v1beta_only(emulator: RunningEmulator, version: str, status: int) -> None:
    answer = httpx.get(f"{emulator.url}/{version}/models/gemini-flash-latest", headers={"x-goog-api-key": "k"})
    assert answer.status_code == status
    assert status == 200 or f"API version {version}" in answer.json()["error"]["message"]
