"""Texts over pictures: languages that are none, places outside the picture, and texts that break naive code."""

import json

from tests.hostile.bodies import GOOD, MAX_REQUEST_BYTES
from tests.hostile.wire import GENERATION, LETTERED, HostileInput, get, post, request
from tests.support.running_app import START

_PANEL = f"/api/generations/{LETTERED}/panels/0/lettering"
_TRANSLATION = f"/api/generations/{LETTERED}/lettering"
_TEXT: dict[str, object] = {"kind": "narration", "text": "Later."}
_PLACE: dict[str, object] = {"x": 0.1, "y": 0.1, "width": 0.4, "height": 0.3}


def _put(body: object, target: str = _PANEL) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = ("Content-Type: application/json", f"Content-Length: {len(content)}")
    return request("PUT", target, *head, body=content)


def _wrong(name: str, sent: bytes, *fields: str) -> HostileInput:
    return HostileInput(f"lettering: {name}", sent, 400, "invalid-input", fields)


def _text(name: str, changes: dict[str, object], field: str) -> HostileInput:
    return _wrong(name, _put({"texts": [{**_TEXT, **changes}]}), f"texts[0]{field}")


def _place(name: str, changes: dict[str, object], field: str = "") -> HostileInput:
    return _text(f"a place {name}", {"place": {**_PLACE, **changes}}, f".place{field}")


def _missing(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"lettering: {name}", sent, 404, "not-found")


def _drawn(name: str, sent: bytes) -> HostileInput:
    return HostileInput(f"lettering: {name} that is drawn", sent, 409, "lettering-is-drawn")


_NO_LANGUAGES: dict[str, object] = {
    "that leads up": "../../claims",
    "that is a name": "English",
    "that is a formatting character": "\u202een",
    "with a null": "en\0",
    "in another script": "\uff45\uff4e",
    "of 10,000 parts": "en" + "-aaaaa" * 10_000,
    "of thousands of extensions": "en" + "-a-aa" * 5000 + "!",
    "that is not known": "und",
    "that is a list": ["en"],
    "that is a number": 7,
    "that is null": None,
}

OF_LANGUAGES = (
    *(
        _wrong(f"a translation into a language {name}", post(_TRANSLATION, {"language": language}), "language")
        for name, language in _NO_LANGUAGES.items()
    ),
    _wrong("a translation into nothing", post(_TRANSLATION, {}), "language"),
    _wrong("a start in a language that is a way up", post(START, {**GOOD, "language": "../en"}), "language"),
    _wrong("a start with lettering of another kind", post(START, {**GOOD, "lettering": "none"}), "lettering"),
    _wrong("texts in a language that leads up", get(f"{_PANEL}?lang=..%2f..%2fen"), "lang"),
    _wrong("texts in a language of nothing", get(f"{_TRANSLATION}?lang="), "lang"),
    _missing("texts in a language that is not there", get(f"{_PANEL}?lang=ko")),
    _missing("an edit in a language that is not there", _put({"texts": [_TEXT]}, f"{_PANEL}?lang=ko")),
    _missing(
        "an export in a language that is not there", get(f"/api/generations/{LETTERED}/export?format=epub&lang=ko")
    ),
)

OF_TEXTS = (
    _wrong("a list", _put([_TEXT]), "body"),
    _wrong("no texts", _put({}), "texts"),
    _wrong("texts that are null", _put({"texts": None}), "texts"),
    _wrong("nine texts", _put({"texts": [_TEXT] * 9}), "texts"),
    _wrong("100,000 texts", _put(b'{"texts": [' + b"{}," * 90_000 + b"{}]}"), "texts"),
    _text("a text of 301 characters", {"text": "x" * 301}, ".text"),
    _text("a text of formatting characters only", {"text": "\u202e\u200b\u2066"}, ".text"),
    _text("a text of another kind", {"kind": "script"}, ".kind"),
    _text("a speaker who is nobody", {"speaker": "__proto__"}, ".speaker"),
    _wrong("a text that is null", _put({"texts": [None]}), "texts[0]"),
    _wrong("a lone surrogate in a text", _put(b'{"texts": [{"kind": "effect", "text": "\\ud800"}]}')),
    _place("left of the picture", {"x": -0.1}, ".x"),
    _place("right of the picture", {"x": 0.9}),
    _place("without a width", {"width": 0}, ".width"),
    _place("of a text", {"height": "0.5"}, ".height"),
    _place("of true", {"y": True}, ".y"),
    _place("too small to see", {"width": 5e-324, "height": 5e-324}),
    _text("a place as a list", {"place": [0, 0, 1, 1]}, ".place"),
    _wrong(
        "a place beyond all numbers",
        _put(b'{"texts": [{"kind": "effect", "text": "x", "place": {"x":1e999,"y":0,"width":1,"height":1}}]}'),
        "texts[0].place.x",
    ),
    HostileInput("lettering: texts of too many bytes", _put(b" " * (MAX_REQUEST_BYTES + 1)), 413, "request-too-large"),
    HostileInput(
        "lettering: an edit of an unknown version",
        request(
            "PUT",
            _PANEL,
            "Content-Type: application/json",
            "Content-Length: 13",
            'If-Match: "x"',
            body=b'{"texts": []}',
        ),
        *(412, "lettering-changed"),
    ),
    _missing("texts of panel -1", get(f"/api/generations/{LETTERED}/panels/-1/lettering")),
    _missing("texts of panel 99", _put({"texts": []}, f"/api/generations/{LETTERED}/panels/99/lettering")),
    _drawn("texts", get(f"/api/generations/{GENERATION}/lettering")),
    _drawn("an edit of lettering", _put({"texts": []}, f"/api/generations/{GENERATION}/panels/0/lettering")),
    _drawn("a translation of lettering", post(f"/api/generations/{GENERATION}/lettering", {"language": "ja"})),
)

LETTERING = OF_LANGUAGES + OF_TEXTS
