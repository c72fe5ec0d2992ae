"""The commands that change a generation or take it away: what they ask, print, leave behind and return."""

import json
import socket
from pathlib import Path

import pytest

from shared.models.messages import ErrorMessage, StreamMessage
from shared.ndjson import to_line
from tests.client.comics import (
    GENERATION_ID,
    analysis,
    cancelled,
    character,
    chunks,
    comic_with_a_gap,
    complete,
    panel,
    panel_failed,
    whole_comic,
)
from tests.client.command_line import Command
from tests.client.scripted_app import PDF, ScriptedApp, Turn, refusal

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


def gap_that_is_filled(*messages: StreamMessage) -> list[StreamMessage]:
    return [*comic_with_a_gap(), *messages]


@pytest.fixture
def ended(app: ScriptedApp) -> ScriptedApp:
    """An app whose generation has ended without its second panel."""
    app.state = json.dumps(STATE)
    app.messages = comic_with_a_gap()
    return app


async def test_status_tells_how_far_it_is(ended: ScriptedApp, command: Command) -> None:
    ran = await command("status", GENERATION_ID, "--url", ended.url)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{GENERATION_ID}: completed",
        "  “夜の灯台[31m” (manga, without dialogue)",
        "  characters: 1 of 1 drawn",
        "  panels: 2 of 3 drawn, 1 failed",
        "  started: 2026-03-01 10:00:00 UTC",
        "  ended: 2026-03-01 10:01:30 UTC",
    ]


async def test_status_of_an_older_app_tells_what_there_is(app: ScriptedApp, command: Command) -> None:
    ran = await command("status", GENERATION_ID, "--url", app.url)

    assert ran.status == 0
    assert "no title yet (style not told)" in ran.out
    assert "panels: not planned yet" in ran.out


async def test_status_is_asked_for_again_while_the_app_answers_503(ended: ScriptedApp, command: Command) -> None:
    ended.looks.append(refusal(503, Retry_After="1"))
    ran = await command("status", GENERATION_ID, "--url", ended.url)

    assert (ran.status, ran.err) == (0, "interrupted: the app answered 503: Not now; trying again in 1 s\n")
    assert ended.other_calls() == ["GET", "GET"]


async def test_cancel_says_what_stays(app: ScriptedApp, command: Command) -> None:
    ran = await command("cancel", GENERATION_ID, "--url", app.url)

    assert (ran.status, ran.err) == (0, "")
    assert "what is finished stays" in ran.out
    assert app.other_calls() == ["POST /cancel"]


async def test_delete_says_that_files_stay(app: ScriptedApp, command: Command) -> None:
    ran = await command("delete", GENERATION_ID, "--url", app.url)

    assert (ran.status, ran.out) == (0, "Deleted. Files that were received stay where they are.\n")
    assert app.other_calls() == ["DELETE"]


