"""The endpoints of the original system, called in the order of its client; nothing is stored.

Invalid fields are among the hostile inputs.
"""

import asyncio
import base64
import io
import json
from collections.abc import AsyncIterator
from typing import cast

import PIL.Image
import pytest

from shared.images.check import ImageLimits
from shared.images.data_urls import from_data_url, to_data_url
from shared.images.image import Image
from shared.images.normalized import normalize_image
from tests.support.contract_check import ANALYSIS, PANEL_PLAN, JsonObject, list_of, shape, text
from tests.support.fakes.pictures import encoded, png_url
from tests.support.running_app import STORY, RunningApp, refusal

ANALYZE, CHUNK = "/api/analyze-story", "/api/chunk-story"
SHEETS, DRAW = "/api/generate-character-refs", "/api/generate-panel"
PERSON: JsonObject = {"name": "Mira", "physicalDescription": "tall", "personality": "kind", "role": "hero"}
PLACE: JsonObject = {"timePeriod": "today", "location": "a harbour", "mood": "calm"}
PANEL: JsonObject = {
    "panelNumber": 3,
    "characters": ["Mira"],
    "sceneDescription": "Mira waits at the pier.",
    "dialogue": "Mira: The boat is gone.",
    "cameraAngle": "wide shot",
    "visualMood": "calm",
}
SHEET: JsonObject = {"name": "Mira", "image": png_url(), "description": "tall, in red"}
GOOD: dict[str, JsonObject] = {
    ANALYZE: {"story": STORY, "style": "manga"},
    CHUNK: {"story": STORY, "characters": [PERSON], "setting": PLACE, "style": "manga"},
    SHEETS: {"characters": [PERSON], "setting": PLACE, "style": "manga"},
    DRAW: {"panel": PANEL, "characterReferences": [SHEET], "setting": PLACE, "style": "manga"},
}
KIND = {ANALYZE: "analysis", CHUNK: "chunking", SHEETS: "character", DRAW: "panel"}


@pytest.fixture(autouse=True)
async def nothing_is_stored(app: RunningApp) -> AsyncIterator[None]:
    """Check that a test starts no run and stores no blob."""
    before = app.runs(), await app.blobs()
    yield
    assert (app.runs(), await app.blobs()) == before


def ask(app: RunningApp, path: str, body: JsonObject) -> JsonObject:
    answer = app.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    made = cast("JsonObject", answer.json())
    assert made.pop("success") is True
    return made


def calls(app: RunningApp) -> dict[str, int]:
    return cast("dict[str, int]", app.emulator.calls()["byKind"])


