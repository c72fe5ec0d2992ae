"""JSON whose fields are wrong: each of them has to be named."""

from tests.hostile.bodies import GOOD, REGENERATE
from tests.hostile.wire import HostileInput, post
from tests.support.fakes.pictures import png_url
from tests.support.running_app import START

CHARACTERS, SETTINGS = "uploadedCharacterReferences", "uploadedSettingReferences"
SETTING = {"timePeriod": "today", "location": "a pier", "mood": "calm"}
PERSON = {"name": "Mira", "physicalDescription": "tall"}
PANEL = {
    "panelNumber": 1,
    "characters": ["Mira"],
    "sceneDescription": "Mira waits.",
    "cameraAngle": "wide shot",
    "visualMood": "calm",
}
ANALYZE, CHUNK = "/api/analyze-story", "/api/chunk-story"
SHEETS, DRAW = "/api/generate-character-refs", "/api/generate-panel"
REPORT = "/api/report-issue"

TO_CHUNK: dict[str, object] = {**GOOD, "characters": [PERSON], "setting": SETTING}
TO_DRAW_SHEETS: dict[str, object] = {"characters": [PERSON], "setting": SETTING, "style": "manga"}
TO_DRAW: dict[str, object] = {"panel": PANEL, "characterReferences": [], "setting": SETTING, "style": "manga"}
TO_REPORT: dict[str, object] = {"type": "Broken", "description": "Panel 3 is empty."}


def _wrong(name: str, path: str, body: object, *fields: str) -> HostileInput:
    return HostileInput(f"fields: {name}", post(path, body), 400, "invalid-input", fields)


def _start(name: str, changes: dict[str, object], *fields: str) -> HostileInput:
    return _wrong(name, START, {**GOOD, **changes}, *fields)


def _upload(**changes: object) -> list[dict[str, object]]:
    return [{"id": "1", "name": "Mira", "image": png_url(), "fileName": "mira.png", **changes}]


_EVERY_FIELD_OF_AN_UPLOAD = tuple(f"{CHARACTERS}[0].{name}" for name in ("id", "name", "image", "fileName"))

OF_A_START = (
    _wrong("a list", START, [GOOD], "body"),
    _wrong("a text", START, "story", "body"),
    _wrong("null", START, None, "body"),
    _wrong("a number", START, 5, "body"),
    _wrong("several empty ones", START, {"story": "", "style": "", "images": ""}, "story", "style", "images"),
    _wrong(
        "every one of another type",
        START,
        {"story": 1, "style": [], "noDialogue": "true", CHARACTERS: 5, SETTINGS: "x", "images": {}},
        *("story", "style", "noDialogue", CHARACTERS, SETTINGS, "images"),
    ),
    _wrong(
        "every one an object with a tempting name",
        START,
        {"story": {"$gt": ""}, "style": {"__proto__": {}}},
        *("story", "style"),
    ),
    _wrong("an object of names for a prototype", START, {"__proto__": GOOD, "constructor": GOOD}, "story", "style"),
    _start("no dialogue as a number", {"noDialogue": 1}, "noDialogue"),
    _start("a story of 501 words", {"story": "word " * 501}, "story"),
    _start("a story of 501 words without spaces", {"story": "猫。" * 1001}, "story"),
    _start("a story of one word of 6001 characters", {"story": "x" * 6001}, "story"),
    _start("a story that is null", {"story": None}, "story"),
    _start("a story of white space of all kinds", {"story": " \t\n\u2003\u3000\u2028"}, "story"),
    _start("a story of invisible characters", {"story": "\u0000\u0007\u200b\u202e\ufeff\u3164\u2060"}, "story"),
    _start("a style with a control character", {"style": "manga\u0000"}, "style"),
    _start("an unknown style", {"style": "noir"}, "style"),
    _start("a style in capitals", {"style": "Manga"}, "style"),
    _start("a style that looks like one", {"style": "m\u0430nga"}, "style"),
    _start("images by an address", {"images": "https://evil.example/"}, "images"),
    _start("an upload without a name", {CHARACTERS: [{"image": png_url()}]}, f"{CHARACTERS}[0].name"),
    _start("an upload without an image", {SETTINGS: [{"name": "Pier"}]}, f"{SETTINGS}[0].image"),
    _start("11 uploads", {CHARACTERS: _upload() * 11}, CHARACTERS),
    _start("50,000 empty uploads", {CHARACTERS: [{}] * 50_000}, CHARACTERS),
    _start("uploads as an object with numbers for names", {CHARACTERS: {"0": _upload()[0]}}, CHARACTERS),
    _start("an upload that is a list", {CHARACTERS: [[]]}, f"{CHARACTERS}[0]"),
    _start(
        "every one of an upload of another type",
        {CHARACTERS: _upload(id=1, name=[], image=None, fileName={})},
        *_EVERY_FIELD_OF_AN_UPLOAD,
    ),
    _start("an upload's name of 121 characters", {CHARACTERS: _upload(name="x" * 121)}, f"{CHARACTERS}[0].name"),
    _start("an upload's name that is blank", {SETTINGS: _upload(name=" \u200b\n")}, f"{SETTINGS}[0].name"),
    _start(
        "an upload's file name as a path of 501", {SETTINGS: _upload(fileName="../" * 167)}, f"{SETTINGS}[0].fileName"
    ),
    HostileInput(
        "fields: a story twice, of which the last is blank",
        post(START, b'{"story": "Mira met Jon.", "style": "manga", "story": ""}'),
        *(400, "invalid-input", ("story",)),
    ),
    HostileInput(
        "fields: a number beyond all numbers",
        post(START, b'{"story": 1e999, "style": "manga"}'),
        400,
        "invalid-input",
        ("story",),
    ),
)

