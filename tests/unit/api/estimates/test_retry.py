"""Estimates of a retry."""

import pytest

from api.estimates.retry import estimate_retry
from shared.deps import Deps
from shared.models.http.estimate import Counted
from shared.models.ledger import AnalysisEntry, ChunksEntry, CompleteEntry, ImageEntry, Ledger
from shared.models.stored.chapters import KnownCharacter, StoredChapter
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Ended
from tests.support.fakes.engine import NOW, FakeEngine
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, analysis, character, image, panel, save_plan

OTHER = "f" * 32
MIRA = KnownCharacter(character=character("Mira"), sheet="one")


@pytest.mark.parametrize(
    ("known", "sheets"),
    [
        (MIRA, 1),
        (MIRA.model_copy(update={"sheet": None}), 2),
        (MIRA.model_copy(update={"character": character("Tom")}), 2),
    ],
    ids=["known", "never drawn", "another"],
)
async def test_sheets_of_known_characters_cost_nothing(
    deps: Deps, engine: FakeEngine, known: KnownCharacter, sheets: int
) -> None:
    place = StoredChapter(book=OTHER, number=2, ancestors=(OTHER,), cast=(known,))
    inputs = Inputs("She came.", "manga", no_dialogue=False, chapter=ChapterInputs(place, {"one": image()}))
    await save_plan(deps, inputs, analysis("Mira", "Jon"), panel(1, "Mira"), panel(2))
    await set_record(deps, Ended(round=0, at=NOW))
    plan = Ledger(characters=2, panels=2).with_entry(AnalysisEntry()).with_entry(ChunksEntry())
    engine.show(GENERATION, plan.closed(CompleteEntry(stopped_after="plan")), "completed")

    estimate = await estimate_retry(deps, engine, GENERATION)

    assert estimate.characters == Counted(min=sheets, expected=sheets, max=sheets)
    assert estimate.calls == Counted(min=sheets + 2, expected=sheets + 2, max=sheets + 2)
    # The number of panels is known.
    assert "likelyPanels" not in estimate.model_dump(mode="json", by_alias=True)


async def test_only_missing_images_are_counted(deps: Deps, engine: FakeEngine) -> None:
    plan = analysis("Mira", "Jon")
    await save_plan(deps, Inputs("She came.", "manga", no_dialogue=False), plan, panel(1, "Mira"), panel(2), panel(3))
    await set_record(deps, Ended(round=0, at=NOW))
    drawn = Ledger(characters=2, panels=3).with_entry(AnalysisEntry()).with_entry(ChunksEntry())
    for kind, index in (("character", 1), ("panel", 0)):
        drawn = drawn.with_entry(ImageEntry.model_validate({"kind": kind, "index": index}))
    engine.show(GENERATION, drawn.closed(CompleteEntry()), "completed")

    estimate = await estimate_retry(deps, engine, GENERATION)

    assert (estimate.characters.max, estimate.panels.max, estimate.calls.max) == (1, 2, 3)
