"""JSON bodies: how they are read, and on which threads."""

import threading
from collections.abc import Callable
from typing import cast

import pytest
from pydantic import JsonValue

from api.limits.body_budget import BodyBudget, Room
from api.requests import body
from api.requests.body import check_body_headers, digest_of, read_json, validate_body
from shared.errors import InvalidInput, RequestTooLarge, UnsupportedMediaType
from shared.models.http.requests import GenerateMangaRequest
from shared.settings import load_settings
from tests.support.fakes.pictures import png_url
from tests.unit.api.http_requests import SentBody, http_request, json_request

SETTINGS = load_settings({})
SMALL = load_settings({"MAX_REQUEST_BYTES": "100"})


def room() -> Room:
    """Return room for any body."""
    return Room(BodyBudget(10**9))


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
    sent = SentBody([b"x" * 60] * 1000)

    with pytest.raises(RequestTooLarge):
        await read_json(json_request(sent), SMALL, room())

    assert sent.received == 2


async def test_body_as_large_as_the_limit_is_read() -> None:
    assert await read_json(json_request(b'"' + b"x" * 98 + b'"'), SMALL, room()) == "x" * 98


INVALID_JSON = {
    "empty": b"",
    "cut off": b"{",
    "single quotes": b"{'story': 1}",
    "not UTF-8": b'{"story": "\xff"}',
    "unclosed": b"[" * 100_000,
    "deep": b"[" * 5_000 + b"]" * 5_000,
    "NaN": b'{"story": NaN}',
    "infinity": b'{"story": Infinity}',
    "minus infinity": b'{"story": -Infinity}',
    "many digits": b"9" * 5_000,
    "lone surrogate": b'{"story": "Mira \\ud800 met"}',
    "lone surrogate in a name": b'{"\\udfff": 1}',
    "UTF-16": '{"story": "x"}'.encode("utf-16"),
}


@pytest.mark.parametrize("content", INVALID_JSON.values(), ids=INVALID_JSON)
async def test_invalid_json_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="JSON"):
        await read_json(json_request(content), SETTINGS, room())


async def test_byte_order_mark_is_accepted() -> None:
    assert await read_json(json_request(b"\xef\xbb\xbf{}"), SETTINGS, room()) == {}


@pytest.fixture
def thread_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads on which a body is parsed, validated or digested."""
    names: list[str] = []

    def record(name: str) -> None:
        work = cast("Callable[..., object]", getattr(body, name))

        def recorded(*args: object) -> object:
            names.append(threading.current_thread().name)
            return work(*args)

        monkeypatch.setattr(body, name, recorded)

    for name in ("_parse", "validate", "_digest"):
        record(name)
    return names


@pytest.mark.parametrize(("size", "is_large"), [(1, False), (1_000_000, True)])
async def test_large_json_is_parsed_on_one_of_a_few_threads(
    thread_names: list[str], size: int, *, is_large: bool
) -> None:
    await read_json(json_request(b'"' + b"x" * size + b'"'), SETTINGS, room())

    assert [name.startswith("request-body") for name in thread_names] == [is_large]
    assert threading.current_thread().name not in thread_names


@pytest.mark.parametrize("references", [[], [{"name": "Mira", "image": png_url()}]])
async def test_body_with_images_is_validated_on_one_of_a_few_threads(
    thread_names: list[str], references: list[JsonValue]
) -> None:
    value: JsonValue = {"story": "Mira.", "style": "manga", "uploadedCharacterReferences": references}
    await validate_body(GenerateMangaRequest, value, SETTINGS)

    assert [name.startswith("request-body") for name in thread_names] == [bool(references)]
    assert threading.current_thread().name not in thread_names


async def test_digest_ignores_the_order_of_keys_and_is_computed_off_the_event_loop(thread_names: list[str]) -> None:
    assert await digest_of({"a": 1, "b": 2}) == await digest_of({"b": 2, "a": 1}) != await digest_of({"a": 1})
    assert threading.current_thread().name not in thread_names
