"""What is read of a request, and why it is refused."""

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
from api.requests import (
    generation_id_of,
    parse,
    parse_after,
    parse_body,
    parse_idempotency_key,
    parse_images,
    read_json,
)
from shared.errors import InvalidInput, NotFound, RequestTooLarge, UnsupportedMediaType
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
    """Return a PNG that says that it is this large and has next to nothing in it."""

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
    """Return the fields that are named when the body is refused."""
    value: JsonValue = json.loads(json.dumps(body))
    with pytest.raises(InvalidInput) as refused:
        await parse_body(GenerateMangaRequest, value, SETTINGS)
    problems = refused.value.problems
    assert all(problem.message.endswith(".") for problem in problems)
    assert not any("instance of" in problem.message for problem in problems)
    assert all(problem.field in str(refused.value) for problem in problems)
    return [problem.field for problem in problems]


async def test_json_is_read_whatever_pieces_it_comes_in() -> None:
    pieces = [b'{"story"', b': "Mir', "\u00e4".encode()[:1], "\u00e4".encode()[1:], b'"}']

    assert await read_json(json_request(SentBody(pieces)), SMALL, room()) == {"story": "Mir\u00e4"}


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "APPLICATION/JSON", " application/json "])
async def test_json_may_be_announced_with_parameters_and_in_any_case(media_type: str) -> None:
    assert await read_json(http_request(b"{}", {"content-type": media_type}), SMALL, room()) == {}


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip", "GZIP"])
async def test_a_packed_body_is_refused_before_it_is_read(coding: str) -> None:
    body = SentBody([b"{}"])

    with pytest.raises(UnsupportedMediaType, match="Content-Encoding"):
        await read_json(json_request(body, **{"content-encoding": coding}), SMALL, room())

    assert body.received == 0


async def test_a_body_that_is_said_to_be_unpacked_is_read() -> None:
    assert await read_json(json_request(b"{}", **{"content-encoding": "identity"}), SMALL, room()) == {}


async def test_a_body_that_announces_too_many_bytes_is_refused_before_it_is_read() -> None:
    body = SentBody([b"{}"])

    with pytest.raises(RequestTooLarge, match="100 bytes"):
        await read_json(json_request(body, **{"content-length": "101"}), SMALL, room())

    assert body.received == 0


async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large() -> None:
    body = SentBody([b"x" * 60] * 1000)

    with pytest.raises(RequestTooLarge):
        await read_json(json_request(body), SMALL, room())

    assert body.received == 2


async def test_a_body_of_just_the_limit_is_read() -> None:
    assert await read_json(json_request(b'"' + b"x" * 98 + b'"'), SMALL, room()) == "x" * 98


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, {"content-type": "application/jsonp"}])
async def test_a_body_that_does_not_say_that_it_is_json_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedMediaType, match="application/json"):
        await read_json(http_request(b"{}", headers), SMALL, room())


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
        *("half-a-character", "half-a-character-in-a-name", "utf-16"),
    ],
)
async def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="JSON"):
        await read_json(json_request(body), SETTINGS, room())


async def test_a_mark_of_byte_order_before_json_is_no_fault() -> None:
    assert await read_json(json_request(b"\xef\xbb\xbf{}"), SETTINGS, room()) == {}


async def test_what_is_left_out_has_its_default_and_what_is_unknown_is_ignored() -> None:
    request = await parse_body(
        GenerateMangaRequest, {**STORY, "apiKey": "of an old client", "uploadedSettingReferences": None}, SETTINGS
    )

    assert not request.no_dialogue
    assert request.images == "inline"
    assert request.uploaded_character_references == ()
    assert request.uploaded_setting_references == ()


async def test_every_broken_field_is_named_at_once() -> None:
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
async def test_a_body_that_is_no_object_is_refused(body: JsonValue) -> None:
    with pytest.raises(InvalidInput) as refused:
        await parse_body(GenerateMangaRequest, body, SETTINGS)

    assert [problem.field for problem in refused.value.problems] == ["body"]


@pytest.mark.parametrize("separator", [" ", "\n", "\t", "\u3000", " \u2003 "])
async def test_any_white_space_separates_words(separator: str) -> None:
    await parse_body(GenerateMangaRequest, {**STORY, "story": separator.join(["word"] * 500)}, SETTINGS)

    assert await refused_fields({**STORY, "story": separator.join(["word"] * 501)}) == ["story"]


@pytest.mark.parametrize("story", ["", " ", "\n", "\u3000", "\0\x07", "\u200b\ufeff", 5, None, ["Mira"], {}])
async def test_a_story_that_is_blank_or_no_text_is_refused(story: object) -> None:
    assert await refused_fields({**STORY, "story": story}) == ["story"]


