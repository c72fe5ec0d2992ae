"""A stored first chapter that has ended, with chapters that wait after it."""

from collections.abc import Sequence

from shared.deps import Deps
from shared.models.ledger import AnalysisEntry, ChunksEntry, CompleteEntry, ImageEntry, Ledger
from shared.models.stored.chapters import StoredChapter, WaitingChapter
from shared.models.story import StopAfter
from shared.names import waiting_chapter_id
from shared.storage.generations import ChapterInputs, Inputs
from shared.storage.lifecycle import Ended
from tests.support.fakes.engine import NOW
from tests.support.fakes.lifecycles import set_record
from tests.support.fakes.stories import GENERATION, analysis, image, named, panel, ref, save_plan

SECOND, THIRD = (waiting_chapter_id(GENERATION, place) for place in (1, 2))
FIRST_SHEET = image("green")
WAITING = (WaitingChapter(id=SECOND, story="The second part."), WaitingChapter(id=THIRD, story="The third part."))
# Jon's sheet has failed.
LEDGER = (
    Ledger(characters=2, panels=2)
    .with_entry(AnalysisEntry())
    .with_entry(ChunksEntry())
    .with_entry(ImageEntry(kind="character", index=0))
    .with_entry(ImageEntry(kind="character", index=1, failure="model-busy"))
    .closed(CompleteEntry())
)


async def store_first_chapter(
    deps: Deps, waiting: Sequence[WaitingChapter] = WAITING, stop_after: StopAfter | None = None
) -> None:
    """Store GENERATION as the first chapter of a text."""
    place = StoredChapter(book=GENERATION, number=1, first_of_text=GENERATION, is_followed=bool(waiting))
    inputs = Inputs(
        story="The first part.",
        style="comic",
        no_dialogue=True,
        stop_after=stop_after,
        setting_references=(named("harbour", "red"),),
        style_text="ink",
        aspect="tall",
        image_size="2K",
        chapter=ChapterInputs(place, waiting=waiting),
        lettering="text",
        language="ja",
    )
    plan = analysis("Mira", "Jon").model_copy(update={"summary": "Mira left."})
    await save_plan(deps, inputs, plan, panel(1, "Mira"), panel(2, "Jon"))
    await deps.generations.keep_image(ref("character", 0), FIRST_SHEET)
    await deps.generations.save_ledger(GENERATION, LEDGER)
    await set_record(deps, Ended(round=0, at=NOW))
