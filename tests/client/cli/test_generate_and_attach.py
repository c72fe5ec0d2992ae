"""`generate` and `attach`: files, output and exit status."""

import asyncio
import json
import signal
from pathlib import Path

import pytest
from PIL import Image

from shared.models.messages import StreamMessage
from shared.ndjson import to_line
from tests.client.cli.command_line import Command, run, start
from tests.client.comics import (
    GENERATION_ID,
    analysis,
    cancelled,
    character,
    chunks,
    comic_with_a_gap,
    critical,
    image_bytes,
    lines_of,
    panel,
    status,
    whole_comic,
)
from tests.client.scripted_app import PDF, ScriptedApp, Turn, refusal


def received(folder: Path) -> bytes:
    return (folder / "stream.ndjson").read_bytes()


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_generate_saves_the_comic_despite_interruptions(app: ScriptedApp, tmp_path: Path) -> None:
    app.messages = whole_comic()
    first = lines_of(whole_comic()[:4])
    app.turns.extend([Turn(first + b"\n\n" + to_line(panel(5, 1))[:50], end="broken"), refusal(503, Retry_After="0")])
    (tmp_path / "mira.png").write_bytes(image_bytes())
    options = ["--style", "comic", "--no-dialogue", "--character", "Mira=mira.png", "--setting", "Sea=mira.png"]
    ran = await run(tmp_path, "generate", "-", *options, MANGA_URL=app.url, MANGA_KEY="secret")
    assert ran.status == 0

    folder = tmp_path / "out" / GENERATION_ID
    assert received(folder) == lines_of(whole_comic())
    for name in ("characters/01-Mira.png", "characters/02-Tom.jpg", "panels/01.webp", "panels/02.png", "panels/03.png"):
        with Image.open(folder / name) as image:
            image.load()
    assert not list(folder.rglob("*.part"))
    assert (folder / "comic.pdf").read_bytes() == PDF
    assert "panel 3 is drawn" in ran.out
    assert ran.err.startswith("interrupted: the connection broke")
    assert f"comic: out/{GENERATION_ID}/comic.pdf" in ran.out

    sent = json.loads(app.stream_calls()[0].body)
    assert (sent["story"], sent["style"], sent["noDialogue"]) == ("The lamp went out.", "comic", True)
    assert [one["name"] for one in sent["uploadedCharacterReferences"]] == ["Mira"]
    assert [one["name"] for one in sent["uploadedSettingReferences"]] == ["Sea"]
    assert {call.headers["x-functions-key"] for call in app.calls} == {"secret"}


ASCII_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "cp1252:strict"},
        {"PYTHONIOENCODING": "ascii:strict", "FORCE_COLOR": "1"},
        ASCII_LOCALE,
    ],
    ids=["ascii", "cp1252", "terminal with bars", "C locale"],
)
async def test_title_that_the_terminal_can_not_print_is_no_error(
    app: ScriptedApp, tmp_path: Path, environ: dict[str, str]
) -> None:
    app.messages = whole_comic()
    ran = await run(tmp_path, "generate", "-", MANGA_URL=app.url, **environ)

    assert "Error" not in ran.err
    assert ran.status == 0
    assert f"comic: out/{GENERATION_ID}/comic.pdf" in ran.out


async def test_file_names_use_only_characters_that_the_file_system_supports(app: ScriptedApp, tmp_path: Path) -> None:
    app.messages = [*whole_comic()[:2], character(3, 0, "夜"), character(4, 1, "Zoë"), *whole_comic()[4:]]
    ran = await run(tmp_path, "generate", "-", MANGA_URL=app.url, **ASCII_LOCALE)

    assert ran.status == 0
    assert sorted(names_in(tmp_path / "out" / GENERATION_ID / "characters")) == ["01-unnamed.png", "02-Zo.png"]


async def test_missing_panel_is_reported_with_a_retry_command(
    app: ScriptedApp, command: Command, tmp_path: Path
) -> None:
    app.messages = comic_with_a_gap()
    ran = await command("attach", GENERATION_ID, "--url", app.url, "--out", "comic")
    assert ran.status == 1
    assert "The comic is not complete. Missing: panel 2." in ran.err
    assert f"\n  python -m client retry {GENERATION_ID} --url {app.url} --out comic\n" in ran.err
    assert "failed: Panel 2 failed: blocked" in ran.out
    assert (tmp_path / "comic/comic.pdf").read_bytes() == PDF

    app.messages = [*comic_with_a_gap(), panel(8, 1), whole_comic()[-1].model_copy(update={"seq": 9})]
    again = await command("attach", GENERATION_ID, "--url", app.url, "--out", "comic")
    assert (again.status, again.err) == (0, "")
    assert received(tmp_path / "comic") == lines_of(app.messages)
    assert (tmp_path / "comic/panels/02.png").exists()