async def test_retry_leaves_a_whole_folder_and_tells_only_what_is_new(
    ended: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    ended.after_change = gap_that_is_filled(panel(8, 1), complete(9))
    ran = await command("retry", GENERATION_ID, "--url", ended.url)

    assert (ran.status, ran.err) == (0, "")
    assert "panel 2 is drawn" in ran.out
    assert "panel 1 is drawn" not in ran.out
    assert "failed" not in ran.out
    folder = tmp_path / "out" / GENERATION_ID
    assert sorted(path.name for path in (folder / "panels").iterdir()) == ["01.png", "02.png", "03.png"]
    assert (folder / "stream.ndjson").read_bytes() == b"".join(to_line(message) for message in ended.messages)
    assert (folder / "comic.pdf").read_bytes() == PDF
    assert ended.other_calls() == ["GET", "POST /retry", "GET /export"]


async def test_retry_that_leaves_a_gap_fails_and_can_be_asked_for_again(ended: ScriptedApp, command: Command) -> None:
    ended.after_change = gap_that_is_filled(panel_failed(8, 1), complete(9, failed_panels=(1,)))
    ran = await command("retry", GENERATION_ID, "--url", ended.url, "--out", "comic")

    assert ran.status == 1
    assert "failed: Panel 2 failed: blocked" in ran.out
    assert "The comic is not complete: panel 2." in ran.err
    assert f"python -m client retry {GENERATION_ID} --url {ended.url} --out comic" in ran.err


async def test_redo_asks_by_the_number_of_the_file_and_waits_for_the_new_end(
    ended: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    ended.messages = whole_comic()
    ended.state = json.dumps(STATE | {"lastSeq": 8})
    new = panel(9, 0, version=2)
    ended.after_change = [*whole_comic(), new, complete(10)]
    wish = ["--instructions", "from below"]
    ran = await command("redo", GENERATION_ID, "panel", "1", *wish, "--url", ended.url, "--out", "comic")

    assert (ran.status, ran.err) == (0, "")
    assert ended.other_calls() == ["GET", "POST /panels/0/regenerate", "GET /export"]
    assert json.loads(ended.calls[1].body) == {"instructions": "from below"}
    assert (tmp_path / "comic/panels/01.png").exists()
    assert not (tmp_path / "comic/panels/01.webp").exists()


async def test_redo_that_fails_says_that_the_version_before_stays(ended: ScriptedApp, command: Command) -> None:
    ended.messages = whole_comic()
    ended.state = json.dumps(STATE | {"lastSeq": 8})
    failure = ErrorMessage(generation_id=GENERATION_ID, seq=9, step="character", message="Mira: blocked.", index=0)
    ended.after_change = [*whole_comic(), failure, complete(10)]
    ran = await command("redo", GENERATION_ID, "character", "1", "--url", ended.url)

    assert ran.status == 1
    assert "It was not drawn again; the version before stays: Mira: blocked." in ran.err


async def test_redo_of_a_missing_panel_that_fails_again_is_missing(ended: ScriptedApp, command: Command) -> None:
    ended.after_change = gap_that_is_filled(panel_failed(8, 1), complete(9, failed_panels=(1,)))
    ran = await command("redo", GENERATION_ID, "panel", "2", "--url", ended.url)

    assert ran.status == 1
    assert "version before" not in ran.err
    assert "The comic is not complete: panel 2." in ran.err


async def test_earlier_end_alone_is_no_success(ended: ScriptedApp, command: Command) -> None:
    ended.messages = whole_comic()
    ended.state = json.dumps(STATE | {"lastSeq": 8})
    ran = await command("redo", GENERATION_ID, "panel", "1", "--url", ended.url)

    assert ran.status == 1
    assert "nothing to tell" in ran.err


@pytest.mark.parametrize("words", [["retry", GENERATION_ID], ["redo", GENERATION_ID, "panel", "2"]])
async def test_no_wait_only_starts_it(ended: ScriptedApp, command: Command, tmp_path: Path, words: list[str]) -> None:
    ran = await command(*words, "--no-wait", "--url", ended.url)

    assert ran.status == 0
    assert f"python -m client attach {GENERATION_ID} --url {ended.url}" in ran.out
    assert ended.stream_calls() == []
    assert not (tmp_path / "out").exists()


async def test_cancelled_generation_suggests_a_retry(app: ScriptedApp, command: Command) -> None:
    app.messages = [analysis(1), chunks(2), cancelled(3)]
    ran = await command("attach", GENERATION_ID, "--url", app.url)

    assert ran.status == 1
    assert f"have the rest drawn with:\n  python -m client retry {GENERATION_ID} --url {app.url}" in ran.err


async def test_image_that_came_broken_is_to_be_drawn_again(app: ScriptedApp, command: Command) -> None:
    messages = whole_comic()
    broken = panel(7, 2, "data:image/png;base64,AAAA")
    app.messages = [*messages[:6], broken, messages[7]]
    ran = await command("attach", GENERATION_ID, "--url", app.url)

    assert ran.status == 1
    assert f"\n  python -m client redo {GENERATION_ID} panel 3 --url {app.url}" in ran.err
    assert "retry" not in ran.err


@pytest.mark.parametrize(("seconds", "told"), [(12, "12 s"), (119, "119 s"), (121, "3 min"), (7201, "3 h")])
async def test_refused_change_tells_when_to_ask_again_and_nothing_else(
    ended: ScriptedApp, command: Command, seconds: int, told: str
) -> None:
    ended.changes.append(refusal(429, '{"error": "Too many.", "code": "rate-limited"}', Retry_After=str(seconds)))
    ran = await command("retry", GENERATION_ID, "--url", ended.url)

    assert ran.status == 1
    assert ran.err == f"The app refused (429, rate-limited): Too many.\nIt asks to wait for {told}.\n"


@pytest.mark.parametrize("words", [["cancel"], ["retry", "--no-wait"], ["retry"]])
async def test_unheard_change_tells_where_to_look(ended: ScriptedApp, command: Command, words: list[str]) -> None:
    ended.changes.append(Turn(end="unanswered"))
    ran = await command(*words, GENERATION_ID, "--url", ended.url)

    assert ran.status == 1
    assert (
        f"Whether the app has heard it is not known. Look with:\n  python -m client status {GENERATION_ID}" in ran.err
    )


async def test_comic_whose_pages_can_not_be_fetched_is_kept_without_them(
    app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    app.messages = whole_comic()
    app.exports.append(refusal(404))
    ran = await command("attach", GENERATION_ID, "--url", app.url, "--out", "my comic")

    assert ran.status == 1
    assert "comic.pdf could not be fetched. The app refused (404, not-now): Not now." in ran.err
    again = f"python -m client export {GENERATION_ID} --format pdf --url {app.url} --out 'my comic/comic.pdf'"
    assert again in ran.err
    assert len(list((tmp_path / "my comic/panels").iterdir())) == 3


async def test_comic_without_a_panel_has_no_pages(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    app.messages = [analysis(1, ("Mira",)), chunks(2), character(3, 0, "Mira"), complete(4, failed_panels=(0, 1, 2))]
    ran = await command("attach", GENERATION_ID, "--url", app.url, "--out", "comic")

    assert ran.status == 1
    assert app.other_calls() == []
    assert not (tmp_path / "comic/comic.pdf").exists()


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ([], f"out/{GENERATION_ID}/comic.pdf"),
        (["--out", "mine.pdf"], "mine.pdf"),
        (["--out", "folder"], "folder/comic.pdf"),
        (["--out", "new/mine.pdf"], "new/mine.pdf"),
    ],
)
async def test_export_saves_where_it_is_told_to(
    app: ScriptedApp, command: Command, tmp_path: Path, options: list[str], path: str
) -> None:
    (tmp_path / "folder").mkdir()
    ran = await command("export", GENERATION_ID, "--url", app.url, *options)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"saved: {path} (application/pdf, {len(PDF):,} bytes)\n"
    assert (tmp_path / path).read_bytes() == PDF


async def test_export_asks_for_format_and_direction(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    app.exports.append(Turn(b"PK\x03\x04", headers={"Content-Type": "application/vnd.comicbook+zip"}))
    ran = await command("export", GENERATION_ID, "--format", "cbz", "--direction", "ltr", "--url", app.url)

    assert ran.status == 0
    assert app.calls[0].query == {"format": "cbz", "direction": "ltr"}
    assert (tmp_path / "out" / GENERATION_ID / "comic.cbz").exists()


async def test_export_that_has_to_wait_says_so(app: ScriptedApp, command: Command) -> None:
    app.exports.append(refusal(429, Retry_After="0"))
    ran = await command("export", GENERATION_ID, "--url", app.url)

    assert ran.status == 0
    assert ran.err == "interrupted: the app answered 429: Not now; trying again now\n"


async def test_export_of_an_id_that_is_no_name_stays_in_its_folder(
    app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    ran = await command("export", "../../x", "--url", app.url)

    assert ran.status == 0
    assert (tmp_path / "out/x/comic.pdf").exists()


@pytest.mark.parametrize("words", [["status", "id"], ["delete", "id"], ["retry", "id"]])
async def test_app_that_is_not_there_is_named(command: Command, words: list[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        ran = await command(*words, "--url", url)

    assert ran.status == 1
    assert ran.err.endswith(f"Is the app running at {url}? Start it with: make run\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["redo", "id", "panel", "0"], "'0' is no number from 1 to 9999"),
        (["redo", "id", "panel", "two"], "'two' is no number"),
        (["redo", "id", "cover", "1"], "invalid choice: 'cover'"),
        (["export", "id", "--format", "docx"], "invalid choice: 'docx'"),
        (["export", "id", "--direction", "up"], "invalid choice: 'up'"),
        (["export", "id", "--out", "/dev/null/comic.pdf"], "no place that can be written to"),
        (["status"], "ID"),
    ],
)
async def test_wrong_usage_is_explained(command: Command, arguments: list[str], complaint: str) -> None:
    ran = await command(*arguments)

    assert ran.status == 2
    assert complaint in ran.err


async def test_folder_of_another_comic_is_refused_before_anything_is_drawn_again(
    ended: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "stream.ndjson").write_bytes(to_line(analysis(1)))
    ran = await command("redo", "another", "panel", "1", "--url", ended.url, "--out", ".")

    assert ran.status == 2
    assert f"already holds the comic {GENERATION_ID}" in ran.err
    assert ended.calls == []
