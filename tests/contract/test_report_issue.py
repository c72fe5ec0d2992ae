"""`POST /api/report-issue`: a report reaches the issue tracker as it was written, and nothing else of the app does."""

import json
from typing import cast

import httpx
import pytest

from tests.support.contract_check import JsonObject
from tests.support.outside_world import REPOSITORY_NAME, TOKEN, OutsideWorld, Reply
from tests.support.running_app import RunningApp

DISPATCHES = f"/repos/{REPOSITORY_NAME}/dispatches"
REPORT = {"type": "Broken panel", "description": "Panel 3 shows no Mira.", "userAgent": "Mozilla/5.0 (X11)"}


def report(app: RunningApp, **changes: object) -> httpx.Response:
    return app.http.post("/api/report-issue", json={**REPORT, **changes})


def refusal(answer: httpx.Response, status: int, code: str) -> JsonObject:
    assert answer.status_code == status, answer.text
    body = cast("JsonObject", answer.json())
    assert body["code"] == code
    assert body["error"].endswith(".")
    assert TOKEN not in answer.text
    assert "RAW" not in answer.text
    return body


def test_a_report_becomes_an_event_of_the_repository(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    answer = report(app)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    (sent,) = outside.received
    assert (sent.method, sent.target) == ("POST", DISPATCHES)
    assert json.loads(sent.body) == {"event_type": "user-report", "client_payload": REPORT}


def test_github_is_asked_as_its_documentation_wants_it(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    report(app)

    headers = outside.received[0].headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"] == "story-to-manga"
    assert headers["content-type"] == "application/json"


def test_markup_and_mentions_are_passed_on_as_the_text_they_are(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))
    text = '@someone closes #1 <img src=x> `$(id)` "; rm -rf / # ${{ secrets.X }}\n\n::error::x'

    report(app, description=text)

    assert json.loads(outside.received[0].body)["client_payload"]["description"] == text


def test_the_longest_report_keeps_within_githubs_limit(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    assert report(app, type="😀" * 50, description="😀" * 5000, userAgent="😀" * 400).status_code == 200
    assert len(outside.received[0].body) <= 65_535


def test_a_user_agent_may_be_left_out(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    for absent in ({"type": "x", "description": "y"}, {"type": "x", "description": "y", "userAgent": None}):
        assert app.http.post("/api/report-issue", json=absent).status_code == 200
    assert all("userAgent" not in json.loads(sent.body)["client_payload"] for sent in outside.received)


def test_control_characters_are_left_out(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    report(app, description="one\x00\x1b[31m\r\ntwo\u202e", userAgent="a\nb\x07")

    payload = json.loads(outside.received[0].body)["client_payload"]
    assert (payload["description"], payload["userAgent"]) == ("one[31m\ntwo", "a b")


BROKEN: dict[str, tuple[dict[str, object], list[str]]] = {
    "no type": ({"type": ""}, ["type"]),
    "a blank type": ({"type": " "}, ["type"]),
    "a type of two lines": ({"type": "a\nb"}, ["type"]),
    "a type with an escape": ({"type": "a\x1b[0mb"}, ["type"]),
    "a long type": ({"type": "x" * 51}, ["type"]),
    "a type that is a list": ({"type": ["x"]}, ["type"]),
    "no description": ({"description": ""}, ["description"]),
    "a blank description": ({"description": " \n\u200b "}, ["description"]),
    "a long description": ({"description": "x" * 5001}, ["description"]),
    "a long user agent": ({"userAgent": "x" * 401}, ["userAgent"]),
    "all at once": ({"type": 1, "description": None, "userAgent": {}}, ["type", "description", "userAgent"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_report_is_named_and_not_filed(app: RunningApp, outside: OutsideWorld, case: str) -> None:
    changes, fields = BROKEN[case]

    body = refusal(report(app, **changes), 400, "invalid-input")

    assert [problem["field"] for problem in body["details"]] == fields
    assert not outside.received


@pytest.mark.parametrize("status", [200, 301, 307, 401, 403, 404, 422, 429, 500, 503])
def test_a_failure_of_github_is_told_in_our_words(app: RunningApp, outside: OutsideWorld, status: int) -> None:
    headers = {"Location": f"{outside.url}/repositories/1/dispatches"}
    outside.say(DISPATCHES, Reply(status, b'{"message": "RAW: Bad credentials"}', headers))

    answer = report(app)

    refusal(answer, 503, "issue-tracker-unavailable")
    assert answer.headers["retry-after"] == "60"
    assert len(outside.received) == 1


def test_the_token_is_not_in_the_log(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(401, TOKEN.encode()))

    refusal(report(app), 503, "issue-tracker-unavailable")

    log = app.stack.host and app.stack.host.log
    assert log is not None
    assert "issue_tracker_refused" in log.read_text() or "GitHub did not take a report" in log.read_text()
    assert TOKEN not in log.read_text()
