"""Script review over HTTP: read the plan before anything is drawn, edit it, and draw what is missing."""

from collections.abc import Mapping
from copy import deepcopy

import httpx

from tests.support.contract_check import JsonObject
from tests.support.running_app import UNKNOWN_ID, RunningApp, broken_fields, refusal, until


def address_of(generation_id: str) -> str:
    return f"/api/generations/{generation_id}/plan"


def read_plan(app: RunningApp, generation_id: str) -> tuple[JsonObject, str]:
    """Return the plan and its entity tag."""
    answer = app.http.get(address_of(generation_id)).raise_for_status()
    return answer.json(), answer.headers["etag"]


def put_plan(app: RunningApp, generation_id: str, plan: JsonObject, etag: str) -> httpx.Response:
    return app.http.put(address_of(generation_id), json=plan, headers={"If-Match": etag})


def calls_by_kind(app: RunningApp) -> Mapping[str, int]:
    kinds = [call["kind"] for call in app.emulator.of()]
    return {kind: kinds.count(kind) for kind in kinds}


def test_stop_after_plan_makes_two_calls_and_a_retry_draws_the_edited_plan(app: RunningApp) -> None:
    first = app.generate(stopAfter="plan")
    generation_id = first.generation_id
    total = first.last["totalPanels"]

    assert [message["type"] for message in first.results] == ["analysis", "chunks", "complete"]
    assert (first.last["stoppedAfter"], total) == ("plan", len(first.one("chunks")["data"]["panels"]))
    assert calls_by_kind(app) == {"analysis": 1, "chunking": 1}
    assert {status["step"] for status in first.of("status")} <= {"analysis", "chunks"}
    state = app.state(generation_id)
    assert (state["status"], state["stoppedAfter"]) == ("completed", "plan")

    plan, etag = read_plan(app, generation_id)
    assert plan == {"analysis": first.one("analysis")["data"], "chunks": first.one("chunks")["data"]}
    plan["analysis"]["title"] = "The boat"
    plan["chunks"]["panels"][0]["sceneDescription"] = "A storm breaks over the harbour."
    answer = put_plan(app, generation_id, plan, etag)
    assert (answer.status_code, answer.json()) == (200, plan)
    assert read_plan(app, generation_id) == (plan, answer.headers["etag"])
    assert app.state(generation_id)["title"] == "The boat"

    estimate = app.http.post(f"/api/generations/{generation_id}/retry", params={"estimate": "true"}).json()
    assert app.change(generation_id, "retry") == 202
    again = app.follow(generation_id, earlier_ends=2)

    assert again.results[:3] == first.results
    assert [message["type"] for message in again.results[3:6]] == ["analysis", "chunks", "complete"]
    assert again.results[4]["data"] == plan["chunks"]
    assert "stoppedAfter" not in again.last
    images = len(again.of("character")) + len(again.of("panel"))
    assert estimate["calls"] == {"min": images, "expected": images, "max": images}
    assert app.emulator.count() == 2 + images == again.last["usage"]["calls"]
    (prompt,) = (prompt for prompt in app.emulator.prompts() if "<task>" in prompt and "panel 1 of" in prompt)
    assert "A storm breaks over the harbour." in prompt


def draw(app: RunningApp, generation_id: str) -> Mapping[str, int]:
    """Retry the generation to its end, and return which calls that took."""
    before, after = app.state(generation_id)["lastSeq"], app.emulator.count()
    assert app.change(generation_id, "retry") == 202
    assert "stoppedAfter" not in app.follow(generation_id, after=before).last
    kinds = [call["kind"] for call in app.emulator.of()[after:]]
    return {kind: kinds.count(kind) for kind in kinds}


def test_edit_of_one_panel_of_a_finished_comic_costs_one_call_and_moves_cost_nothing(app: RunningApp) -> None:
    first = app.generate()
    generation_id, calls = first.generation_id, app.emulator.count()
    plan, etag = read_plan(app, generation_id)
    images = [app.http.get(str(message["data"]["image"])).content for message in sorted_panels(first.of("panel"))]

    turned = deepcopy(plan)
    turned["chunks"]["panels"].reverse()
    answer = put_plan(app, generation_id, turned, etag)
    assert answer.status_code == 200, answer.text
    moved = app.follow(generation_id, after=len(first.results))
    assert [message["type"] for message in moved.results[:2]] == ["analysis", "chunks"]
    assert moved.results[1]["outdated"] == [message["panelNumber"] for message in sorted_panels(moved.of("panel"))]
    assert "stoppedAfter" not in moved.last
    links = app.state(generation_id)["links"]["images"]["panels"]
    assert [app.http.get(link).content for link in links] == images[::-1]
    refusal(app.http.post(f"/api/generations/{generation_id}/retry"), 409, "nothing-to-do")

    edited = deepcopy(turned)
    edited["chunks"]["panels"][0]["sceneDescription"] = "Everybody dances."
    assert put_plan(app, generation_id, edited, answer.headers["etag"]).status_code == 200
    assert app.state(generation_id)["links"]["images"]["panels"][0] is None
    assert app.emulator.count() == calls

    assert draw(app, generation_id) == {"panel": 1}
    assert app.follow(generation_id, earlier_ends=3).results[: len(first.results)] == first.results