OF_A_REDO = (
    _wrong("instructions that are a number", REGENERATE, {"instructions": 5}, "instructions"),
    _wrong("instructions that are empty", REGENERATE, {"instructions": ""}, "instructions"),
    _wrong(
        "instructions that are too long",
        REGENERATE,
        {"instructions": "x" * 1001},
        "instructions",
    ),
    _wrong("instructions that are a list", REGENERATE, ["brighter"], "body"),
)

OF_SINGLE_STEPS = (
    _wrong("a step without fields", ANALYZE, {}, "story", "style"),
    _wrong("a step's story that is null", ANALYZE, {"story": None, "style": "comic"}, "story"),
    _wrong("a plan without fields", CHUNK, {}, "story", "characters", "setting", "style"),
    _wrong("sheets without fields", SHEETS, {}, "characters", "setting", "style"),
    _wrong("a panel without fields", DRAW, {}, "panel", "characterReferences", "setting", "style"),
    _wrong("no characters", CHUNK, {**TO_CHUNK, "characters": []}, "characters"),
    _wrong("five characters", CHUNK, {**TO_CHUNK, "characters": [PERSON] * 5}, "characters"),
    _wrong(
        "a character's description of 4001 characters",
        CHUNK,
        {**TO_CHUNK, "characters": [{**PERSON, "physicalDescription": "x" * 4001}]},
        "characters[0].physicalDescription",
    ),
    _wrong("a setting that is a text", SHEETS, {**TO_DRAW_SHEETS, "setting": "a pier"}, "setting"),
    _wrong(
        "a setting without fields",
        SHEETS,
        {**TO_DRAW_SHEETS, "setting": {}},
        *(f"setting.{name}" for name in SETTING),
    ),
    _wrong("a panel of number 0", DRAW, {**TO_DRAW, "panel": {**PANEL, "panelNumber": 0}}, "panel.panelNumber"),
    _wrong(
        "a panel of a number with 400 digits",
        DRAW,
        {**TO_DRAW, "panel": {**PANEL, "panelNumber": 10**400}},
        "panel.panelNumber",
    ),
    _wrong("a panel of number 1.0", DRAW, {**TO_DRAW, "panel": {**PANEL, "panelNumber": 1.5}}, "panel.panelNumber"),
    _wrong(
        "a panel with five characters",
        DRAW,
        {**TO_DRAW, "panel": {**PANEL, "characters": ["Mira"] * 5}},
        "panel.characters",
    ),
    _wrong(
        "a panel with a speech of 4001 characters",
        DRAW,
        {**TO_DRAW, "panel": {**PANEL, "dialogue": "x" * 4001}},
        "panel.dialogue",
    ),
    _wrong(
        "a sheet at an address",
        DRAW,
        {**TO_DRAW, "characterReferences": [{"name": "Mira", "image": "http://127.0.0.1/"}]},
        "characterReferences[0].image",
    ),
    _wrong("a report with an escape sequence in its type", REPORT, {**TO_REPORT, "type": "a\u001b[31mb"}, "type"),
    _wrong("a report with a type of two lines", REPORT, {**TO_REPORT, "type": "a\r\nX-Injected: b"}, "type"),
    _wrong("a report with an empty type", REPORT, {**TO_REPORT, "type": " "}, "type"),
    _wrong("a report with a type of 51 characters", REPORT, {**TO_REPORT, "type": "x" * 51}, "type"),
    _wrong("a report with a blank description", REPORT, {**TO_REPORT, "description": " \n\u200b "}, "description"),
    _wrong("a report with a long user agent", REPORT, {**TO_REPORT, "userAgent": "x" * 401}, "userAgent"),
    _wrong("a report of 5001 characters", REPORT, {**TO_REPORT, "description": "x" * 5001}, "description"),
    _wrong(
        "a report with every one of another type",
        REPORT,
        {"type": [], "description": {}, "userAgent": 5},
        "type",
        "description",
        "userAgent",
    ),
)

FIELDS = OF_A_START + OF_A_REDO + OF_SINGLE_STEPS
