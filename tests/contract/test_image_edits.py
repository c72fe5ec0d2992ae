"""Changing the current image over HTTP: it goes along, its layout stays, and it is paid for once."""

import io

import PIL.Image
import PIL.ImageChops
import PIL.ImageStat
import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import RunningApp, broken_fields

CHANGE: JsonObject = {"from": "current", "instructions": "At night."}


def pixels(app: RunningApp, message: JsonObject) -> PIL.Image.Image:
    content = app.http.get(str(message["data"]["image"])).content
    return PIL.Image.open(io.BytesIO(content)).convert("RGB")


def unlikeness(one: PIL.Image.Image, other: PIL.Image.Image) -> float:
    return PIL.ImageStat.Stat(PIL.ImageChops.difference(one, other)).mean[0]


def test_current_image_goes_along_first_and_costs_one_call(app: RunningApp) -> None:
    first = app.generate(style="comic")
    calls = app.emulator.count()

    assert app.change(first.generation_id, "panels/0/regenerate", CHANGE) == 202
    changed = app.follow(first.generation_id, after=len(first.results))

    assert (changed.one("panel")["version"], changed.last["type"]) == (2, "complete")
    assert app.emulator.count() == calls + 1
    call = app.emulator.of("panel", full=True)[-1]
    assert call["texts"][0] == "Image 1:"
    assert '"image": 1, "shows": "the current drawing, to be changed"' in call["texts"][-1]
    current = app.http.get(f"/api/generations/{first.generation_id}/images/panels/0/1")
    assert call["images"][0]["bytes"] == len(current.content)
    usage = changed.last["usage"]
    assert usage["calls"] == app.emulator.count()
    assert usage["images"] == first.last["usage"]["images"] + 1
    assert 0.0336 < usage["price"] - first.last["usage"]["price"] < 0.05


def test_changed_picture_keeps_its_layout_and_shows_the_wish(app: RunningApp) -> None:
    first = app.generate(style="comic")
    before = pixels(app, min(first.of("panel"), key=lambda message: message["panelNumber"]))
    seq = len(first.results)

    assert app.change(first.generation_id, "panels/0/regenerate", CHANGE) == 202
    changed = app.follow(first.generation_id, after=seq)
    after = pixels(app, changed.one("panel"))
    again = {"instructions": "From below, at night."}
    assert app.change(first.generation_id, "panels/0/regenerate", again) == 202
    redrawn = pixels(app, app.follow(first.generation_id, after=seq + len(changed.results)).one("panel"))

    assert before.size == after.size
    assert unlikeness(before, after) > 20
    assert PIL.ImageStat.Stat(after).mean[2] < PIL.ImageStat.Stat(before).mean[2]
    assert unlikeness(before, redrawn) > 20


def test_change_starts_from_the_version_that_counts(app: RunningApp) -> None:
    first = app.generate()
    address = f"/api/generations/{first.generation_id}"
    assert app.change(first.generation_id, "panels/0/regenerate", {"instructions": "in the rain"}) == 202
    app.follow(first.generation_id, after=len(first.results))
    assert app.http.put(f"{address}/panels/0/version", json={"version": 1}).status_code == 200

    assert app.change(first.generation_id, "panels/0/regenerate", CHANGE) == 202
    assert app.follow(first.generation_id, after=len(first.results) + 2).one("panel")["version"] == 3

    sent = app.emulator.of("panel", full=True)[-1]["images"][0]["bytes"]
    assert sent == len(app.http.get(f"{address}/images/panels/0/1").content)
    assert sent != len(app.http.get(f"{address}/images/panels/0/2").content)


def test_sheet_can_be_changed_too(app: RunningApp) -> None:
    first = app.generate(style="comic")
    wish = {"from": "current", "instructions": "A yellow coat."}

    assert app.change(first.generation_id, "characters/0/regenerate", wish) == 202
    changed = app.follow(first.generation_id, after=len(first.results)).one("character")

    call = app.emulator.of("character", full=True)[-1]
    assert '"shows": "the current drawing, to be changed"' in call["texts"][-1]
    old = next(message for message in first.of("character") if message["index"] == 0)
    assert pixels(app, old).tobytes() != pixels(app, changed).tobytes()


@pytest.mark.parametrize(
    ("body", "fields"),
    [({"from": "current"}, ["instructions"]), ({"from": "before", "instructions": "x"}, ["from"])],
)
def test_change_that_can_not_be_made_is_refused(app: RunningApp, body: JsonObject, fields: list[str]) -> None:
    first = app.generate()
    address = f"/api/generations/{first.generation_id}/panels/0/regenerate"

    assert broken_fields(app.http.post(address, json=body)) == fields
    assert app.state(first.generation_id)["status"] == "completed"


def test_image_that_was_never_drawn_can_not_be_changed(app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "subject": "1", "fault": "finish", "reason": "IMAGE_SAFETY"})
    first = app.generate()
    app.emulator.fail()
    address = f"/api/generations/{first.generation_id}/panels/0/regenerate"

    assert broken_fields(app.http.post(address, json=CHANGE)) == ["from"]
    assert app.http.post(address, json={"instructions": "At night."}).status_code == 202
    app.follow(first.generation_id, after=len(first.results))
