"""The commands other than `generate` and `attach`: requests, output, files and exit status."""

import json
from pathlib import Path

import pytest

from shared.models.messages import ErrorMessage
from shared.models.usage import UsageReport
from shared.ndjson import to_line
from tests.client.cli.command_line import Command
from tests.client.comics import (
    GENERATION_ID,
    analysis,
    character,
    chunks,
    comic_with_a_gap,
    complete,
    panel,
    panel_failed,
    whole_comic,
)
from tests.client.scripted_app import PDF, ScriptedApp, Turn, json_turn, refusal

STATE: dict[str, object] = {
    "status": "completed",
    "title": "夜の灯台\x1b[31m",
    "style": "manga",
    "noDialogue": True,
    "lastSeq": 7,
    "createdAt": "2026-03-01T10:00:00Z",
    "finishedAt": "2026-03-01T10:01:30Z",
    "progress": {
        "characters": {"done": 1, "failed": 0, "total": 1},
        "panels": {"done": 2, "failed": 1, "total": 3},
    },
}
ESTIMATE = {
    "words": 4,
    "panels": {"min": 2, "expected": 3, "max": 15},
    "characters": {"min": 1, "expected": 2, "max": 4},
    "calls": {"min": 5, "expected": 7, "max": 21},
    "minutes": {"min": 0.27, "expected": 0.8, "max": 7.5},
    "price": {"min": 0.28, "expected": 0.42, "max": 1.39},
    "currency": "USD",
}
PART = {"calls": 1, "tokens": 10, "inputTokens": 5, "outputTokens": 5, "images": 1}
COST = PART | {
    "price": None,
    "parts": {
        "story": PART | {"price": 0.01},
        "script": PART | {"price": None},
        "characters": PART | {"price": 0.2},
        "panels": PART | {"price": 0.2},
    },
}
FAILS_AGAIN = [*comic_with_a_gap(), panel_failed(8, 1), complete(9, failed_panels=(1,))]


@pytest.fixture
def gap_app(app: ScriptedApp) -> ScriptedApp:
    """An app whose generation ended without its second panel."""
    app.state = json.dumps(STATE)
    app.messages = comic_with_a_gap()
    return app


@pytest.fixture
def whole_app(app: ScriptedApp) -> ScriptedApp:
    """An app whose generation is complete."""
    app.state = json.dumps(STATE | {"lastSeq": 8})
    app.messages = whole_comic()
    return app


async def test_status_prints_the_state(gap_app: ScriptedApp, command: Command) -> None:
    ran = await command("status", GENERATION_ID, "--url", gap_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{GENERATION_ID}: completed",
        "  “夜の灯台[31m” (manga, without dialogue)",
        "  characters: 1 of 1 drawn",
        "  panels: 2 of 3 drawn, 1 failed",
        "  started: 2026-03-01 10:00:00 UTC",
        "  ended: 2026-03-01 10:01:30 UTC",
    ]


async def test_status_of_an_older_app_has_fewer_details(app: ScriptedApp, command: Command) -> None:
    ran = await command("status", GENERATION_ID, "--url", app.url)

    assert ran.status == 0
    assert "no title yet (style unknown)" in ran.out
    assert "panels: not planned yet" in ran.out


@pytest.mark.parametrize("words", [["generate", "story.txt"], ["status", GENERATION_ID], ["export", GENERATION_ID]])
async def test_retries_are_reported(app: ScriptedApp, command: Command, words: list[str]) -> None:
    app.messages = whole_comic()
    for script in (app.estimates, app.looks, app.exports):
        script.append(refusal(503, Retry_After="1"))
    ran = await command(*words, "--url", app.url)

    assert ran.status == 0
    assert ran.err.startswith("interrupted: the app answered 503: Not now; trying again in 1 s\n")
    first, second = app.calls[:2]
    assert (first.method, first.path, first.body) == (second.method, second.path, second.body)
    assert first.headers.get("Idempotency-Key") == second.headers.get("Idempotency-Key")


async def test_usage_is_printed_at_the_end_and_with_the_state(app: ScriptedApp, command: Command) -> None:
    *earlier, last = whole_comic()
    usage = UsageReport(calls=7, input_tokens=2000, output_tokens=500, images=5, price=0.41)
    app.messages = [*earlier, last.model_copy(update={"usage": usage})]
    reported = usage.model_dump(mode="json", by_alias=True)
    app.state = json.dumps({"status": "completed", "lastSeq": 9, "usage": reported, "cost": COST})

    for words in (["attach"], ["status"]):
        ran = await command(*words, GENERATION_ID, "--url", app.url)
        assert "used: 7 calls, 5 images, 2,500 tokens; 0.410 USD" in ran.out
        assert "by part: story 0.010 USD, script unknown, characters 0.200 USD, panels 0.200 USD" in ran.out


