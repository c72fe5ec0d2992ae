"""The original system's endpoints, called one after another as its client calls them; nothing of them is kept."""

import base64
import io
import json
from collections.abc import AsyncIterator
from typing import cast

import httpx
import PIL.Image
import pytest

from shared.images.check import ImageLimits
from shared.images.data_urls import from_data_url, to_data_url
from shared.images.image import Image
from shared.images.normalized import normalize_image
from tests.support.contract_check import ANALYSIS, CHARACTER, PANEL_PLAN, SETTING, JsonObject, list_of, shape, text
from tests.support.fakes.pictures import encoded, png_url
from tests.support.running_app import STORY, RunningApp

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
async def nothing_is_kept(app: RunningApp) -> AsyncIterator[None]:
    """Whatever is made here, no run and no blob may come of it."""
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


def refusal(answer: httpx.Response, status: int, code: str) -> JsonObject:
    assert answer.status_code == status, answer.text
    body = cast("JsonObject", answer.json())
    assert body["code"] == code
    assert body["error"].endswith(".")
    assert set(body) <= {"error", "code", "details", "errorType"}
    return body


def calls(app: RunningApp) -> dict[str, int]:
    return cast("dict[str, int]", app.emulator.calls()["byKind"])


def prompts(app: RunningApp) -> list[str]:
    return ["\n".join(call["texts"]) for call in app.emulator.calls(full=True)["calls"]]


def is_picture(value: object) -> bool:
    if not isinstance(value, str) or not value.startswith("data:image/"):
        return False
    with PIL.Image.open(io.BytesIO(base64.b64decode(value.partition(",")[2]))) as picture:
        picture.load()
        return picture.width > 100


def test_a_whole_comic_is_made_step_by_step(app: RunningApp) -> None:
    analyzed = ask(app, ANALYZE, {"story": STORY, "style": "manga"})
    assert shape({"analysis": ANALYSIS, "wordCount": lambda count: count == len(STORY.split())})(analyzed), analyzed
    plan = analyzed["analysis"]

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


def test_an_analysis_has_the_parts_that_the_next_steps_ask_for(app: RunningApp) -> None:
    plan = ask(app, ANALYZE, GOOD[ANALYZE])["analysis"]

    assert list_of(CHARACTER, 1, 4)(plan["characters"])
    assert SETTING(plan["setting"])


@pytest.mark.parametrize("no_dialogue", [False, True])
def test_without_dialogue_there_is_none_in_plans_and_prompts(app: RunningApp, no_dialogue: bool) -> None:
    panels = ask(app, CHUNK, {**GOOD[CHUNK], "noDialogue": no_dialogue})["storyBreakdown"]["panels"]
    assert any(panel.get("dialogue") for panel in panels) == (not no_dialogue)

    ask(app, DRAW, {**GOOD[DRAW], "noDialogue": no_dialogue})
    assert ("The boat is gone." in prompts(app)[-1]) == (not no_dialogue)


def test_only_the_panels_own_cast_and_the_places_go_along_with_it(app: RunningApp) -> None:
    pier = {"id": "1", "name": "The pier", "image": png_url(), "fileName": "pier.png"}
    sheets = [SHEET, {**SHEET, "name": "Jon", "description": "short"}]
    ask(app, DRAW, {**GOOD[DRAW], "characterReferences": sheets, "uploadedSettingReferences": [pier]})

    (prompt,) = prompts(app)
    assert '"shows": "character sheet", "name": "Mira"' in prompt
    assert '"shows": "setting reference", "name": "The pier"' in prompt
    assert "Jon" not in prompt
    assert len(app.emulator.calls(full=True)["calls"][0]["images"]) == 2


def test_given_images_are_normalized_before_the_model_gets_them(app: RunningApp) -> None:
    large = to_data_url(Image(encoded("PNG", (2000, 1000)), "image/png"))
    upload = {"name": "Mira", "image": large}
    sheets: JsonObject = {**GOOD[DRAW], "characterReferences": [upload], "uploadedSettingReferences": [upload]}

    ask(app, DRAW, sheets)
    ask(app, SHEETS, {**GOOD[SHEETS], "uploadedCharacterReferences": [upload]})

    normalized = normalize_image(from_data_url(large), ImageLimits(10_000_000, 10_000_000))
    shown = [call["images"] for call in app.emulator.calls(full=True)["calls"]]
    expected = {"mimeType": "image/jpeg", "bytes": len(normalized.content)}
    assert shown == [[expected, expected], [expected]]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (to_data_url(Image(encoded("AVIF", (16, 16)), "image/jpeg")), "The file's format is AVIF"),
        (png_url()[:-30], "The image is damaged"),
        (png_url().replace("base64", "utf8"), "The image's data URL is not base64"),
        ("https://example.org/mira.png", "The image is not a data URL"),
    ],
)
def test_refused_image_is_named_with_the_reason(app: RunningApp, url: str, reason: str) -> None:
    body = {**GOOD[DRAW], "characterReferences": [SHEET, {**SHEET, "image": url}]}

    (problem,) = refusal(app.http.post(DRAW, json=body), 400, "invalid-input")["details"]

    assert problem["field"] == "characterReferences[1].image"
    assert problem["message"].startswith(reason)
    assert calls(app) == {}


