"""v1 and v1beta differ as Google's do."""

import httpx
import pytest
from google.genai import errors

from tests.tools.gemini_emulator.prompts import Analysis, image_config, json_config, panel_prompt, sections
from tests.tools.gemini_emulator.running_emulator import IMAGE_MODEL, TEXT_MODEL, RunningEmulator

STORY = "Mira ran to the harbour. Tomas laughed and held the boat."


def test_v1_refuses_image_settings_as_unknown_fields(emulator: RunningEmulator) -> None:
    with emulator.client(api_version="v1") as client, pytest.raises(errors.ClientError) as refused:
        client.models.generate_content(model=IMAGE_MODEL, contents=panel_prompt(), config=image_config())

    assert (refused.value.code, refused.value.status) == (400, "INVALID_ARGUMENT")
    assert (refused.value.message or "").splitlines() == [
        "Invalid JSON payload received. Unknown name \"responseModalities\" at 'generation_config': Cannot find field.",
        "Invalid JSON payload received. Unknown name \"imageConfig\" at 'generation_config': Cannot find field.",
    ]


def test_v1_answers_text_calls(emulator: RunningEmulator) -> None:
    with emulator.client(api_version="v1") as client:
        response = client.models.generate_content(
            model=TEXT_MODEL, contents=sections(story=STORY, style="manga"), config=json_config(Analysis)
        )

    assert isinstance(response.parsed, Analysis)


@pytest.mark.parametrize(("version", "status"), [("v1beta", 200), ("v1", 404)])
def test_aliases_of_the_latest_model_exist_in_v1beta_only(emulator: RunningEmulator, version: str, status: int) -> None:
    answer = httpx.get(f"{emulator.url}/{version}/models/gemini-flash-latest", headers={"x-goog-api-key": "k"})

    assert answer.status_code == status
    assert status == 200 or f"API version {version}" in answer.json()["error"]["message"]
