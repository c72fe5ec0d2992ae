"""`generate --chapters auto`: the chapters are followed one after another, and saved with the book."""

import json
from pathlib import Path

import pytest

from shared.models.messages import CompleteMessage
from tests.client.cli.command_line import Command
from tests.client.cli.test_commands import STATE
from tests.client.comics import GENERATION_ID, analysis, chunks, critical, lines_of, whole_comic
from tests.client.scripted_app import PDF, PDF_FILE, ScriptedApp, Turn, refusal

SECOND = "f" * 32
OPTIONS = ("generate", "story.txt", "--chapters", "auto", "--yes", "--url")


def state(first: str, second: str) -> str:
    statuses = enumerate(((GENERATION_ID, first), (SECOND, second)), start=1)
    chapters = [{"number": number, "id": each, "status": status} for number, (each, status) in statuses]
    return json.dumps(STATE | {"chapters": chapters})


@pytest.fixture
def book_app(app: ScriptedApp) -> ScriptedApp:
    """An app that draws two chapters."""
    app.state = state("completed", "completed")
    app.messages = whole_comic()
    of_second = lines_of(whole_comic()).replace(GENERATION_ID.encode(), SECOND.encode())
    headers = {**Turn().headers, "X-Generation-Id": SECOND}
    app.turns.extend([Turn(), Turn(of_second, headers=headers)])
    return app


def read_ids(app: ScriptedApp) -> list[str]:
    """Return which streams were read, the started one first."""
    return [call.path.rpartition("/")[2] for call in app.stream_calls()]


def books(app: ScriptedApp) -> int:
    return sum(call.query.get("chapters") == "all" for call in app.calls)


async def test_each_chapter_is_saved_and_then_the_book(book_app: ScriptedApp, command: Command, tmp_path: Path) -> None:
    ran = await command(*OPTIONS, book_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert json.loads(book_app.stream_calls()[0].body)["chapters"] == "auto"
    assert read_ids(book_app) == ["generate-manga-stream", SECOND]
    folder = tmp_path / "out" / GENERATION_ID
    assert [len(list((each / "panels").iterdir())) for each in (folder, folder / "chapter-02")] == [3, 3]
    assert (folder / "book.pdf").read_bytes() == PDF
    assert books(book_app) == 1
    assert f"book: {Path('out') / GENERATION_ID / 'book.pdf'}\n" in ran.out


async def test_chapter_that_has_not_begun_is_named_with_what_begins_it(book_app: ScriptedApp, command: Command) -> None:
    book_app.state = state("completed", "waiting")

    ran = await command(*OPTIONS, book_app.url)

    assert ran.status == 1
    begin = f"python -m client retry {GENERATION_ID} --no-wait --url {book_app.url}"
    assert ran.err == f"Chapter 2 has not begun. Begin it with:\n  {begin}\n"
    assert (len(read_ids(book_app)), books(book_app)) == (1, 0)


async def test_nothing_follows_a_chapter_that_failed(book_app: ScriptedApp, command: Command) -> None:
    book_app.state = state("failed", "waiting")
    book_app.messages = [analysis(), critical(2)]

    ran = await command(*OPTIONS, book_app.url)

    assert ran.status == 1
    assert f"retry {GENERATION_ID}" in ran.err
    assert "Chapter 2" not in ran.err
    assert (len(read_ids(book_app)), books(book_app)) == (1, 0)


async def test_book_that_can_not_be_saved_says_how_to_save_it(book_app: ScriptedApp, command: Command) -> None:
    book_app.exports.extend([PDF_FILE, PDF_FILE, refusal(404)])

    ran = await command(*OPTIONS, book_app.url)

    assert ran.status == 1
    assert "book.pdf could not be saved." in ran.err
    path = Path("out") / GENERATION_ID / "book.pdf"
    assert f"export {SECOND} --chapters all --url {book_app.url} --out {path}\n" in ran.err


async def test_text_whose_plan_is_read_first_ends_with_the_first_plan(book_app: ScriptedApp, command: Command) -> None:
    stopped = CompleteMessage(generation_id=GENERATION_ID, seq=3, total_panels=3, stopped_after="plan")
    book_app.messages = [analysis(), chunks(), stopped]

    ran = await command(*OPTIONS[:-1], "--stop-after", "plan", "--url", book_app.url)

    assert (ran.status, ran.err) == (0, "")
    assert (len(read_ids(book_app)), books(book_app)) == (1, 0)