def is_picture(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("data:image/"):
        return False
    with PIL.Image.open(io.BytesIO(base64.b64decode(value.partition(",")[2]))) as picture:
        picture.load()
        return picture.width > 100


def test_whole_comic_is_made_step_by_step(app: RunningApp) -> None:
    analyzed = ask(app, ANALYZE, {"story": STORY, "style": "manga"})
    assert shape({"analysis": ANALYSIS, "wordCount": lambda count: count == len(STORY.split())})(analyzed), analyzed
    plan = analyzed["analysis"]
    assert plan["language"] == "en"

    chunked = ask(app, CHUNK, {"story": STORY, "style": "manga", **plan, "noDialogue": False})
    assert shape({"storyBreakdown": shape({"panels": list_of(PANEL_PLAN, 2, 15)})})(chunked), chunked
    panels = chunked["storyBreakdown"]["panels"]
    assert [panel["panelNumber"] for panel in panels] == list(range(1, len(panels) + 1))

    drawn = ask(app, SHEETS, {**plan, "style": "manga", "uploadedCharacterReferences": []})["characterReferences"]
    assert [sheet["name"] for sheet in drawn] == [character["name"] for character in plan["characters"]]
    assert all(shape({"name": text, "image": is_picture, "description": text})(sheet) for sheet in drawn)

    for panel in panels:
        body = {"panel": panel, "characterReferences": drawn, "setting": plan["setting"], "style": "manga"}
        made = ask(app, DRAW, body)
        assert made["generatedPanel"].keys() == {"panelNumber", "image"}
        assert made["generatedPanel"]["panelNumber"] == panel["panelNumber"]
        assert is_picture(made["generatedPanel"]["image"])

    expected = {"analysis": 1, "chunking": 1, "character": len(drawn), "panel": len(panels)}
    assert calls(app) == expected


@pytest.mark.parametrize("no_dialogue", [False, True])
def test_no_dialogue_is_in_plans_and_prompts(app: RunningApp, no_dialogue: bool) -> None:
    panels = ask(app, CHUNK, {**GOOD[CHUNK], "noDialogue": no_dialogue})["storyBreakdown"]["panels"]
    assert any(panel.get("dialogue") for panel in panels) == (not no_dialogue)

    ask(app, DRAW, {**GOOD[DRAW], "noDialogue": no_dialogue})
    assert ("The boat is gone." in app.emulator.prompts()[-1]) == (not no_dialogue)


def test_panel_is_drawn_with_its_own_characters_and_the_settings(app: RunningApp) -> None:
    pier = {"id": "1", "name": "The pier", "image": png_url(), "fileName": "pier.png"}
    sheets = [SHEET, {**SHEET, "name": "Jon", "description": "short"}]
    ask(app, DRAW, {**GOOD[DRAW], "characterReferences": sheets, "uploadedSettingReferences": [pier]})

    (prompt,) = app.emulator.prompts()
    assert '"shows": "character sheet", "name": "Mira"' in prompt
    assert '"shows": "setting reference", "name": "The pier"' in prompt
    assert "Jon" not in prompt
    assert len(app.emulator.of(full=True)[0]["images"]) == 2


def test_images_are_normalized_before_the_model_gets_them(app: RunningApp) -> None:
    large = to_data_url(Image(encoded("PNG", (2000, 1000)), "image/png"))
    upload = {"name": "Mira", "image": large}
    sheets: JsonObject = {**GOOD[DRAW], "characterReferences": [upload], "uploadedSettingReferences": [upload]}

    ask(app, DRAW, sheets)
    ask(app, SHEETS, {**GOOD[SHEETS], "uploadedCharacterReferences": [upload]})

    normalized = normalize_image(from_data_url(large), ImageLimits(10_000_000, 10_000_000))
    shown = [call["images"] for call in app.emulator.of(full=True)]
    expected = {"mimeType": "image/jpeg", "bytes": len(normalized.content)}
    assert shown == [[expected, expected], [expected]]


def test_upload_is_used_for_the_character_that_it_names(app: RunningApp) -> None:
    upload = {"id": "1", "name": "mira", "image": png_url(), "fileName": "mira.png"}
    other = {**PERSON, "name": "Jon"}
    body = {**GOOD[SHEETS], "characters": [PERSON, other], "uploadedCharacterReferences": [upload]}

    assert len(ask(app, SHEETS, body)["characterReferences"]) == 2

    by_subject = {call["subject"]: len(call["images"]) for call in app.emulator.of(full=True)}
    assert by_subject.keys() == {"Mira", "Jon"}
    assert by_subject["Mira"] == 1


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("fault", ["prompt-blocked", "finish"])
def test_blocked_content_has_its_error_type_and_costs_one_call(app: RunningApp, path: str, fault: str) -> None:
    app.emulator.fail({"fault": fault, "reason": "PROHIBITED_CONTENT"})

    body = refusal(app.http.post(path, json=GOOD[path]), 400, "content-blocked")

    assert body["errorType"] == "PROHIBITED_CONTENT"
    assert calls(app) == {KIND[path]: 1}


async def test_passing_fault_costs_one_retry(app: RunningApp) -> None:
    rules = [{"kind": kind, "fault": "503", "calls": [1]} for kind in KIND.values()]
    app.emulator.fail(*rules)

    async with app.client() as client:
        answers = await asyncio.gather(*(client.post(path, json=body) for path, body in GOOD.items()))

    assert [answer.status_code for answer in answers] == [200] * len(GOOD)
    assert calls(app) == dict.fromkeys(KIND.values(), 2)


@pytest.mark.parametrize(
    ("rule", "status", "code", "calls_made"),
    [
        ({"fault": "503"}, 503, "model-unavailable", 2),
        ({"fault": "429"}, 503, "model-busy", 2),
        ({"fault": "400"}, 503, "model-rejected-request", 1),
        ({"fault": "403"}, 503, "model-permission-denied", 1),
        ({"fault": "404"}, 503, "model-unknown", 1),
        ({"fault": "refused", "reason": "quota-per-day"}, 503, "model-quota-exhausted", 1),
        ({"fault": "refused", "reason": "location"}, 503, "model-location-unsupported", 1),
        ({"fault": "429", "retry_info": "17.2s"}, 503, "model-rate-limited", 1),
        ({"fault": "429", "retry_after": "18"}, 503, "model-rate-limited", 1),
        ({"fault": "refused", "reason": "image-unreadable"}, 400, "model-image-rejected", 1),
        ({"fault": "refused", "reason": "entity-too-large"}, 413, "model-input-too-large", 1),
    ],
)
def test_failure_of_the_model_has_its_status_and_code(
    app: RunningApp, rule: JsonObject, status: int, code: str, calls_made: int
) -> None:
    app.emulator.fail(rule)

    answer = app.http.post(DRAW, json=GOOD[DRAW])

    refusal(answer, status, code)
    assert calls(app) == {"panel": calls_made}
    assert ("retry-after" in answer.headers) == (status == 503)
    if code == "model-rate-limited":
        assert answer.headers["retry-after"] == "18"


def test_blocked_sheet_does_not_repeat_the_others(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "subject": "Jon", "fault": "prompt-blocked"})
    body = {**GOOD[SHEETS], "characters": [PERSON, {**PERSON, "name": "Jon"}]}

    refusal(app.http.post(SHEETS, json=body), 400, "content-blocked")
    assert calls(app) == {"character": 2}
    assert app.emulator.calls()["running"] == 0


@pytest.mark.parametrize("path", GOOD)
def test_body_that_is_too_large_or_not_json_makes_no_call(app: RunningApp, path: str) -> None:
    large = json.dumps({**GOOD[path], "filler": "x" * 300_000}).encode()
    typed = {"Content-Type": "application/json"}

    refusal(app.http.post(path, content=large, headers=typed), 413, "request-too-large")
    refusal(app.http.post(path, content=b"{", headers=typed), 400, "invalid-input")
    refusal(app.http.post(path, content=b"story=x"), 415, "unsupported-media-type")
    assert calls(app) == {}


def test_unknown_fields_of_old_clients_are_ignored(app: RunningApp) -> None:
    ask(app, ANALYZE, {**GOOD[ANALYZE], "apiKey": "old", "sessionId": 5})