@pytest.mark.parametrize("name", ["", " ", "\n\t", "\u200b", "\0", "x" * 121])
async def test_a_name_that_cannot_be_seen_or_is_too_long_is_refused(name: str) -> None:
    upload = {"name": name, "image": png_url()}

    assert await refused_fields({**STORY, "uploadedSettingReferences": [upload]}) == [
        "uploadedSettingReferences[0].name"
    ]


def test_a_list_is_not_called_too_short_because_its_items_are_broken() -> None:
    body: JsonValue = {
        "story": "Mira met Jon.",
        "style": "manga",
        "characters": [{"name": "Mira"}],
        "setting": {"timePeriod": "today", "location": "a pier", "mood": "calm"},
    }

    with pytest.raises(InvalidInput) as refused:
        parse(ChunkStoryRequest, body, LIMITS)

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
        parse(RegenerateRequest, {"instructions": blank}, LIMITS)
    with pytest.raises(InvalidInput, match=r"correct sceneDescription\. It is blank: say what is seen"):
        parse(GivenPanel, panel, LIMITS)


@pytest.mark.parametrize("field", ["story", "style"])
async def test_a_field_that_is_needed_and_missing_is_named(field: str) -> None:
    assert await refused_fields({name: value for name, value in STORY.items() if name != field}) == [field]


@pytest.mark.parametrize("no_dialogue", ["yes", "true", 1, 0, None])
async def test_no_dialogue_is_a_boolean_and_nothing_like_one(no_dialogue: object) -> None:
    assert await refused_fields({**STORY, "noDialogue": no_dialogue}) == ["noDialogue"]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("media_type", ["image/png", "image/jpg", "text/plain", ""])
async def test_file_decides_what_an_image_is_and_not_its_media_type(image_format: str, media_type: str) -> None:
    body = with_image(data_url(encoded(image_format), media_type))

    request = await parse_body(GenerateMangaRequest, json.loads(json.dumps(body)), SETTINGS)

    assert [reference.image.media_type for reference in request.uploaded_character_references] == ["image/jpeg"]


async def test_images_are_normalized_away_from_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def normalize(content: bytes, limits: ImageLimits) -> Image:
        threads.append(threading.get_ident())
        return normalize_image(content, limits)

    monkeypatch.setattr(requests, "normalize_image", normalize)
    await parse_body(GenerateMangaRequest, json.loads(json.dumps(with_image(png_url()))), SETTINGS)

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
async def test_an_image_that_is_none_is_refused(image: object) -> None:
    assert await refused_fields(with_image(image)) == ["uploadedCharacterReferences[0].image"]


async def test_more_images_than_allowed_are_refused() -> None:
    reference = {"name": "Mira", "image": png_url()}

    assert await refused_fields({**STORY, "uploadedCharacterReferences": [reference] * 11}) == [
        "uploadedCharacterReferences"
    ]


async def test_what_was_sent_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(InvalidInput) as refused:
        await parse_body(GenerateMangaRequest, {**STORY, "style": "<script>secret</script>"}, SETTINGS)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("query", "after"), [("", 0), ("after=0", 0), ("after=17", 17)])
def test_the_cursor_is_a_whole_number(query: str, after: int) -> None:
    assert parse_after(http_request(query=query)) == after


@pytest.mark.parametrize("after", ["-1", "1.5", "two", "", "%2B1", "1e3", "9" * 40, "%D9%A3", "0x1"])
def test_a_cursor_that_is_none_is_refused(after: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_after(http_request(query=f"after={after}"))

    assert [problem.field for problem in refused.value.problems] == ["after"]


@pytest.mark.parametrize(("query", "mode"), [("", "inline"), ("images=inline", "inline"), ("images=url", "url")])
def test_images_are_inline_unless_asked_for_as_addresses(query: str, mode: str) -> None:
    assert parse_images(http_request(query=query)) == mode


@pytest.mark.parametrize("mode", ["", "URL", "base64"])
def test_another_way_to_send_images_is_refused(mode: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_images(http_request(query=f"images={mode}"))

    assert [problem.field for problem in refused.value.problems] == ["images"]


@pytest.mark.parametrize("key", [None, "k", "!~" * 100])
def test_an_idempotency_key_is_visible_ascii(key: str | None) -> None:
    assert parse_idempotency_key(http_request(headers={"Idempotency-Key": key} if key else {})) == key


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201, "\u00fc", "a\tb"])
def test_an_idempotency_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_idempotency_key(http_request(headers={"Idempotency-Key": key}))

    assert [problem.field for problem in refused.value.problems] == ["Idempotency-Key"]


@pytest.mark.parametrize("text", ["", "x", "A" * 32, "0" * 31, "0" * 33, "../" + "0" * 29, "0" * 32 + "\n", "٣" * 32])
def test_an_id_that_no_generation_can_have_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        generation_id_of(http_request(path_params={"id": text}))
