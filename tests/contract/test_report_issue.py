"""`POST /api/report-issue`: a report reaches the issue tracker as it was written, and nothing else of the app does.

Invalid reports are among the hostile inputs.
"""

import json
import re
from typing import Any

import httpx
import pytest

from tests.support.outside_world import REPOSITORY_NAME, TOKEN, OutsideWorld, Reply
from tests.support.running_app import RunningApp, refusal

DISPATCHES = f"/repos/{REPOSITORY_NAME}/dispatches"
REPORT = {"type": "Broken panel", "description": "Panel 3 shows no Mira.", "userAgent": "Mozilla/5.0 (X11)"}


def report(app: RunningApp, **changes: object) -> httpx.Response:
    return app.http.post("/api/report-issue", json={**REPORT, **changes})


def filed(app: RunningApp, outside: OutsideWorld, **changes: object) -> dict[str, Any]:
    """File a report and return what GitHub gets of it."""
    outside.say(DISPATCHES, Reply(204))
    assert report(app, **changes).status_code == 200
    return json.loads(outside.received[-1].body)["client_payload"]


def test_report_becomes_an_event_of_the_repository(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))

    answer = report(app)

    (sent,) = outside.received
    event = json.loads(sent.body)
    reference = event["client_payload"]["reference"]
    assert (sent.method, sent.target) == ("POST", DISPATCHES)
    assert event == {"event_type": "user-report", "client_payload": {**REPORT, "reference": reference}}
    url = f"{outside.url}/{REPOSITORY_NAME}/issues?q={reference}"
    assert (answer.status_code, answer.json()) == (200, {"success": True, "url": url})
    assert re.fullmatch("[0-9a-f]{16}", reference)
    assert sent.headers["authorization"] == f"Bearer {TOKEN}"
    assert sent.headers["accept"] == "application/vnd.github+json"
    assert sent.headers["x-github-api-version"] == "2022-11-28"
    assert sent.headers["user-agent"] == "story-to-manga"
    assert sent.headers["content-type"] == "application/json"


def test_markup_and_mentions_are_passed_on_as_text(app: RunningApp, outside: OutsideWorld) -> None:
    text = '@someone closes #1 <img src=x> `$(id)` "; rm -rf / # ${{ secrets.X }}\n\n::error::x'

    assert filed(app, outside, description=text)["description"] == text


def test_longest_report_keeps_within_the_limit_of_github(app: RunningApp, outside: OutsideWorld) -> None:
    filed(app, outside, type="😀" * 50, description="😀" * 5000, userAgent="😀" * 400)

    assert len(outside.received[0].body) <= 65_535


def test_user_agent_is_optional(app: RunningApp, outside: OutsideWorld) -> None:
    outside.say(DISPATCHES, Reply(204))
    assert app.http.post("/api/report-issue", json={"type": "x", "description": "y"}).status_code == 200

    assert "userAgent" not in json.loads(outside.received[0].body)["client_payload"]
    assert "userAgent" not in filed(app, outside, userAgent=None)


def test_control_characters_are_removed(app: RunningApp, outside: OutsideWorld) -> None:
    payload = filed(app, outside, description="one\x00\x1b[31m\r\ntwo\u202e", userAgent="a\nb\x07")

    assert (payload["description"], payload["userAgent"]) == ("one[31m\ntwo", "a b")


@pytest.mark.parametrize("status", [200, 301, 307, 401, 403, 404, 422, 429, 500, 503])
def test_failure_of_github_is_reported_in_our_words_and_the_token_is_not_logged(
    app: RunningApp, outside: OutsideWorld, status: int
) -> None:
    headers = {"Location": f"{outside.url}/repositories/1/dispatches"}
    outside.say(DISPATCHES, Reply(status, b'{"message": "RAW: Bad credentials"}' + TOKEN.encode(), headers))

    answer = report(app)

    refusal(answer, 503, "issue-tracker-unavailable")
    assert TOKEN not in answer.text
    assert answer.headers["retry-after"] == "60"
    assert len(outside.received) == 1
    log = app.stack.host and app.stack.host.log
    assert log is not None
    assert "issue_tracker_refused" in log.read_text() or "GitHub did not take a report" in log.read_text()
    assert TOKEN not in log.read_text()