def sorted_panels(panels: list[JsonObject]) -> list[JsonObject]:
    return sorted(panels, key=lambda message: message["panelNumber"])


def test_edited_character_outdates_its_sheet_and_its_panels_only(app: RunningApp) -> None:
    generation_id = app.generate().generation_id
    plan, etag = read_plan(app, generation_id)
    name = plan["analysis"]["characters"][0]["name"]
    plan["analysis"]["characters"][0]["physicalDescription"] = "Very tall, with a green coat."

    assert put_plan(app, generation_id, plan, etag).status_code == 200

    panels = sum(name in panel["characters"] for panel in plan["chunks"]["panels"])
    assert draw(app, generation_id) == {"character": 1, "panel": panels}


def test_same_plan_again_changes_nothing_and_an_older_version_is_refused(app: RunningApp) -> None:
    first = app.generate(stopAfter="plan")
    generation_id = first.generation_id
    plan, etag = read_plan(app, generation_id)
    unchanged = put_plan(app, generation_id, plan, etag)
    assert (unchanged.status_code, unchanged.headers["etag"]) == (200, etag)
    assert app.state(generation_id)["lastSeq"] == len(first.results)

    mine, theirs = deepcopy(plan), deepcopy(plan)
    mine["analysis"]["title"], theirs["analysis"]["title"] = "Mine", "Theirs"
    newer = put_plan(app, generation_id, theirs, etag).headers["etag"]

    assert put_plan(app, generation_id, theirs, etag).headers["etag"] == newer
    refusal(put_plan(app, generation_id, mine, etag), 412, "plan-changed")
    refusal(put_plan(app, generation_id, mine, f"W/{newer}"), 412, "plan-changed")
    assert read_plan(app, generation_id) == (theirs, newer)
    not_modified = app.http.get(address_of(generation_id), headers={"If-None-Match": newer})
    assert not_modified.status_code == 304
    assert put_plan(app, generation_id, mine, "*").status_code == 200


def test_broken_plan_is_refused_with_every_broken_field(app: RunningApp) -> None:
    generation_id = app.generate(stopAfter="plan", noDialogue=True).generation_id
    plan, etag = read_plan(app, generation_id)
    broken = deepcopy(plan)
    broken["analysis"]["title"] = "x" * 401
    broken["analysis"]["characters"][1]["name"] = broken["analysis"]["characters"][0]["name"]
    broken["chunks"]["panels"][0] |= {"sceneDescription": " ", "characters": ["Nobody"]}

    fields = broken_fields(put_plan(app, generation_id, broken, etag))

    assert sorted(field for field in fields if "characters[" not in field or "[1].name" in field) == [
        "analysis.characters[1].name",
        "analysis.title",
        "chunks.panels[0].sceneDescription",
    ]
    assert "chunks.panels[0].characters[0]" in fields
    spoken = deepcopy(plan)
    spoken["chunks"]["panels"][1]["dialogue"] = "Hello!"
    assert broken_fields(put_plan(app, generation_id, spoken, etag)) == ["chunks.panels[1].dialogue"]
    assert broken_fields(app.http.put(address_of(generation_id), json=plan)) == ["If-Match"]
    assert read_plan(app, generation_id) == (plan, etag)


def test_plan_of_a_running_generation_can_be_read_and_not_edited(app: RunningApp) -> None:
    app.emulator.delay(image=0.5)
    with app.reading() as messages:
        generation_id = str(until(messages, "chunks")["generationId"])
        plan, etag = read_plan(app, generation_id)
        plan["analysis"]["title"] = "Too early"
        refusal(put_plan(app, generation_id, plan, etag), 409, "still-running")
        list(messages)
    refusal(app.http.get(address_of(UNKNOWN_ID)), 404, "not-found")
    refusal(put_plan(app, UNKNOWN_ID, plan, etag), 404, "not-found")


async def test_deleted_generation_leaves_no_plan(app: RunningApp) -> None:
    generation_id = app.generate(stopAfter="plan").generation_id
    plan, etag = read_plan(app, generation_id)
    plan["analysis"]["title"] = "Another"
    assert put_plan(app, generation_id, plan, etag).status_code == 200

    assert app.delete(generation_id) == 204

    assert [name for name in await app.blobs() if f"{generation_id}/" in name] == []
    refusal(app.http.get(address_of(generation_id)), 404, "not-found")