async def test_comic_of_a_free_model_has_no_price(app: ScriptedApp, command: Command) -> None:
    app.state = json.dumps({"status": "completed", "lastSeq": 9, "cost": COST | {"isFree": True}})

    ran = await command("status", GENERATION_ID, "--url", app.url)

    assert "by part: story free, script free, characters free, panels free" in ran.out


async def test_estimate_prints_each_figure_with_its_range(app: ScriptedApp, command: Command) -> None:
    for changes in ({}, {"price": None}):
        app.estimates.append(json_turn(ESTIMATE | changes))
    ran = await command("estimate", "story.txt", "--url", app.url)
    unpriced = await command("estimate", "story.txt", "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert "4 words: about 2 (1 to 4) characters, about 3 (2 to 15) panels" in ran.out
    assert "model calls: about 7 (5 to 21)" in ran.out
    assert "minutes: about 0.8 (0.3 to 7.5)" in ran.out
    assert "price: about 0.42 USD (0.28 to 1.39)" in ran.out
    assert "price: unknown: the app has no price for its models" in unpriced.out


@pytest.mark.parametrize(
    ("name", "printed", "call"),
    [
        ("cancel", "Cancelled. No more images will be drawn; the finished ones are kept.\n", "POST /cancel"),
        ("delete", "Deleted. Files on this computer are kept.\n", "DELETE"),
    ],
)
async def test_cancel_and_delete_say_what_is_kept(
    app: ScriptedApp, command: Command, name: str, printed: str, call: str
) -> None:
    ran = await command(name, GENERATION_ID, "--url", app.url)

    assert ran == (0, printed, "")
    assert app.other_calls() == [call]


async def test_earlier_version_is_chosen(app: ScriptedApp, command: Command) -> None:
    ran = await command("choose", GENERATION_ID, "panel", "2", "--version", "1", "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "Version 1 of panel 2 counts now, in exports and in shared comics.\n"
    assert app.other_calls() == ["PUT /panels/1/version"]
    assert json.loads(app.calls[0].body) == {"version": 1}


@pytest.mark.parametrize(("days", "body"), [([], {}), (["--days", "7"], {"days": 7})], ids=str)
async def test_shared_comic_has_a_whole_address(
    app: ScriptedApp, command: Command, days: list[str], body: dict[str, int]
) -> None:
    app.changes.append(json_turn({"url": "/c/abc", "expires": "2026-03-31T10:00:00Z"}))

    ran = await command("share", GENERATION_ID, *days, "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (f"{app.url}/c/abc\nAnybody with this link can read the comic until 2026-03-31 10:00 UTC.\n")
    assert app.other_calls() == ["POST /share"]
    assert json.loads(app.calls[0].body or b"{}") == body


async def test_share_is_revoked(app: ScriptedApp, command: Command) -> None:
    ran = await command("unshare", GENERATION_ID, "--url", app.url)

    assert ran == (0, "Revoked. The link no longer opens the comic.\n", "")
    assert app.other_calls() == ["DELETE /share"]


async def test_status_prints_the_versions_and_the_link(app: ScriptedApp, command: Command) -> None:
    drawn = {"versions": [1, 2], "version": 1}
    missing: dict[str, object] = {"versions": [], "version": None}
    images = {"characters": [{"versions": [1], "version": 1}], "panels": [missing, drawn]}
    link = {"url": "/c/abc", "expires": "2026-03-31T10:00:00Z"}
    app.state = json.dumps(STATE | {"images": images, "share": link})

    ran = await command("status", GENERATION_ID, "--url", app.url)

    assert "  panel 2: version 1 of 1, 2 counts\n" in ran.out
    assert "character 1:" not in ran.out
    assert "  shared: /c/abc (until 2026-03-31 10:00 UTC)\n" in ran.out


async def test_retry_completes_the_folder_and_prints_only_new_results(
    gap_app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    gap_app.after_change = [*comic_with_a_gap(), panel(8, 1), complete(9)]
    ran = await command("retry", GENERATION_ID, "--url", gap_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert "panel 2 is drawn" in ran.out
    assert "panel 1 is drawn" not in ran.out
    assert "failed" not in ran.out
    folder = tmp_path / "out" / GENERATION_ID
    assert sorted(path.name for path in (folder / "panels").iterdir()) == ["01.png", "02.png", "03.png"]
    assert (folder / "stream.ndjson").read_bytes() == b"".join(to_line(message) for message in gap_app.messages)
    assert (folder / "comic.pdf").read_bytes() == PDF
    assert gap_app.other_calls() == ["GET", "POST /retry", "GET /export", "GET"]


async def test_retry_that_fails_again_suggests_another_retry(gap_app: ScriptedApp, command: Command) -> None:
    gap_app.after_change = FAILS_AGAIN
    ran = await command("retry", GENERATION_ID, "--url", gap_app.url, "--out", "comic")

    assert ran.status == 1
    assert "failed: Panel 2 failed: blocked" in ran.out
    assert "The comic is not complete. Missing: panel 2." in ran.err
    assert f"python -m client retry {GENERATION_ID} --url {gap_app.url} --out comic" in ran.err


async def test_redo_replaces_the_image_of_the_given_number(
    whole_app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    whole_app.after_change = [*whole_comic(), panel(9, 0, version=2), complete(10)]
    instructions = ["--instructions", "from below"]
    ran = await command("redo", GENERATION_ID, "panel", "1", *instructions, "--url", whole_app.url, "--out", "comic")

    assert (ran.status, ran.err) == (0, "")
    assert whole_app.other_calls() == ["GET", "POST /panels/0/regenerate", "GET /export", "GET"]
    assert json.loads(whole_app.calls[1].body) == {"instructions": "from below"}
    assert (tmp_path / "comic/panels/01.png").exists()
    assert not (tmp_path / "comic/panels/01.webp").exists()


async def test_failed_redo_says_that_the_earlier_version_is_kept(whole_app: ScriptedApp, command: Command) -> None:
    failure = ErrorMessage(generation_id=GENERATION_ID, seq=9, step="character", message="Mira: blocked.", index=0)
    whole_app.after_change = [*whole_comic(), failure, complete(10)]
    ran = await command("redo", GENERATION_ID, "character", "1", "--url", whole_app.url)

    assert ran.status == 1
    assert "The image was not drawn again; its earlier version is kept: Mira: blocked." in ran.err


async def test_failed_redo_of_a_missing_panel_is_reported_as_missing(gap_app: ScriptedApp, command: Command) -> None:
    gap_app.after_change = FAILS_AGAIN
    ran = await command("redo", GENERATION_ID, "panel", "2", "--url", gap_app.url)

    assert ran.status == 1
    assert "earlier version" not in ran.err
    assert "The comic is not complete. Missing: panel 2." in ran.err


async def test_redo_without_new_results_is_a_failure(whole_app: ScriptedApp, command: Command) -> None:
    ran = await command("redo", GENERATION_ID, "panel", "1", "--url", whole_app.url)

    assert ran.status == 1
    assert "The stream had no new results." in ran.err


@pytest.mark.parametrize("words", [["retry", GENERATION_ID], ["redo", GENERATION_ID, "panel", "2"]])
async def test_no_wait_only_starts_the_round(
    gap_app: ScriptedApp, command: Command, tmp_path: Path, words: list[str]
) -> None:
    ran = await command(*words, "--no-wait", "--url", gap_app.url)

    assert ran.status == 0
    assert f"python -m client attach {GENERATION_ID} --url {gap_app.url}" in ran.out
    assert gap_app.stream_calls() == []
    assert not (tmp_path / "out").exists()


async def test_unreadable_image_suggests_a_redo(app: ScriptedApp, command: Command) -> None:
    messages = whole_comic()
    app.messages = [*messages[:6], panel(7, 2, "data:image/png;base64,AAAA"), messages[7]]
    ran = await command("attach", GENERATION_ID, "--url", app.url)

    assert ran.status == 1
    assert f"\n  python -m client redo {GENERATION_ID} panel 3 --url {app.url}" in ran.err
    assert "retry" not in ran.err


@pytest.mark.parametrize(("seconds", "wait"), [(12, "12 s"), (119, "119 s"), (121, "3 min"), (7201, "3 h")])
async def test_refused_change_says_when_to_try_again(
    gap_app: ScriptedApp, command: Command, seconds: int, wait: str
) -> None:
    gap_app.changes.append(refusal(429, '{"error": "Too many.", "code": "rate-limited"}', Retry_After=str(seconds)))
    ran = await command("retry", GENERATION_ID, "--url", gap_app.url)

    assert ran.status == 1
    assert ran.err == f"The app refused the request (429, rate-limited): Too many.\nTry again in {wait}.\n"


@pytest.mark.parametrize("words", [["cancel"], ["retry", "--no-wait"], ["retry"]])
async def test_unanswered_change_suggests_the_status_command(
    gap_app: ScriptedApp, command: Command, words: list[str]
) -> None:
    gap_app.changes.append(Turn(end="unanswered"))
    ran = await command(*words, GENERATION_ID, "--url", gap_app.url)

    assert ran.status == 1
    advice = "It is unknown whether the app received the request. Check with:"
    assert f"{advice}\n  python -m client status {GENERATION_ID}" in ran.err


async def test_comic_is_kept_if_its_pdf_can_not_be_saved(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    app.messages = whole_comic()
    app.exports.append(refusal(404))
    ran = await command("attach", GENERATION_ID, "--url", app.url, "--out", "my comic")

    assert ran.status == 1
    assert "comic.pdf could not be saved. The app refused the request (404, not-now): Not now." in ran.err
    again = f"python -m client export {GENERATION_ID} --format pdf --url {app.url} --out 'my comic/comic.pdf'"
    assert again in ran.err
    assert len(list((tmp_path / "my comic/panels").iterdir())) == 3


async def test_comic_without_panels_has_no_pdf(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    app.messages = [analysis(1, ("Mira",)), chunks(2), character(3, 0, "Mira"), complete(4, failed_panels=(0, 1, 2))]
    ran = await command("attach", GENERATION_ID, "--url", app.url, "--out", "comic")

    assert ran.status == 1
    assert app.other_calls() == ["GET"]
    assert not (tmp_path / "comic/comic.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ([GENERATION_ID], f"out/{GENERATION_ID}/comic.pdf"),
        ([GENERATION_ID, "--out", "mine.pdf"], "mine.pdf"),
        ([GENERATION_ID, "--out", "folder"], "folder/comic.pdf"),
        ([GENERATION_ID, "--out", "new/mine.pdf"], "new/mine.pdf"),
        (["../../x"], "out/x/comic.pdf"),
    ],
)
async def test_export_saves_to_the_given_path(
    app: ScriptedApp, command: Command, tmp_path: Path, arguments: list[str], path: str
) -> None:
    (tmp_path / "folder").mkdir()
    ran = await command("export", *arguments, "--url", app.url)

    assert ran == (0, f"saved: {path} (application/pdf, {len(PDF):,} bytes)\n", "")
    assert (tmp_path / path).read_bytes() == PDF


async def test_export_sends_format_and_direction(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    app.exports += [refusal(429, Retry_After="0"), Turn(b"PK\x03\x04", headers={"Content-Type": "application/zip"})]
    ran = await command("export", GENERATION_ID, "--format", "cbz", "--direction", "ltr", "--url", app.url)

    assert (ran.status, ran.err) == (0, "interrupted: the app answered 429: Not now; trying again now\n")
    assert app.calls[-1].query == {"format": "cbz", "direction": "ltr"}
    assert (tmp_path / "out" / GENERATION_ID / "comic.cbz").exists()


@pytest.mark.parametrize("words", [["generate", "story.txt"], ["status", "id"], ["delete", "id"], ["retry", "id"]])
async def test_unreachable_app_is_reported_with_its_url(command: Command, unused_url: str, words: list[str]) -> None:
    ran = await command(*words, "--url", unused_url)

    assert ran.status == 1
    assert ran.err.endswith(f"Is the app running at {unused_url}? Start it with: make run\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["status"], "ID"),
        (["generate", "missing.txt"], "'missing.txt' can't be read"),
        (["generate", "story.txt", "--style", "noir"], "invalid choice"),
        (["generate", "story.txt", "--character", "Mira=missing.png"], "'missing.png' can't be read"),
        (["attach", "id", "--url", "localhost:7071"], "is not an HTTP URL"),
        (["attach", "id", "--key", "ключ"], "a function key can't have"),
        (["attach", "id", "--out", "/dev/null"], "can't be written to"),
        (["redo", "id", "panel", "0"], "'0' is not a number from 1 to 9999"),
        (["redo", "id", "panel", "two"], "'two' is not a number"),
        (["redo", "id", "cover", "1"], "invalid choice: 'cover'"),
        (["export", "id", "--format", "docx"], "invalid choice: 'docx'"),
        (["export", "id", "--direction", "up"], "invalid choice: 'up'"),
        (["export", "id", "--out", "/dev/null/comic.pdf"], "can't be written to"),
    ],
)
async def test_invalid_arguments_are_explained(command: Command, arguments: list[str], complaint: str) -> None:
    ran = await command(*arguments)

    assert ran.status == 2
    assert complaint in ran.err
