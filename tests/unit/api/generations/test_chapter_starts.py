"""Starts of chapters: each chapter counts for the day, and a repeated start fixes nothing anew."""

import asyncio

import pytest

from shared.deps import Deps
from shared.errors import DailyLimitReached, EngineUnavailable, InvalidInput
from shared.models.http.requests import GenerateMangaRequest
from shared.models.stored.chapters import MAX_CHAPTERS, StoredChapter
from shared.names import chapter_blob
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Deleting, Reason
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, analysis, image, panel, ref, save_plan
from tests.unit.api.drawn_story import ledger
from tests.unit.api.generations.starting import start, with_settings

PARAGRAPH = "word " * 400
TEXT = GenerateMangaRequest(story="\n\n".join([PARAGRAPH.strip()] * 3), style="manga", chapters="auto")


async def test_first_chapter_stores_those_that_wait(deps: Deps, engine: FakeEngine) -> None:
    generation_id = await start(deps, engine, request=TEXT)

    request = await deps.generations.request(generation_id)
    waiting = await deps.generations.waiting(generation_id)
    assert request.story == PARAGRAPH.strip()
    assert request.chapter == StoredChapter(book=generation_id, number=1, first_of_text=generation_id, is_followed=True)
    assert [chapter.story for chapter in waiting] == [PARAGRAPH.strip()] * 2
    assert len({generation_id, *(chapter.id for chapter in waiting)}) == 3
    assert await deps.blobs.exists(chapter_blob(generation_id, generation_id))


async def test_repeated_start_has_the_same_chapters(deps: Deps, engine: FakeEngine) -> None:
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine, request=TEXT)
    engine.down = False

    first = await start(deps, engine, request=TEXT)
    waiting = await deps.generations.waiting(first)

    assert await start(deps, engine, request=TEXT) == first
    assert await deps.generations.waiting(first) == waiting


async def test_every_chapter_counts_for_the_day(deps: Deps, engine: FakeEngine) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="5")
    await start(deps, engine, key=None, request=TEXT)

    with pytest.raises(DailyLimitReached, match="3 chapters"):
        await start(deps, engine, key=None, request=TEXT)

    for _ in range(2):
        await start(deps, engine, key=None)
    with pytest.raises(DailyLimitReached):
        await start(deps, engine, key=None)


async def test_text_with_more_chapters_than_a_day_allows_is_told_so(deps: Deps, engine: FakeEngine) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="2")

    with pytest.raises(DailyLimitReached, match=r"3 chapters.* Shorten it, or send it in parts") as refused:
        await start(deps, engine, key=None, request=TEXT)

    assert "Try again" not in str(refused.value)


async def test_start_that_fails_gives_all_its_chapters_back(deps: Deps, engine: FakeEngine) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="3")
    engine.down = True
    with pytest.raises(EngineUnavailable):
        await start(deps, engine, key=None, request=TEXT)
    engine.down = False

    await start(deps, engine, key=None, request=TEXT)


async def test_concurrent_starts_with_one_key_begin_one_book(deps: Deps, engine: FakeEngine) -> None:
    deps = with_settings(deps, GENERATIONS_PER_DAY="100")

    ids = await asyncio.gather(*(start(deps, engine, request=TEXT) for _ in range(3)))

    assert len(set(ids)) == 1
    assert len(await deps.generations.waiting(ids[0])) == 2


@pytest.mark.parametrize(("reason", "told"), [("deleted", "was deleted"), ("expired", "has expired")])
async def test_generation_that_is_being_removed_is_not_continued(
    deps: Deps, engine: FakeEngine, reason: Reason, told: str
) -> None:
    await save_plan(deps, Inputs("It ends.", "manga", no_dialogue=False), analysis("Mira", "Jon"), panel(1), panel(2))
    for index in range(2):
        await deps.generations.keep_image(ref("character", index), image())
    engine.show(GENERATION, ledger(), "completed")
    await set_record(deps, Deleting(reason=reason, at=NOW))

    with pytest.raises(InvalidInput, match=told):
        await start(deps, engine, request=GenerateMangaRequest(story="More.", style="manga", continues=GENERATION))


async def test_book_has_an_end(deps: Deps, engine: FakeEngine) -> None:
    place = StoredChapter(book="f" * 32, number=MAX_CHAPTERS, ancestors=("f" * 32,) * (MAX_CHAPTERS - 1))
    inputs = Inputs("The end.", "manga", no_dialogue=False, chapter=ChapterInputs(place))
    await save_plan(deps, inputs, analysis("Mira", "Jon"), panel(1, "Mira"), panel(2, "Jon"))
    for index in range(2):
        await deps.generations.keep_image(ref("character", index), image())
    engine.show(GENERATION, ledger(), "completed")

    with pytest.raises(InvalidInput, match="at most 30 chapters"):
        await start(deps, engine, request=GenerateMangaRequest(story="More.", style="manga", continues=GENERATION))
