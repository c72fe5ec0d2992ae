"""Script review over HTTP: read the plan before anything is drawn, edit it, and draw what is missing."""

from collections.abc import Mapping

import httpx

from tests.support.contract_check import JsonObject
from tests.support.running_app import RunningApp

UNKNOWN = "0" * 32


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
    assert {status["step"] for status in first.of("status")} == {"analysis", "chunks"}
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