@pytest.mark.parametrize(
    ("last", "problem"),
    [(critical(3), "The generation failed: The story was refused."), (cancelled(3), "The generation was cancelled.")],
    ids=["failed", "cancelled"],
)
async def test_early_end_is_a_failure_with_a_retry_command(
    app: ScriptedApp, command: Command, last: StreamMessage, problem: str
) -> None:
    app.messages = [analysis(1), chunks(2), last]
    ran = await command("attach", GENERATION_ID, "--url", app.url)
    assert ran.status == 1
    assert ran.err.startswith(problem)
    assert ran.err.endswith(f":\n  python -m client retry {GENERATION_ID} --url {app.url}\n")


async def test_refusal_is_printed_with_its_fields(app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    body = {"error": "Too long.", "code": "invalid-input", "details": [{"field": "story", "message": "501 words"}]}
    app.turns.append(refusal(400, json.dumps(body)))
    ran = await command("generate", "story.txt", "--url", app.url)
    assert ran.status == 1
    assert "The app refused the request (400, invalid-input): Too long.\n  story: 501 words" in ran.err
    assert names_in(tmp_path) == ["story.txt"]


FUNCTION_KEY = "Pass the app's function key (for admin its master key) with --key, or set MANGA_KEY."
MASTER_KEY = "Pass the app's master key with --key, or set MANGA_KEY."


@pytest.mark.parametrize(
    ("status", "key", "advice"),
    [
        (401, [], f"No key was given. {FUNCTION_KEY}"),
        (403, [], f"No key was given. {FUNCTION_KEY}"),
        (401, ["--key", "k"], f"This key is wrong, or its level is too low. {FUNCTION_KEY}"),
        (403, ["--key", "k"], f"This key is valid, but its level is too low. {MASTER_KEY}"),
    ],
)
@pytest.mark.parametrize(
    "words", [["generate", "story.txt"], ["attach", "id"], ["status", "id"], ["export", "id"], ["admin", "metrics"]]
)
async def test_refused_key_is_reported_with_advice(
    app: ScriptedApp, command: Command, words: list[str], status: int, key: list[str], advice: str
) -> None:
    for script in (app.estimates, app.turns, app.looks, app.exports):
        script.append(refusal(status, ""))
    ran = await command(*words, *key, "--url", app.url)

    assert ran.status == 1
    assert ran.err.startswith(f"The app refused the request ({status}, http-{status})")
    assert advice in ran.err.splitlines()
    assert len(app.calls) == 1


async def test_interrupt_prints_how_to_attach(app: ScriptedApp, tmp_path: Path) -> None:
    app.turns.append(Turn(lines_of([status(), analysis(1)]), end="silent"))
    process = await start(tmp_path, "generate", "-", "--url", app.url, "--out", "my comic")
    assert process.stdout is not None
    while b"Mira" not in (shown := await process.stdout.readline()):
        assert shown, "the command ended before it showed the analysis"
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert f"python -m client attach {GENERATION_ID} --url {app.url} --out 'my comic'" in err.decode()
    assert "Traceback" not in err.decode()
    assert received(tmp_path / "my comic") == lines_of([status(), analysis(1)])


@pytest.mark.parametrize(
    ("turn", "printed"),
    [(None, "The start was cancelled; nothing will be drawn."), (refusal(404), "had not sent the generation's id")],
    ids=["cancelled", "refused"],
)
async def test_interrupt_before_any_answer_cancels_the_start(
    app: ScriptedApp, tmp_path: Path, turn: Turn | None, printed: str
) -> None:
    app.turns.append(Turn(b"", end="silent", headers={"X-Generation-Id": "", "Content-Type": "application/x-ndjson"}))
    if turn is not None:
        app.changes.append(turn)
    process = await start(tmp_path, "generate", "-", "--url", app.url)
    async with asyncio.timeout(20):
        await app.is_silent.wait()
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert printed in err.decode()
    start_call, cancel_call = app.stream_calls()
    assert cancel_call.path == "/api/generate-manga-stream/cancel"
    assert cancel_call.headers["Idempotency-Key"] == start_call.headers["Idempotency-Key"]


@pytest.mark.parametrize("out", ["con", "NUL.txt", "a/LPT1", "dots.", "space ", "what?", 'a"b', "a<b", "pipe|"])
async def test_reserved_file_name_is_refused_on_windows(
    command: Command, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.setattr("client.cli.arguments.ON_WINDOWS", True)
    for arguments in (["attach", "id"], ["export", "id"], ["generate", "story.txt"]):
        ran = await command(*arguments, "--out", out)
        assert ran.status == 2
        assert "is a reserved name on Windows" in ran.err


@pytest.mark.parametrize("words", [["generate", "story.txt"], ["attach", "other"], ["redo", "other", "panel", "1"]])
async def test_folder_of_another_comic_is_refused_before_any_request(
    app: ScriptedApp, command: Command, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "stream.ndjson").write_bytes(to_line(analysis(1)))
    ran = await command(*words, "--url", app.url, "--out", ".")
    assert ran.status == 2
    assert f"already holds the comic {GENERATION_ID}" in ran.err
    assert app.calls == []
