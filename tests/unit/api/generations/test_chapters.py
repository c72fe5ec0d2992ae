"""The chapters in the state of a generation, also while the next one has not begun."""

import pytest

from activities.next_chapter import begin_next_chapter
from api.estimates.retry import estimate_retry
from api.generations.chapters import read_chapters
from shared.deps import Deps
from shared.errors import EngineUnavailable, NothingToDo
from shared.models.steps import MangaInput
from shared.models.stored.chapters import StoredChapter
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Running
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION
from tests.unit.activities.chapters import LEDGER, SECOND, THIRD, store_first_chapter
from tests.unit.api.drawn_story import ledger
from tests.unit.api.generations.changing import do_retry


class _DeafEngine(FakeEngine):
    """An engine that goes away when something is to be started."""

    async def start(self, orchestrator: str, instance_id: str, start_input: object) -> bool:
        raise EngineUnavailable("away")


async def chapters(deps: Deps, engine: FakeEngine) -> list[tuple[int, str, str]]:
    place = (await deps.generations.request(GENERATION)).chapter
    return [(each.number, each.id, each.status) for each in await read_chapters(deps, engine, GENERATION, place)]


async def test_chapter_whose_beginning_was_interrupted_still_waits(deps: Deps) -> None:
    await store_first_chapter(deps)
    engine = _DeafEngine()
    engine.show(GENERATION, LEDGER, "completed")

    with pytest.raises(EngineUnavailable):
        await begin_next_chapter(deps, engine, {"generationId": GENERATION})

    assert await chapters(deps, engine) == [
        (1, GENERATION, "completed"),
        (2, SECOND, "waiting"),
        (3, THIRD, "waiting"),
    ]


async def test_chapter_that_has_begun_waits_no_more(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)
    engine.show(GENERATION, LEDGER, "completed")

    await begin_next_chapter(deps, engine, {"generationId": GENERATION})

    assert await chapters(deps, engine) == [(1, GENERATION, "completed"), (2, SECOND, "running"), (3, THIRD, "waiting")]


async def test_start_that_was_interrupted_is_not_listed(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps, waiting=())
    engine.show(GENERATION, LEDGER, "completed")
    place = StoredChapter(book=GENERATION, number=2, ancestors=(GENERATION,))
    await deps.generations.save_inputs(SECOND, Inputs("On.", "manga", no_dialogue=False, chapter=ChapterInputs(place)))
    await set_record(deps, Running(at=NOW), SECOND)

    assert await chapters(deps, engine) == []


async def test_retry_of_a_whole_chapter_begins_the_one_that_waits(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps)
    engine.show(GENERATION, ledger(), "completed")

    estimated = await estimate_retry(deps, engine, GENERATION)
    await do_retry(deps, engine)

    assert estimated.calls.max == 0
    (_, started, start) = engine.started[0]
    assert started == GENERATION
    assert MangaInput.model_validate(start).is_followed


async def test_retry_of_a_whole_chapter_that_nothing_follows_has_nothing_to_do(deps: Deps, engine: FakeEngine) -> None:
    await store_first_chapter(deps, waiting=())
    engine.show(GENERATION, ledger(), "completed")

    for refused in (do_retry(deps, engine), estimate_retry(deps, engine, GENERATION)):
        with pytest.raises(NothingToDo):
            await refused
