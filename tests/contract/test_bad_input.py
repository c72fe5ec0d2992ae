"""A refused request says what is wrong and where, has started nothing and has stored nothing."""

import base64
import json
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest

from tests.contract.conftest import MAX_REQUEST_BYTES
from tests.support.contract_check import JsonObject
from tests.support.fakes.pictures import encoded, png, png_url
from tests.support.running_app import PATIENCE_S, START, RunningApp

GOOD = {"story": "Mira met Jon.", "style": "manga"}
JSON = {"Content-Type": "application/json"}
UPLOADS = "uploadedCharacterReferences"


@pytest.fixture(autouse=True)
async def nothing_came_of_it(app: RunningApp) -> AsyncIterator[None]:
    """Whatever a test sends, no run, no blob and no model call may come of it."""
    before = app.runs(), await app.blobs()
    yield
    assert (app.runs(), await app.blobs()) == before
    assert app.emulator.calls()["total"] == 0


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def huge_by_its_header() -> bytes:
    """Return a PNG of a few bytes that says it has 3.6 thousand million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def upload(**changes: object) -> dict[str, object]:
    return {UPLOADS: [{"id": "1", "name": "Mira", "image": png_url(), "fileName": "mira.png", **changes}]}


def picture(content: bytes, media_type: str = "image/png") -> dict[str, object]:
    return upload(image=data_url(content, media_type))


IMAGE = f"{UPLOADS}[0].image"
BROKEN_FIELDS: dict[str, tuple[Mapping[str, object], list[str]]] = {
    "501 words": ({"story": "word " * 501}, ["story"]),
    "501 words without spaces": ({"story": "猫。" * 1001}, ["story"]),
    "one word of 6001 characters": ({"story": "x" * 6001}, ["story"]),
    "a story of zero-width characters": ({"story": "\u200b\u3164\u2060"}, ["story"]),
    "an empty story": ({"story": ""}, ["story"]),
    "a story of white space": ({"story": " \n\t\u3000"}, ["story"]),
    "a story that is a number": ({"story": 5}, ["story"]),
    "a story that is null": ({"story": None}, ["story"]),
    "an unknown style": ({"style": "noir"}, ["style"]),
    "a style in capitals": ({"style": "Manga"}, ["style"]),
    "noDialogue as a word": ({"noDialogue": "yes"}, ["noDialogue"]),
    "images as something else": ({"images": "base64"}, ["images"]),
    "references that are no list": ({UPLOADS: "mira.png"}, [UPLOADS]),
    "a reference without a name": ({UPLOADS: [{"image": png_url()}]}, [f"{UPLOADS}[0].name"]),
    "a reference with an empty name": (upload(name=""), [f"{UPLOADS}[0].name"]),
    "a reference without an image": ({UPLOADS: [{"name": "Mira"}]}, [IMAGE]),
    "an image that is text": (picture(b"I am a text"), [IMAGE]),
    "an image that is SVG": (picture(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), [IMAGE]),
    "an image that is GIF": (picture(encoded("GIF"), "image/gif"), [IMAGE]),
    "an image that was cut": (picture(encoded("JPEG", (64, 64))[:-200], "image/jpeg"), [IMAGE]),
    "an image that is huge": (picture(huge_by_its_header()), [IMAGE]),
    "an image at another address": (upload(image="https://example.org/mira.png"), [IMAGE]),
    "an image without its prefix": (upload(image=base64.b64encode(png()).decode()), [IMAGE]),
    "eleven references": ({UPLOADS: upload()[UPLOADS] * 11}, [UPLOADS]),  # pyright: ignore[reportOperatorIssue] - a list
    "a broken setting": ({"uploadedSettingReferences": [{"name": "Pier"}]}, ["uploadedSettingReferences[0].image"]),
    "several at once": ({"story": "", "style": "", "images": ""}, ["story", "style", "images"]),
}


def refusal(answer: httpx.Response, status: int, code: str) -> JsonObject:
    """Return the refusal's body; it has what every error has, and nothing that was meant for us only."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = cast("JsonObject", answer.json())
    assert body["code"] == code
    assert body["error"].endswith(".")
    assert set(body) <= {"error", "code", "details"}
    assert "Traceback" not in answer.text
    return body