def test_uploads_go_along_with_the_characters_that_they_name(app: RunningApp) -> None:
    upload = {"id": "1", "name": "mira", "image": png_url(), "fileName": "mira.png"}
    other = {**PERSON, "name": "Jon"}
    body = {**GOOD[SHEETS], "characters": [PERSON, other], "uploadedCharacterReferences": [upload]}

    assert len(ask(app, SHEETS, body)["characterReferences"]) == 2

    by_subject = {call["subject"]: len(call["images"]) for call in app.emulator.calls(full=True)["calls"]}
    assert by_subject.keys() == {"Mira", "Jon"}
    assert by_subject["Mira"] == 1


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize("fault", ["prompt-blocked", "finish"])
def test_what_the_model_blocks_is_refused_by_its_type_after_one_call(app: RunningApp, path: str, fault: str) -> None:
    app.emulator.fail({"fault": fault, "reason": "PROHIBITED_CONTENT"})

    body = refusal(app.http.post(path, json=GOOD[path]), 400, "content-blocked")

    assert body["errorType"] == "PROHIBITED_CONTENT"
    assert calls(app) == {KIND[path]: 1}


@pytest.mark.parametrize(("path", "fault"), [*((path, "503") for path in GOOD), (ANALYZE, "empty"), (DRAW, "429")])
def test_what_may_go_better_is_tried_once_more(app: RunningApp, path: str, fault: str) -> None:
    app.emulator.fail({"fault": fault, "calls": [1]})

    ask(app, path, GOOD[path])

    assert calls(app) == {KIND[path]: 2}


@pytest.mark.parametrize(
    ("fault", "code", "called"),
    [
        ("503", "model-unavailable", 2),
        ("429", "model-busy", 2),
        ("400", "model-rejected-request", 1),
        ("403", "model-permission-denied", 1),
        ("404", "model-unknown", 1),
    ],
)
def test_a_model_that_does_not_answer_is_a_dependency_that_is_down(
    app: RunningApp, fault: str, code: str, called: int
) -> None:
    app.emulator.fail({"fault": fault})

    answer = app.http.post(DRAW, json=GOOD[DRAW])

    refusal(answer, 503, code)
    assert int(answer.headers["retry-after"]) >= 1
    assert calls(app) == {"panel": called}


@pytest.mark.parametrize(
    ("reason", "code"), [("quota-per-day", "model-quota-exhausted"), ("location", "model-location-unsupported")]
)
def test_a_refusal_that_the_caller_cannot_change_is_not_called_again(app: RunningApp, reason: str, code: str) -> None:
    app.emulator.fail({"fault": "refused", "reason": reason})

    refusal(app.http.post(ANALYZE, json=GOOD[ANALYZE]), 503, code)
    assert calls(app) == {"analysis": 1}


@pytest.mark.parametrize("delay", [{"retry_info": "17.2s"}, {"retry_after": "18"}])
def test_a_rate_limit_of_the_model_is_handed_on_with_its_delay(app: RunningApp, delay: dict[str, str]) -> None:
    app.emulator.fail({"fault": "429", **delay})

    answer = app.http.post(DRAW, json=GOOD[DRAW])

    refusal(answer, 503, "model-rate-limited")
    assert answer.headers["retry-after"] == "18"
    assert calls(app) == {"panel": 1}


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [("image-unreadable", 400, "model-image-rejected"), ("entity-too-large", 413, "model-input-too-large")],
)
def test_images_that_the_model_does_not_take_are_the_callers_to_change(
    app: RunningApp, reason: str, status: int, code: str
) -> None:
    app.emulator.fail({"fault": "refused", "reason": reason})

    refusal(app.http.post(DRAW, json=GOOD[DRAW]), status, code)
    assert calls(app) == {"panel": 1}


def test_if_one_sheet_is_blocked_the_others_are_not_asked_for_twice(app: RunningApp) -> None:
    app.emulator.fail({"kind": "character", "subject": "Jon", "fault": "prompt-blocked"})
    body = {**GOOD[SHEETS], "characters": [PERSON, {**PERSON, "name": "Jon"}]}

    refusal(app.http.post(SHEETS, json=body), 400, "content-blocked")
    assert calls(app) == {"character": 2}
    assert app.emulator.calls()["running"] == 0


MISSING: dict[str, list[str]] = {
    ANALYZE: ["story", "style"],
    CHUNK: ["story", "characters", "setting", "style"],
    SHEETS: ["characters", "setting", "style"],
    DRAW: ["panel", "characterReferences", "setting", "style"],
}


@pytest.mark.parametrize("path", MISSING)
def test_every_missing_field_is_named(app: RunningApp, path: str) -> None:
    body = refusal(app.http.post(path, json={}), 400, "invalid-input")

    assert [problem["field"] for problem in body["details"]] == MISSING[path]
    assert calls(app) == {}


@pytest.mark.parametrize("path", GOOD)
def test_a_body_that_is_too_large_or_no_json_calls_nobody(app: RunningApp, path: str) -> None:
    large = json.dumps({**GOOD[path], "filler": "x" * 300_000}).encode()
    typed = {"Content-Type": "application/json"}

    refusal(app.http.post(path, content=large, headers=typed), 413, "request-too-large")
    refusal(app.http.post(path, content=b"{", headers=typed), 400, "invalid-input")
    refusal(app.http.post(path, content=b"story=x"), 415, "unsupported-media-type")
    assert calls(app) == {}


def test_what_old_clients_send_besides_is_ignored(app: RunningApp) -> None:
    ask(app, ANALYZE, {**GOOD[ANALYZE], "apiKey": "old", "sessionId": 5})
