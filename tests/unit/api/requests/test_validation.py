"""Bodies are validated, and errors name every invalid field."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

import pytest
from pydantic import BaseModel, JsonValue

from api.requests.validation import validate
from shared.errors import InvalidInput
from shared.images.check import ImageLimits
from shared.models.http.requests import GenerateMangaRequest, InputLimits, RegenerateRequest
from shared.models.http.single_steps import ChunkStoryRequest, GivenPanel
from shared.settings import load_settings
from tests.support.fakes.pictures import encoded, png, png_url

SETTINGS = load_settings({})
LIMITS = InputLimits(500, 6000, ImageLimits(SETTINGS.max_image_bytes, SETTINGS.max_image_pixels))
START: Mapping[str, JsonValue] = {"story": "Mira met Jon.", "style": "manga"}
CHARACTERS, SETTINGS_FIELD = "uploadedCharacterReferences", "uploadedSettingReferences"


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def error_for(model: type[BaseModel], value: JsonValue) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        validate(model, value, LIMITS)
    return refused.value


def invalid_fields() -> Iterator[tuple[Mapping[str, object], list[str]]]:
    """Yield changes to a valid body, and the fields that the error names."""
    stories: list[object] = ["", " ", "\n", "\u3000", "\0\x07", "\u200b\ufeff", 5, None, ["Mira"], {}]
    for story in stories:
        yield {"story": story}, ["story"]
    for separator in (" ", "\n", "\t", "\u3000", " \u2003 "):
        yield {"story": separator.join(["word"] * 501)}, ["story"]
    for no_dialogue in ("yes", "true", 1, 0, None):
        yield {"noDialogue": no_dialogue}, ["noDialogue"]
    for name in ("", " ", "\n\t", "\u200b", "\0", "x" * 121):
        yield {SETTINGS_FIELD: [{"name": name, "image": png_url()}]}, [f"{SETTINGS_FIELD}[0].name"]
    for image in ("", None, 5):
        yield {CHARACTERS: [{"name": "Mira", "image": image}]}, [f"{CHARACTERS}[0].image"]
    yield {CHARACTERS: [{"name": "Mira", "image": png_url()}] * 11}, [CHARACTERS]
    yield (
        {
            "story": " \n\t ",
            "style": "noir",
            "noDialogue": "yes",
            "images": "base64",
            CHARACTERS: [{"name": "Mira", "image": png_url()}, {"name": "", "image": "hello"}],
            SETTINGS_FIELD: [{"image": png_url()}, "pier"],
        },
        [
            *("story", "style", "noDialogue", f"{CHARACTERS}[1].name", f"{CHARACTERS}[1].image"),
            *(f"{SETTINGS_FIELD}[0].name", f"{SETTINGS_FIELD}[1]", "images"),
        ],
    )


@pytest.mark.parametrize(("changes", "fields"), list(invalid_fields()), ids=lambda value: str(value)[:60])
def test_invalid_fields_are_named(changes: Mapping[str, object], fields: list[str]) -> None:
    error = error_for(GenerateMangaRequest, cast("JsonValue", {**START, **changes}))

    assert [problem.field for problem in error.problems] == fields
    assert all(problem.message.endswith(".") for problem in error.problems)
    assert not any("instance of" in problem.message for problem in error.problems)
    assert all(problem.field in str(error) for problem in error.problems)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("https://example.org/mira.png", "The image is not a data URL"),
        ("data:image/png;base64,%%%", "The image's data is not base64"),
        (data_url(encoded("AVIF", (16, 16)), "image/jpeg"), "The file's format is AVIF"),
        (data_url(png()[:-30]), "The image is damaged"),
        (data_url(png((101, 100))), "The image has 101 x 100 pixels: at most 10000"),
    ],
)
def test_invalid_image_is_refused_with_its_reason(image: str, reason: str) -> None:
    limits = replace(LIMITS, images=ImageLimits(max_bytes=10_000, max_pixels=10_000))

    with pytest.raises(InvalidInput) as refused:
        validate(GenerateMangaRequest, {**START, CHARACTERS: [{"name": "Mira", "image": image}]}, limits)

    (problem,) = refused.value.problems
    assert problem.field == f"{CHARACTERS}[0].image"
    assert problem.message.startswith(reason)


@pytest.mark.parametrize("field", START)
def test_missing_required_field_is_named(field: str) -> None:
    body = {name: value for name, value in START.items() if name != field}

    assert [problem.field for problem in error_for(GenerateMangaRequest, body).problems] == [field]


@pytest.mark.parametrize("body", [[], "a story", 1, None, True])
def test_body_that_is_not_an_object_is_refused(body: JsonValue) -> None:
    assert [problem.field for problem in error_for(GenerateMangaRequest, body).problems] == ["body"]


def test_error_message_does_not_repeat_the_input() -> None:
    assert "secret" not in str(error_for(GenerateMangaRequest, {**START, "style": "<script>secret</script>"}))


def test_list_with_invalid_items_is_not_reported_as_too_short() -> None:
    setting: JsonValue = {"timePeriod": "today", "location": "a pier", "mood": "calm"}
    error = error_for(ChunkStoryRequest, {**START, "characters": [{"name": "Mira"}], "setting": setting})

    assert [problem.field for problem in error.problems] == ["characters[0].physicalDescription"]


@pytest.mark.parametrize("blank", [" ", "\u200b\n"])
def test_blank_instructions_and_a_blank_scene_are_refused(blank: str) -> None:
    panel: dict[str, JsonValue] = {"panelNumber": 1, "characters": [], "cameraAngle": "", "visualMood": ""}

    instructions = str(error_for(RegenerateRequest, {"instructions": blank}))
    scene = str(error_for(GivenPanel, {**panel, "sceneDescription": blank}))

    assert "correct instructions. It is blank: say what should be different" in instructions
    assert "correct sceneDescription. It is blank: say what is seen" in scene


def test_missing_fields_get_defaults_and_unknown_fields_are_ignored() -> None:
    body: JsonValue = {**START, "apiKey": "of an old client", SETTINGS_FIELD: None}
    request = validate(GenerateMangaRequest, body, LIMITS)

    assert (request.no_dialogue, request.images) == (False, "inline")
    assert request.uploaded_character_references == request.uploaded_setting_references == ()


def test_story_may_have_500_words() -> None:
    validate(GenerateMangaRequest, {**START, "story": "word \u3000\n" * 500}, LIMITS)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("media_type", ["image/png", "image/jpg", "text/plain", ""])
def test_type_of_an_image_comes_from_its_content(image_format: str, media_type: str) -> None:
    upload: JsonValue = {"id": "1", "name": "Mira", "image": data_url(encoded(image_format), media_type)}
    request = validate(GenerateMangaRequest, {**START, CHARACTERS: [upload]}, LIMITS)

    assert [reference.image.media_type for reference in request.uploaded_character_references] == ["image/jpeg"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"from": "current"}, ["instructions"]),
        ({"from": "current", "instructions": None}, ["instructions"]),
        ({"from": "current", "instructions": " "}, ["instructions"]),
        ({"from": "elsewhere"}, ["from"]),
        ({"from": "current", "instructions": "at night"}, []),
        ({"from": "nothing"}, []),
        ({}, []),
    ],
)
def test_change_of_the_current_image_needs_instructions(body: JsonValue, fields: list[str]) -> None:
    assert fields_refused(RegenerateRequest, body) == fields


@pytest.mark.parametrize(
    ("look", "fields"),
    [
        ({"styleText": "x" * 301, "aspect": "round", "imageSize": "3K"}, ["styleText", "aspect", "imageSize"]),
        ({"styleText": "x" * 300, "aspect": "tall", "imageSize": "4K"}, []),
        ({"styleText": None}, []),
    ],
)
def test_every_broken_field_of_the_look_is_named(look: dict[str, JsonValue], fields: list[str]) -> None:
    body: JsonValue = {"story": "A story.", "style": "manga", **look}

    assert fields_refused(GenerateMangaRequest, body) == fields


@pytest.mark.parametrize(("given", "kept"), [("  ink\n wash ", "ink wash"), ("  ", None), ("", None)])
def test_style_text_is_one_line_and_a_blank_one_is_none(given: str, kept: str | None) -> None:
    request = GenerateMangaRequest.model_validate({"story": "A story.", "style": "manga", "styleText": given})

    assert request.style_text == kept


def fields_refused(model: type[BaseModel], body: JsonValue) -> list[str]:
    limits = InputLimits(500, 6000, ImageLimits(1000, 1000))
    try:
        validate(model, body, limits)
    except InvalidInput as refused:
        return [problem.field for problem in refused.problems]
    return []
