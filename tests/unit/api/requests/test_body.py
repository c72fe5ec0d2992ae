"""JSON bodies: how they are read and validated."""

import base64
import io
import json
import struct
import threading
import zlib
from collections.abc import Mapping

import PIL.Image
import pytest
from pydantic import JsonValue

from api.limits.body_budget import BodyBudget, Room
from api.requests.body import check_body_headers, read_json, validate_body
from api.requests.validation import validate
from shared.errors import InvalidInput, RequestTooLarge, UnsupportedMediaType
from shared.images.check import ImageLimits
from shared.images.image import Image
from shared.images.normalized import normalize_image
from shared.models.http import requests
from shared.models.http.requests import GenerateMangaRequest, InputLimits, RegenerateRequest
from shared.models.http.single_steps import ChunkStoryRequest, GivenPanel
from shared.settings import load_settings
from tests.support.fakes.pictures import encoded, png, png_url
from tests.unit.api.http_requests import SentBody, http_request, json_request

SETTINGS = load_settings({})
SMALL = load_settings({"MAX_REQUEST_BYTES": "100"})
STORY = {"story": "Mira met Jon.", "style": "manga"}
LIMITS = InputLimits(500, 6000, ImageLimits(1000, 1000))


def declared_size_png(width: int, height: int) -> bytes:
    """Return a tiny PNG file whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def room() -> Room:
    """Return room for any body."""
    return Room(BodyBudget(10**9))


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def with_image(image: object) -> dict[str, object]:
    return {**STORY, "uploadedCharacterReferences": [{"id": "1", "name": "Mira", "image": image, "fileName": "m.png"}]}


async def refused_fields(body: Mapping[str, object]) -> list[str]:
    """Return the fields that the error names."""
    value: JsonValue = json.loads(json.dumps(body))
    with pytest.raises(InvalidInput) as refused:
        await validate_body(GenerateMangaRequest, value, SETTINGS)
    problems = refused.value.problems
    assert all(problem.message.endswith(".") for problem in problems)
    assert not any("instance of" in problem.message for problem in problems)
    assert all(problem.field in str(refused.value) for problem in problems)
    return [problem.field for problem in problems]


async def test_json_is_read_in_any_pieces() -> None:
    pieces = [b'{"story"', b': "Mir', "\u00e4".encode()[:1], "\u00e4".encode()[1:], b'"}']

    assert await read_json(json_request(SentBody(pieces)), SMALL, room()) == {"story": "Mir\u00e4"}


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", " application/json "])
def test_json_content_type_may_have_parameters_and_any_case(media_type: str) -> None:
    check_body_headers(http_request(headers={"content-type": media_type}), SMALL)


@pytest.mark.parametrize("headers", [{"content-encoding": "identity"}, {"content-length": "100"}])
def test_uncompressed_body_within_the_limit_is_accepted(headers: dict[str, str]) -> None:
    check_body_headers(json_request(b"", **headers), SMALL)


@pytest.mark.parametrize(
    ("headers", "error", "message"),
    [
        ({}, UnsupportedMediaType, "application/json"),
        ({"content-type": "text/plain"}, UnsupportedMediaType, "application/json"),
        ({"content-type": "application/jsonp"}, UnsupportedMediaType, "application/json"),
        *(
            ({"content-type": "application/json", "content-encoding": coding}, UnsupportedMediaType, "Content-Encoding")
            for coding in ("gzip", "br", "deflate", "identity, gzip", "GZIP")
        ),
        ({"content-type": "application/json", "content-length": "101"}, RequestTooLarge, "100 bytes"),
    ],
)
def test_body_is_refused_by_its_headers(headers: dict[str, str], error: type[InvalidInput], message: str) -> None:
    with pytest.raises(error, match=message):
        check_body_headers(http_request(headers=headers), SMALL)


async def test_body_without_a_length_is_refused_as_soon_as_it_is_too_large() -> None:
    body = SentBody([b"x" * 60] * 1000)

    with pytest.raises(RequestTooLarge):
        await read_json(json_request(body), SMALL, room())

    assert body.received == 2


async def test_body_as_large_as_the_limit_is_read() -> None:
    assert await read_json(json_request(b'"' + b"x" * 98 + b'"'), SMALL, room()) == "x" * 98


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'story': 1}",
        b'{"story": "\xff"}',
        b"[" * 100_000,
        b"[" * 5_000 + b"]" * 5_000,
        b'{"story": NaN}',
        b'{"story": Infinity}',
        b'{"story": -Infinity}',
        b"9" * 5_000,
        b'{"story": "Mira \\ud800 met"}',
        b'{"\\udfff": 1}',
        '{"story": "x"}'.encode("utf-16"),
    ],
    ids=[
        *("empty", "cut", "quotes", "utf-8", "endless", "deep", "nan", "infinity", "-infinity", "digits"),
        *("lone-surrogate", "lone-surrogate-in-a-name", "utf-16"),
    ],
)
async def test_invalid_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="JSON"):
        await read_json(json_request(body), SETTINGS, room())


async def test_byte_order_mark_is_accepted() -> None:
    assert await read_json(json_request(b"\xef\xbb\xbf{}"), SETTINGS, room()) == {}


async def test_missing_fields_get_defaults_and_unknown_fields_are_ignored() -> None:
    request = await validate_body(
        GenerateMangaRequest, {**STORY, "apiKey": "of an old client", "uploadedSettingReferences": None}, SETTINGS
    )

    assert not request.no_dialogue
    assert request.images == "inline"
    assert request.uploaded_character_references == ()
    assert request.uploaded_setting_references == ()


async def test_every_invalid_field_is_named_at_once() -> None:
    body: dict[str, object] = {
        "story": " \n\t ",
        "style": "noir",
        "noDialogue": "yes",
        "images": "base64",
        "uploadedCharacterReferences": [{"name": "Mira", "image": png_url()}, {"name": "", "image": "hello"}],
        "uploadedSettingReferences": [{"image": png_url()}, "pier"],
    }

    assert await refused_fields(body) == [
        "story",
        "style",
        "noDialogue",
        "uploadedCharacterReferences[1].name",
        "uploadedCharacterReferences[1].image",
        "uploadedSettingReferences[0].name",
        "uploadedSettingReferences[1]",
        "images",
    ]


@pytest.mark.parametrize("body", [[], "a story", 1, None, True])
async def test_body_that_is_not_an_object_is_refused(body: JsonValue) -> None:
    with pytest.raises(InvalidInput) as refused:
        await validate_body(GenerateMangaRequest, body, SETTINGS)

    assert [problem.field for problem in refused.value.problems] == ["body"]


@pytest.mark.parametrize("separator", [" ", "\n", "\t", "\u3000", " \u2003 "])
async def test_any_white_space_separates_words(separator: str) -> None:
    await validate_body(GenerateMangaRequest, {**STORY, "story": separator.join(["word"] * 500)}, SETTINGS)

    assert await refused_fields({**STORY, "story": separator.join(["word"] * 501)}) == ["story"]


@pytest.mark.parametrize("story", ["", " ", "\n", "\u3000", "\0\x07", "\u200b\ufeff", 5, None, ["Mira"], {}])
async def test_story_that_is_blank_or_not_a_string_is_refused(story: object) -> None:
    assert await refused_fields({**STORY, "story": story}) == ["story"]


@pytest.mark.parametrize("name", ["", " ", "\n\t", "\u200b", "\0", "x" * 121])
async def test_invisible_or_too_long_name_is_refused(name: str) -> None:
    upload = {"name": name, "image": png_url()}

    assert await refused_fields({**STORY, "uploadedSettingReferences": [upload]}) == [
        "uploadedSettingReferences[0].name"
    ]


def test_list_with_invalid_items_is_not_reported_as_too_short() -> None:
    body: JsonValue = {
        "story": "Mira met Jon.",
        "style": "manga",
        "characters": [{"name": "Mira"}],
        "setting": {"timePeriod": "today", "location": "a pier", "mood": "calm"},
    }

    with pytest.raises(InvalidInput) as refused:
        validate(ChunkStoryRequest, body, LIMITS)

    assert [problem.field for problem in refused.value.problems] == ["characters[0].physicalDescription"]


@pytest.mark.parametrize("blank", [" ", "\u200b\n"])
def test_blank_instructions_and_a_blank_scene_are_refused(blank: str) -> None:
    panel: JsonValue = {
        "panelNumber": 1,
        "characters": [],
        "sceneDescription": blank,
        "cameraAngle": "",
        "visualMood": "",
    }

    with pytest.raises(InvalidInput, match=r"correct instructions\. It is blank: say what should be different"):
        validate(RegenerateRequest, {"instructions": blank}, LIMITS)
    with pytest.raises(InvalidInput, match=r"correct sceneDescription\. It is blank: say what is seen"):
        validate(GivenPanel, panel, LIMITS)


@pytest.mark.parametrize("field", ["story", "style"])
async def test_missing_required_field_is_named(field: str) -> None:
    assert await refused_fields({name: value for name, value in STORY.items() if name != field}) == [field]


@pytest.mark.parametrize("no_dialogue", ["yes", "true", 1, 0, None])
async def test_no_dialogue_accepts_only_booleans(no_dialogue: object) -> None:
    assert await refused_fields({**STORY, "noDialogue": no_dialogue}) == ["noDialogue"]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("media_type", ["image/png", "image/jpg", "text/plain", ""])
async def test_type_of_an_image_comes_from_its_content(image_format: str, media_type: str) -> None:
    body = with_image(data_url(encoded(image_format), media_type))

    request = await validate_body(GenerateMangaRequest, json.loads(json.dumps(body)), SETTINGS)

    assert [reference.image.media_type for reference in request.uploaded_character_references] == ["image/jpeg"]


async def test_images_are_normalized_off_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def normalize(content: bytes, limits: ImageLimits) -> Image:
        threads.append(threading.get_ident())
        return normalize_image(content, limits)

    monkeypatch.setattr(requests, "normalize_image", normalize)
    await validate_body(GenerateMangaRequest, json.loads(json.dumps(with_image(png_url()))), SETTINGS)

    assert len(threads) == 1
    assert threading.get_ident() not in threads


def large_noisy_png() -> bytes:
    target = io.BytesIO()
    PIL.Image.effect_noise((64, 64), 90).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "image",
    [
        data_url(b"hello, I am a text"),
        data_url(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        data_url(encoded("GIF"), "image/gif"),
        data_url(encoded("BMP"), "image/bmp"),
        data_url(large_noisy_png()[:-2000]),
        data_url(declared_size_png(60_000, 60_000)),
        data_url(declared_size_png(5_001, 5_000)),
        data_url(b""),
        "data:image/png;base64,%%%",
        "data:text/plain;base64,aGVsbG8=",
        "https://example.org/mira.png",
        "file:///etc/passwd",
        base64.b64encode(png()).decode(),
        "",
        None,
        5,
    ],
    ids=lambda image: str(image)[:40],
)
async def test_invalid_image_is_refused(image: object) -> None:
    assert await refused_fields(with_image(image)) == ["uploadedCharacterReferences[0].image"]


async def test_too_many_images_are_refused() -> None:
    reference = {"name": "Mira", "image": png_url()}

    assert await refused_fields({**STORY, "uploadedCharacterReferences": [reference] * 11}) == [
        "uploadedCharacterReferences"
    ]


async def test_error_message_does_not_repeat_the_input() -> None:
    with pytest.raises(InvalidInput) as refused:
        await validate_body(GenerateMangaRequest, {**STORY, "style": "<script>secret</script>"}, SETTINGS)

    assert "secret" not in str(refused.value)
