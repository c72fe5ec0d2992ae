"""The next chapter begins once, whatever crashes, and only while the one before exists."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from pydantic import JsonValue

from activities.next_chapter import begin_next_chapter
from shared.chapters.chain import read_chain
from shared.deps import Deps
from shared.errors import StorageUnavailable
from shared.models.steps import MakeMissing, MangaInput
from shared.models.stored.chapters import StoredChapter, WaitingChapter
from shared.names import RUNNING_BLOB, chapter_blob, waiting_blob
from shared.settings import load_settings
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Deleting, Ended, Running
from tests.support.fakes.blobs import SwitchedBlobs
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, named
from tests.unit.activities.chapters import FIRST_SHEET, SECOND, THIRD, store_first_chapter

PAYLOAD = {"generationId": GENERATION}


async def test_next_chapter_begins_with_the_cast_the_style_and_the_uploads(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)

    await begin_next_chapter(deps, engine, PAYLOAD)

    request = await deps.generations.request(SECOND)
    assert (request.story, request.style, request.style_text) == ("The second part.", "comic", "ink")
    assert (request.aspect, request.image_size, request.no_dialogue) == ("tall", "2K", True)
    assert (request.lettering, request.language) == ("text", "ja")
    assert await deps.generations.uploads(SECOND, "setting", request.setting_references) == [named("harbour", "red")]
    assert request.chapter is not None
    assert request.chapter.model_copy(update={"cast": ()}) == StoredChapter(
        book=GENERATION,
        number=2,
        ancestors=(GENERATION,),
        setting=request.chapter.setting,
        summary="Mira left.",
        first_of_text=GENERATION,
        is_followed=True,
    )
    (mira, jon) = request.chapter.cast
    assert (mira.character.name, jon.character.name, jon.sheet) == ("Mira", "Jon", None)
    assert await deps.generations.known_sheet(SECOND, str(mira.sheet)) == FIRST_SHEET
    assert [waiting.id for waiting in await deps.generations.waiting(SECOND)] == [THIRD]
    assert [
        (instance_id, start.get("isFollowed")) for _, instance_id, start in engine.started if isinstance(start, dict)
    ] == [(SECOND, True)]
    assert await deps.blobs.read(waiting_blob(GENERATION)) is None


async def test_plan_of_the_next_chapter_is_read_first_too(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps, stop_after="plan")

    await begin_next_chapter(deps, engine, PAYLOAD)

    assert (await deps.generations.request(SECOND)).stop_after == "plan"
    (_, _, start) = engine.started[0]
    assert MangaInput.model_validate(start).work == MakeMissing(stop_after="plan")


async def test_second_run_changes_nothing(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)

    await begin_next_chapter(deps, engine, PAYLOAD)
    before = {blob.name: blob.etag async for blob in deps.blobs.listed("")}
    await begin_next_chapter(deps, engine, PAYLOAD)

    assert {blob.name: blob.etag async for blob in deps.blobs.listed("")} == before
    assert len(engine.started) == 1


async def test_chapter_that_has_begun_is_left_alone_if_it_is_still_listed_as_waiting(
    deps: Deps, engine: FakeEngine
) -> None:
    await store_first_chapter(deps)
    listed = await deps.blobs.read(waiting_blob(GENERATION))
    assert listed is not None
    await begin_next_chapter(deps, engine, PAYLOAD)
    begun = {blob.name: blob.etag async for blob in deps.blobs.listed("")}

    # As if the first run had died before it removed the list.
    await deps.blobs.create(waiting_blob(GENERATION), listed.content, listed.media_type)
    await begin_next_chapter(deps, engine, PAYLOAD)

    assert {blob.name: blob.etag async for blob in deps.blobs.listed("")} == begun
    assert len(engine.started) == 1


@dataclass(slots=True)
class _DyingBlobs(SwitchedBlobs):
    """A storage that goes away after so many writes."""

    writes_left: int = 0

    async def create(
        self, name: str, content: bytes, media_type: str, notes: Mapping[str, str] | None = None
    ) -> str | None:
        self._count()
        return await SwitchedBlobs.create(self, name, content, media_type, notes)

    async def replace(self, name: str, content: bytes, media_type: str) -> None:
        self._count()
        await SwitchedBlobs.replace(self, name, content, media_type)

    async def replace_unchanged(self, blob_etag: str, name: str, content: bytes, media_type: str) -> str | None:
        self._count()
        return await SwitchedBlobs.replace_unchanged(self, blob_etag, name, content, media_type)

    async def delete(self, name: str) -> None:
        self._count()
        await SwitchedBlobs.delete(self, name)

    def _count(self) -> None:
        if not self.writes_left:
            raise StorageUnavailable("away")
        self.writes_left -= 1


async def test_run_after_a_crash_at_any_write_begins_the_chapter_once(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)
    writes = 0
    while True:
        dying = replace(deps, blobs=_DyingBlobs(deps.blobs, writes_left=writes))
        try:
            await begin_next_chapter(dying, engine, PAYLOAD)
        except StorageUnavailable:
            writes += 1
            assert await deps.generations.waiting(GENERATION), "the chapter was lost"
            # Each time from the start: what the run has left is what the next one finds.
            continue
        break

    assert writes > 5
    assert [instance_id for _, instance_id, _ in engine.started] == [SECOND]
    assert [waiting.id for waiting in await deps.generations.waiting(SECOND)] == [THIRD]
    assert not await deps.generations.waiting(GENERATION)


async def test_place_goes_on_to_the_next_chapter_also_if_all_places_are_taken(deps: Deps, engine: FakeEngine) -> None:
    deps = replace(deps, settings=load_settings({"MAX_RUNNING_GENERATIONS": "1"}))
    await store_first_chapter(deps)

    async def taken(_: object) -> dict[str, JsonValue]:
        return {"f" * 32: 1.0, GENERATION: 1.0}

    await deps.values.change(RUNNING_BLOB, taken)
    await begin_next_chapter(deps, engine, PAYLOAD)

    assert set(await deps.values.read(RUNNING_BLOB)) == {"f" * 32, SECOND}


@pytest.mark.parametrize("removed", [GENERATION, SECOND])
async def test_nothing_begins_if_either_chapter_was_removed(deps: Deps, engine: FakeEngine, removed: str) -> None:
    await store_first_chapter(deps)
    await set_record(deps, Deleting(reason="deleted", at=NOW), removed)

    await begin_next_chapter(deps, engine, PAYLOAD)

    assert engine.started == []
    assert not await deps.generations.waiting(GENERATION)


async def test_chapter_whose_text_has_one_part_more_only_ends_the_book(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps, waiting=(WaitingChapter(id=SECOND, story="The end."),))

    await begin_next_chapter(deps, engine, PAYLOAD)

    request = await deps.generations.request(SECOND)
    assert request.chapter is not None
    assert not request.chapter.is_followed
    assert not await deps.generations.waiting(SECOND)


async def test_removing_a_chapter_keeps_what_the_others_need(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)
    await begin_next_chapter(deps, engine, PAYLOAD)
    request = await deps.generations.request(SECOND)

    await deps.generations.delete(GENERATION)

    assert request.chapter is not None
    assert await deps.generations.known_sheet(SECOND, str(request.chapter.cast[0].sheet)) == FIRST_SHEET
    assert await deps.blobs.exists(chapter_blob(GENERATION, SECOND))
    await deps.generations.delete(SECOND)
    assert [name async for name in deps.blobs.names("books/")] == []


async def test_chain_leaves_out_removed_chapters_and_follows_the_latest(deps: Deps) -> None:
    await store_first_chapter(deps, waiting=())
    await set_record(deps, Ended(round=0, at=NOW))
    others = ["1" * 32, "2" * 32, "3" * 32]
    for other, ancestors in zip(others, [(GENERATION,), (GENERATION, others[0]), (GENERATION,)], strict=True):
        place = StoredChapter(book=GENERATION, number=len(ancestors) + 1, ancestors=ancestors)
        chapter = ChapterInputs(place)
        await deps.generations.save_inputs(other, Inputs("Later.", "manga", no_dialogue=False, chapter=chapter))
        await set_record(deps, Running(at=NOW), other)

    chain = await read_chain(deps, others[1], (await deps.generations.request(others[1])).chapter)
    assert [(each.generation_id, each.number) for each in chain.begun] == [
        (GENERATION, 1),
        (others[0], 2),
        (others[1], 3),
    ]
    await set_record(deps, Deleting(reason="deleted", at=NOW), others[0])
    chain = await read_chain(deps, others[1], (await deps.generations.request(others[1])).chapter)
    assert [each.number for each in chain.begun] == [1, 3]
