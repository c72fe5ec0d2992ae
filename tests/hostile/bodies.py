"""Bodies that are too large, compressed, not JSON, or JSON that breaks naive code."""

import gzip
import json
import zlib

from tests.hostile.wire import GENERATION, HostileInput, post, request
from tests.support.running_app import START

MAX_REQUEST_BYTES = 300_000
GOOD = {"story": "Mira met Jon.", "style": "manga"}
TEXT = json.dumps(GOOD).encode()
JSON = "Content-Type: application/json"
REGENERATE = f"/api/generations/{GENERATION}/panels/0/regenerate"


def _declared(length: int, body: bytes) -> bytes:
    return request("POST", START, JSON, f"Content-Length: {length}", body=body)


def _chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return request("POST", START, JSON, "Transfer-Encoding: chunked", body=body + end)


def _typed(media_type: str, body: bytes = TEXT) -> bytes:
    return request("POST", START, f"Content-Type: {media_type}", f"Content-Length: {len(body)}", body=body)


def _compressed(coding: str, body: bytes) -> bytes:
    return post(START, body, f"Content-Encoding: {coding}")


def _nested(depth: int, opening: bytes, closing: bytes, core: bytes = b"") -> bytes:
    return opening * depth + core + closing * depth


def _not_json(name: str, body: bytes) -> HostileInput:
    return HostileInput(f"JSON: {name}", post(START, body), 400, "invalid-input")


def _not_declared_as_json(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"media type: {name}", sent, 415, "unsupported-media-type")


BOMB = gzip.compress(bytes(50_000_000))

OVERSIZE = (
    HostileInput("size: one byte more than allowed", post(START, b" " * 300_001), 413, "request-too-large"),
    HostileInput(
        "size: declared, and never sent", _declared(300_001, b'{"story"'), 413, "request-too-large", on_azure=500
    ),
    HostileInput("size: 99 MB declared", _declared(99_000_000, b'{"story"'), 413, "request-too-large", on_azure=500),
    HostileInput("size: an exabyte declared", _declared(10**18, b'{"story"'), 500, None),
    HostileInput(
        "size: chunked, without an end", _chunked(b" " * 300_001, end=b""), 413, "request-too-large", on_azure="none"
    ),
    HostileInput("size: in thousands of chunks", _chunked(*[b" " * 100] * 3001, end=b""), 413, "request-too-large"),
    HostileInput(
        "size: for a redo",
        post(REGENERATE, b'{"instructions": "' + b"x" * MAX_REQUEST_BYTES + b'"}'),
        413,
        "request-too-large",
    ),
    HostileInput(
        "size: as many bytes as allowed, of white space",
        post(START, b'{"story": "' + b" " * (MAX_REQUEST_BYTES - 13) + b'"}'),
        *(400, "invalid-input", ("story", "style")),
    ),
    HostileInput("size: for a single step", post("/api/analyze-story", b" " * 300_001), 413, "request-too-large"),
    HostileInput("size: for a report", post("/api/report-issue", b" " * 300_001), 413, "request-too-large"),
)

MEDIA_TYPES = (
    _not_declared_as_json("plain text", _typed("text/plain")),
    _not_declared_as_json("a form", _typed("application/x-www-form-urlencoded", b"story=x&style=manga")),
    _not_declared_as_json("a multipart form", _typed("multipart/form-data; boundary=x")),
    _not_declared_as_json("nearly JSON", _typed("application/jsonp")),
    _not_declared_as_json("JSON as a parameter", _typed("text/plain; x=application/json")),
    _not_declared_as_json("a list of types", _typed("text/html, application/json")),
    _not_declared_as_json("an empty one", _typed("")),
    _not_declared_as_json(
        "XML with an external entity", _typed("application/xml", b'<!DOCTYPE x SYSTEM "file:///etc">')
    ),
    _not_declared_as_json("none", request("POST", START, f"Content-Length: {len(TEXT)}", body=TEXT)),
    _not_declared_as_json("gzip", _compressed("gzip", gzip.compress(TEXT))),
    _not_declared_as_json("gzip, and a bomb", _compressed("gzip", BOMB)),
    _not_declared_as_json("gzip twice", _compressed("gzip, gzip", gzip.compress(gzip.compress(TEXT)))),
    _not_declared_as_json("gzip in its header only", _compressed("gzip", TEXT)),
    _not_declared_as_json("deflate", _compressed("deflate", zlib.compress(TEXT))),
    _not_declared_as_json("an unknown compression", _compressed("x-mine", TEXT)),
)

NOT_JSON = (
    _not_json("nothing", b""),
    _not_json("an opening brace", b"{"),
    _not_json("single quotes", b"{'story': 'x', 'style': 'manga'}"),
    _not_json("two values", TEXT + TEXT),
    _not_json("a trailing comma", TEXT[:-1] + b",}"),
    _not_json("UTF-16", json.dumps(GOOD).encode("utf-16")),
    _not_json("UTF-32", json.dumps(GOOD).encode("utf-32")),
    _not_json("truncated UTF-8", '{"story": "é'.encode()[:-1] + b'", "style": "manga"}'),
    _not_json("an overlong UTF-8 slash", b'{"story": "\xc0\xaf", "style": "manga"}'),
    _not_json("a raw control character", b'{"story": "Mira\x00met", "style": "manga"}'),
    _not_json("NaN", b'{"story": "x", "style": "manga", "x": NaN}'),
    _not_json("infinity", b'{"story": "x", "style": "manga", "x": -Infinity}'),
    _not_json("a number of 5000 digits", b'{"story": "x", "style": "manga", "x": ' + b"9" * 5000 + b"}"),
    _not_json("100,000 opening brackets", b"[" * 100_000),
    _not_json("lists 10,000 deep", b'{"story": "x", "style": "manga", "x": ' + _nested(10_000, b"[", b"]") + b"}"),
    _not_json("objects 10,000 deep", _nested(10_000, b'{"x":', b"}", b"1")),
    _not_json("a lone surrogate in the story", b'{"story": "Mira \\ud800 met", "style": "manga"}'),
    _not_json("a lone surrogate in a name", b'{"story": "x", "style": "manga", "\\udfff": 1}'),
    _not_json("surrogates in the wrong order", b'{"story": "\\udc00\\ud800", "style": "manga"}'),
    _not_json("gzip without a header for it", gzip.compress(TEXT)),
)

BODIES = OVERSIZE + MEDIA_TYPES + NOT_JSON
