"""Image models: reference images are limited, thinking has levels and is counted."""

import pytest
from google.genai import errors, types

from tests.tools.gemini_emulator.prompts import panel_prompt
from tests.tools.gemini_emulator.running_emulator import IMAGE_MODEL, RunningEmulator

PICTURE = b"\x89PNG\r\n\x1a\n1234"


def draw(
    emulator: RunningEmulator,
    thinking: types.ThinkingConfig | None = None,
    model: str = IMAGE_MODEL,
    images: int = 0,
    picture: bytes = PICTURE,
) -> types.GenerateContentResponse:
    pictures = [types.Part.from_bytes(data=picture, mime_type="image/png") for _ in range(images)]
    contents = types.Content(role="user", parts=[types.Part.from_text(text=panel_prompt()), *pictures])
    config = types.GenerateContentConfig(response_modalities=["IMAGE"], thinking_config=thinking)
    return emulator.generate(contents, config, model=model)


def thoughts(response: types.GenerateContentResponse) -> int:
    assert response.usage_metadata is not None
    return response.usage_metadata.thoughts_token_count or 0


def level(name: str, *, shown: bool = False) -> types.ThinkingConfig:
    return types.ThinkingConfig(thinking_level=types.ThinkingLevel[name], include_thoughts=shown)


def test_14_reference_images_are_accepted_and_15_are_refused(emulator: RunningEmulator) -> None:
    draw(emulator, images=14)
    with pytest.raises(errors.ClientError) as refused:
        draw(emulator, images=15)
    assert (refused.value.code, refused.value.status) == (400, "INVALID_ARGUMENT")


def test_request_of_more_than_20_mib_is_refused(emulator: RunningEmulator) -> None:
    with pytest.raises(errors.ClientError, match="exceeds the limit: 20971520 bytes") as refused:
        draw(emulator, images=2, picture=bytes(8_000_000))
    assert refused.value.code == 400


def test_higher_thinking_level_uses_more_tokens_and_medium_is_the_default(emulator: RunningEmulator) -> None:
    minimal, medium, high = (thoughts(draw(emulator, level(name))) for name in ("MINIMAL", "MEDIUM", "HIGH"))
    assert 0 < minimal < medium < high
    assert thoughts(draw(emulator)) == medium


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        (IMAGE_MODEL, "LOW", "Thinking level LOW is not supported for this model."),
        ("gemini-3.1-flash-lite-image", "MEDIUM", "Thinking level MEDIUM is not supported for this model."),
        ("gemini-3-pro-image", "HIGH", "Thinking level is not supported for this model."),
    ],
)
def test_thinking_level_that_the_model_lacks_is_refused(
    emulator: RunningEmulator, model: str, name: str, said: str
) -> None:
    with pytest.raises(errors.ClientError, match=said):
        draw(emulator, level(name), model)


def test_unknown_thinking_level_is_an_invalid_value(emulator: RunningEmulator) -> None:
    body = b"""{"contents": [{"parts": [{"text": "hello"}]}],
        "generationConfig": {"thinkingConfig": {"thinkingLevel": "BOGUS"}}}"""
    answer = emulator.post(IMAGE_MODEL, body)
    assert answer.status_code == 400
    assert "Invalid value at 'generation_config.thinking_config.thinking_level'" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("thinking", "count"),
    [(level("HIGH", shown=True), 2), (level("MEDIUM", shown=True), 2), (level("MINIMAL", shown=True), 0), (None, 0)],
)
def test_requested_thoughts_are_part_of_the_answer(
    emulator: RunningEmulator, thinking: types.ThinkingConfig | None, count: int
) -> None:
    parts = draw(emulator, thinking).parts or []
    assert [bool(part.thought) for part in parts] == [True] * count + [False]
    assert parts[-1].inline_data is not None
