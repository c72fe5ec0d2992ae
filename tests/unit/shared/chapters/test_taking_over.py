"""What a chapter takes over: the sheets that count, and those that the chapter before knew but did not draw."""

import pytest

from shared.chapters.taking_over import take_over
from shared.deps import Deps
from shared.models.ledger import AnalysisEntry, ChunksEntry, CompleteEntry, ImageEntry, Ledger
from shared.models.stored.chapters import KnownCharacter
from shared.models.story import Character
from tests.support.fakes.chapters import CHAPTER, CHAPTER_INPUTS, MIRA, SHEET
from tests.support.fakes.stories import GENERATION, analysis, image, panel, ref, save_plan

PLANNED = Ledger(characters=1, panels=2).with_entry(AnalysisEntry()).with_entry(ChunksEntry())
WITHOUT_SHEETS = PLANNED.closed(CompleteEntry(stopped_after="plan"))


async def store(deps: Deps, planned: Character = MIRA) -> None:
    plan = analysis("Mira").model_copy(update={"characters": (planned,)})
    await save_plan(deps, CHAPTER_INPUTS, plan, panel(1, planned.name), panel(2, planned.name))


async def test_sheet_of_a_chapter_that_was_not_drawn_is_taken_over_from_the_one_before(deps: Deps) -> None:
    await store(deps)

    taken = await take_over(deps, GENERATION, WITHOUT_SHEETS)

    mira, tom = taken.place.cast
    assert (mira, tom) == CHAPTER.cast
    assert taken.sheets == {"one": SHEET}


async def test_character_that_was_changed_and_not_drawn_has_no_sheet(deps: Deps) -> None:
    changed = MIRA.model_copy(update={"physical_description": "old and grey"})
    await store(deps, changed)

    taken = await take_over(deps, GENERATION, WITHOUT_SHEETS)

    assert taken.place.cast[0] == KnownCharacter(character=changed)
    assert taken.sheets == {}


@pytest.mark.parametrize("with_sheets", [True, False])
async def test_sheet_that_the_chapter_has_counts_before_the_known_one(deps: Deps, *, with_sheets: bool) -> None:
    await store(deps)
    await deps.generations.keep_image(ref("character", 0), image("red"))
    drawn = PLANNED.with_entry(ImageEntry(kind="character", index=0)).closed(CompleteEntry())

    taken = await take_over(deps, GENERATION, drawn, with_sheets=with_sheets)

    sheet = str(taken.place.cast[0].sheet)
    assert sheet != "one"
    assert taken.sheets == ({sheet: image("red")} if with_sheets else {})
