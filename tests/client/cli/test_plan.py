"""Script review on the command line: stop after the plan, edit it in a file, and draw it for an agreed price."""

import json
from pathlib import Path

import pytest

from shared.models.messages import CompleteMessage
from tests.client.cli.command_line import Command
from tests.client.cli.test_commands import ESTIMATE, STATE
from tests.client.comics import GENERATION_ID, analysis, chunks, complete, panel, whole_comic
from tests.client.scripted_app import ScriptedApp, json_turn, refusal

PLAN = {
    "analysis": analysis().data.model_dump(mode="json", by_alias=True, exclude_none=True),
    "chunks": chunks().data.model_dump(mode="json", by_alias=True, exclude_none=True),
}
EXACT = {count: {"min": number, "expected": number, "max": number} for count, number in (("panels", 2), ("calls", 3))}
RETRY = ESTIMATE | EXACT | {"characters": {"min": 1, "expected": 1, "max": 1}}


@pytest.fixture
def plan_app(app: ScriptedApp) -> ScriptedApp:
    """An app whose generation has stopped after its plan."""
    app.state = json.dumps(STATE | {"stoppedAfter": "plan", "lastSeq": 3})
    app.plan = json.dumps(PLAN)
    stopped = CompleteMessage(generation_id=GENERATION_ID, seq=3, total_panels=3, stopped_after="plan")
    app.messages = [analysis(), chunks(), stopped]
    return app


async def test_start_that_stops_after_the_plan_says_how_to_go_on(plan_app: ScriptedApp, command: Command) -> None:
    ran = await command("generate", "story.txt", "--stop-after", "plan", "--yes", "--url", plan_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert json.loads(plan_app.stream_calls()[0].body)["stopAfter"] == "plan"
    assert f"Edit it with:\n  python -m client plan {GENERATION_ID} --url {plan_app.url}\n" in ran.out
    assert f"Draw it with:\n  python -m client retry {GENERATION_ID} --url {plan_app.url}\n" in ran.out


async def test_plan_is_saved_with_its_version_and_given_back(
    plan_app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    saved = await command("plan", GENERATION_ID, "--url", plan_app.url)
    path = tmp_path / "out" / GENERATION_ID / "plan.json"
    assert saved.out == f"saved: {path.relative_to(tmp_path)}\n"
    assert json.loads(path.read_bytes()) == {"version": "original", **PLAN}

    put = await command("plan", GENERATION_ID, "--put", str(path), "--url", plan_app.url)

    call = plan_app.calls[-1]
    assert (call.method, call.headers["If-Match"], json.loads(call.body)) == ("PUT", '"original"', PLAN)
    assert f"python -m client retry {GENERATION_ID} --url {plan_app.url}" in put.out


async def test_refused_plan_names_every_broken_field(plan_app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"version": "original", **PLAN}))
    details = '[{"field": "chunks.panels[0].sceneDescription", "message": "It is blank."}]'
    body = f'{{"error": "Correct it.", "code": "invalid-input", "details": {details}}}'
    plan_app.looks.append(refusal(400, body))

    ran = await command("plan", GENERATION_ID, "--put", "plan.json", "--url", plan_app.url)

    assert ran.status == 1
    assert "chunks.panels[0].sceneDescription: It is blank." in ran.err


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "can't be read"), ("no JSON", "holds no plan"), ('{"analysis": {}, "chunks": {}}', "version")],
)
async def test_file_without_a_plan_is_refused_before_anything_is_sent(
    plan_app: ScriptedApp, command: Command, tmp_path: Path, content: str | None, why: str
) -> None:
    if content is not None:
        (tmp_path / "plan.json").write_text(content)

    ran = await command("plan", GENERATION_ID, "--put", "plan.json", "--url", plan_app.url)

    assert ran.status == 2
    assert why in ran.err
    assert plan_app.calls == []


async def test_retry_shows_its_price_and_starts_nothing_in_a_pipe_without_agreement(
    plan_app: ScriptedApp, command: Command
) -> None:
    plan_app.estimates.append(json_turn(RETRY))

    ran = await command("retry", GENERATION_ID, "--url", plan_app.url)

    assert ran.status == 2
    assert ran.out == "3 images, about 1 minute, about $0.42 (at most $1.39).\n"
    assert ran.err.startswith("Nothing was started.")
    assert plan_app.other_calls() == []


async def test_retry_of_an_agreed_price_is_started(plan_app: ScriptedApp, command: Command) -> None:
    plan_app.estimates.append(json_turn(RETRY))
    plan_app.after_change = whole_comic()

    ran = await command("retry", GENERATION_ID, "--max-price", "1.39", "--no-wait", "--url", plan_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert plan_app.other_calls() == ["POST /retry"]


async def test_retry_with_nothing_to_do_is_refused_before_the_question(plan_app: ScriptedApp, command: Command) -> None:
    plan_app.estimates.append(refusal(409, '{"error": "Nothing is missing.", "code": "nothing-to-do"}'))

    ran = await command("retry", GENERATION_ID, "--yes", "--url", plan_app.url)

    assert ran.status == 1
    assert "Nothing is missing." in ran.err
    assert plan_app.other_calls() == []


async def test_status_tells_that_the_plan_waits(plan_app: ScriptedApp, command: Command) -> None:
    ran = await command("status", GENERATION_ID, "--url", plan_app.url)

    assert ran.out.startswith(f"{GENERATION_ID}: completed, stopped after the plan\n")


async def test_outdated_images_are_removed_from_the_folder(
    plan_app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    first = whole_comic()
    plan_app.messages = [*first, analysis(9), chunks(10, outdated=(1,)), panel(11, 0), complete(12)]

    ran = await command("attach", GENERATION_ID, "--url", plan_app.url)

    assert ran.status == 0
    panels = tmp_path / "out" / GENERATION_ID / "panels"
    assert sorted(path.name for path in panels.iterdir()) == ["01.png", "03.png"]
