"""Chapters: a comic goes on, and a long text becomes a book."""

import io
import zipfile

import pytest

from tests.support.contract_check import JsonObject
from tests.support.running_app import BODY, START, STORY, UNKNOWN_ID, Received, RunningApp, broken_fields
from tests.support.waiting import wait_until

NEXT = 'Mira and Jon walked into the forest. "Who are you?" asked Jon. Anna waved and smiled at Mira.'
# Each paragraph is one chapter.
PARAGRAPH = " ".join([STORY] * 24)
TEXT = "\n\n".join([PARAGRAPH] * 2)


@pytest.fixture(scope="module")
def book(session_app: RunningApp) -> list[JsonObject]:
    """A text of two chapters, drawn to its end: the chapters of the state."""
    session_app.emulator.reset()
    first = session_app.generate(TEXT, chapters="auto")
    chapters = session_app.state(first.generation_id)["chapters"]
    session_app.follow(chapters[1]["id"])
    return session_app.state(first.generation_id)["chapters"]


def names_of(read: JsonObject) -> list[str]:
    return [character["name"] for character in read["data"]["characters"]]


def sheets(app: RunningApp, read: Received) -> dict[str, bytes]:
    """Return the sheet of each character."""
    messages = [message["data"] for message in read.of("character")]
    return {data["name"]: app.http.get(data["image"]).content for data in messages}


def test_next_chapter_pays_for_new_characters_only(app: RunningApp) -> None:
    first = app.generate()
    before = app.emulator.count()

    second = app.generate(NEXT, continues=first.generation_id)

    assert names_of(second.one("analysis")) == ["Mira", "Jon", "Anna"]
    assert second.one("analysis")["data"]["characters"][:2] == first.one("analysis")["data"]["characters"]
    # The two texts, Anna's sheet and the panels.
    calls = 2 + 1 + len(second.of("panel"))
    assert app.emulator.count() - before == calls
    assert second.last["usage"]["calls"] == calls
    assert app.state(second.generation_id)["cost"]["parts"]["characters"]["calls"] == 1
    assert sheets(app, second)["Mira"] == sheets(app, first)["Mira"]


def test_chapter_stays_whole_when_the_one_before_is_deleted(app: RunningApp) -> None:
    first = app.generate()
    second = app.generate(NEXT, continues=first.generation_id)
    before = [(chapter["number"], chapter["id"]) for chapter in app.state(second.generation_id)["chapters"]]

    assert app.delete(first.generation_id) == 204

    assert before == [(1, first.generation_id), (2, second.generation_id)]
    assert [chapter["id"] for chapter in app.state(second.generation_id)["chapters"]] == [second.generation_id]
    third = app.generate(NEXT, continues=second.generation_id)
    assert len(third.of("character")) == 3
    assert app.state(third.generation_id)["cost"]["parts"]["characters"]["calls"] == 0
    assert [chapter["number"] for chapter in app.state(third.generation_id)["chapters"]] == [2, 3]


def test_generation_that_can_not_be_continued_is_named(app: RunningApp) -> None:
    deleted, planless = app.generate().generation_id, app.cancelled_at("status")
    assert app.delete(deleted) == 204

    def reason(generation_id: str) -> str:
        answer = app.http.post(START, json={**BODY, "continues": generation_id})
        assert broken_fields(answer) == ["continues"]
        return answer.json()["details"][0]["message"]

    with app.reading() as messages:
        running = str(next(messages)["generationId"])
        reasons = [reason(each) for each in (UNKNOWN_ID, deleted, running, planless)]
    words = ("no such", "deleted", "running", "no plan")
    assert [next(word for word in words if word in each) for each in reasons] == list(words)
    assert broken_fields(app.http.post(START, json={**BODY, "continues": "x"})) == ["continues"]


def test_chapters_of_a_text_are_drawn_one_after_another(app: RunningApp, book: list[JsonObject]) -> None:
    assert [(chapter["number"], chapter["status"]) for chapter in book] == [(1, "completed"), (2, "completed")]
    for chapter in book:
        assert app.state(chapter["id"])["chapters"] == book
    assert app.state(book[1]["id"])["cost"]["parts"]["characters"]["calls"] == 0


def test_estimate_shows_the_chapters_and_starts_nothing(app: RunningApp) -> None:
    runs = app.runs()
    answer = app.http.post(START, params={"estimate": "true"}, json={**BODY, "story": TEXT, "chapters": "auto"}).json()

    assert [chapter["number"] for chapter in answer["chapters"]] == [1, 2]
    assert sum(chapter["words"] for chapter in answer["chapters"]) == answer["words"]
    assert app.runs() == runs
    assert broken_fields(app.http.post(START, json={**BODY, "story": TEXT})) == ["story"]
    assert broken_fields(app.http.post(START, json={**BODY, "story": "word " * 3001, "chapters": "auto"})) == ["story"]


@pytest.mark.parametrize(
    ("export_format", "files"),
    [
        ("zip", "01-"),
        ("cbz", "00-contents/001.jpg"),
        ("pdf", ""),
        ("epub", ""),
        ("webtoon", "01-"),
        ("png", ""),
        ("json", ""),
    ],
)
def test_book_is_one_file(app: RunningApp, book: list[JsonObject], export_format: str, files: str) -> None:
    path = f"/api/generations/{book[1]['id']}/export"
    answer = app.http.get(path, params={"format": export_format, "chapters": "all"}).raise_for_status()

    again = {"If-None-Match": answer.headers["etag"]}
    assert app.http.get(path, params={"format": export_format, "chapters": "all"}, headers=again).status_code == 304
    if files:
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert any(name.startswith(files) for name in names)
        assert any(name.startswith("02-") for name in names)


def test_nothing_more_begins_after_a_cancel_until_a_retry_completes_the_chapter(app: RunningApp) -> None:
    body = {**BODY, "story": TEXT, "chapters": "auto"}
    with app.http.stream("POST", START, json=body) as response:
        generation_id = response.headers["x-generation-id"]
        assert app.change(generation_id, "cancel") == 202
    app.follow(generation_id)

    chapters = app.state(generation_id)["chapters"]
    assert [chapter["status"] for chapter in chapters] == ["cancelled", "waiting"]
    assert app.http.get(f"/api/generations/{chapters[1]['id']}").status_code == 404

    assert app.change(generation_id, "retry") == 202
    wait_until(lambda: app.state(generation_id)["status"] == "completed", "the chapter is complete")
    app.follow(chapters[1]["id"])
    assert [chapter["status"] for chapter in app.state(generation_id)["chapters"]] == ["completed", "completed"]


async def test_last_deleted_chapter_leaves_nothing(app: RunningApp) -> None:
    first = app.generate(TEXT, chapters="auto")
    second = app.state(first.generation_id)["chapters"][1]["id"]
    app.follow(second)

    assert [app.delete(each) for each in (first.generation_id, second)] == [204, 204]

    blobs = await app.blobs()
    kept = ("states/", "deletions/", "limits/")
    assert [name for name in blobs if first.generation_id in name and not name.startswith(kept)] == []
    assert [name for name in blobs if second in name and not name.startswith(kept)] == []