@pytest.mark.parametrize("case", BROKEN_FIELDS)
def test_a_broken_field_is_named(app: RunningApp, case: str) -> None:
    changes, fields = BROKEN_FIELDS[case]

    body = refusal(app.http.post(START, json={**GOOD, **changes}), 400, "invalid-input")

    assert [problem["field"] for problem in body["details"]] == fields
    assert all(problem["message"].endswith(".") for problem in body["details"])


@pytest.mark.parametrize("field", ["story", "style"])
def test_a_missing_field_is_named(app: RunningApp, field: str) -> None:
    answer = app.http.post(START, json={name: value for name, value in GOOD.items() if name != field})

    assert [problem["field"] for problem in refusal(answer, 400, "invalid-input")["details"]] == [field]


@pytest.mark.parametrize("body", [[], [GOOD], "a story", 5, None])
def test_a_body_that_is_no_object_is_refused(app: RunningApp, body: object) -> None:
    answer = app.http.post(START, content=json.dumps(body), headers=JSON)

    assert [problem["field"] for problem in refusal(answer, 400, "invalid-input")["details"]] == ["body"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"story": NaN, "style": "manga"}', b"\xff\xfe", b"[" * 50_000])
def test_a_body_that_is_no_json_is_refused(app: RunningApp, body: bytes) -> None:
    refusal(app.http.post(START, content=body, headers=JSON), 400, "invalid-input")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_body_of_another_kind_is_refused(app: RunningApp, media_type: str) -> None:
    answer = app.http.post(START, content=json.dumps(GOOD), headers={"Content-Type": media_type})

    refusal(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_a_key_that_is_none_is_refused(app: RunningApp, key: str) -> None:
    answer = app.http.post(START, json=GOOD, headers={"Idempotency-Key": key})

    assert [problem["field"] for problem in refusal(answer, 400, "invalid-input")["details"]] == ["Idempotency-Key"]


def test_a_body_of_the_largest_size_is_looked_into(app: RunningApp) -> None:
    start = b'{"story": "'
    body = start + b" " * (MAX_REQUEST_BYTES - len(start) - 2) + b'"}'
    assert len(body) == MAX_REQUEST_BYTES

    refusal(app.http.post(START, content=body, headers=JSON), 400, "invalid-input")


def send_raw(app: RunningApp, headers: str, body: bytes = b"") -> bytes:
    """Send a request whose body never ends, and return the answer's beginning."""
    address = urlsplit(app.url)
    assert address.hostname is not None
    head = f"POST {START} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n{headers}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE_S) as connection:
        connection.sendall(head.encode() + body)
        answer = b""
        while b"request-too-large" not in answer:
            piece = connection.recv(65_536)
            assert piece, f"the connection was closed after {answer!r}"
            answer += piece
    return answer


@pytest.mark.devhost  # the real host answers only once it has the whole body
def test_a_body_that_announces_too_much_is_refused_at_its_first_bytes(app: RunningApp) -> None:
    answer = send_raw(app, f"Content-Length: {MAX_REQUEST_BYTES + 1}", b'{"story"')

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert str(MAX_REQUEST_BYTES).encode() in answer


@pytest.mark.devhost
def test_a_body_that_announces_no_length_is_refused_before_it_ends(app: RunningApp) -> None:
    size = MAX_REQUEST_BYTES + 1
    unfinished = f"{size:x}\r\n".encode() + b" " * size + b"\r\n"

    assert send_raw(app, "Transfer-Encoding: chunked", unfinished).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("generation_id", ["x", "0" * 31, "0" * 33, "A" * 32, "..%2f..%2fclaims", "é" * 16])
def test_an_id_that_no_generation_can_have_is_not_found(app: RunningApp, generation_id: str) -> None:
    for path in (f"{START}/{generation_id}", f"/api/generations/{generation_id}"):
        refusal(app.http.get(path), 404, "not-found")


@pytest.mark.parametrize("image", ["panels/0/x", "panels/-1/1", "places/0/1", "panels/0/99999", "panels/%2e%2e/1"])
def test_an_image_that_there_cannot_be_is_not_found(app: RunningApp, image: str) -> None:
    assert app.http.get(f"/api/generations/{'0' * 32}/images/{image}").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"), [("after=-1", "after"), ("after=x", "after"), ("after=", "after"), ("images=all", "images")]
)
def test_a_broken_query_is_named(app: RunningApp, query: str, field: str) -> None:
    answer = app.http.get(f"{START}/{'0' * 32}?{query}")

    assert [problem["field"] for problem in refusal(answer, 400, "invalid-input")["details"]] == [field]
