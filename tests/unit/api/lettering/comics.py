"""A comic whose lettering is text: two panels with texts, of which a test draws what it wants."""

from shared.deps import Deps
from shared.models.ledger import Ledger
from shared.models.lettering import PlannedFace, PlannedText
from shared.models.step_ref import StepRef
from shared.models.stored.lettering import TranslatedSet
from shared.models.story import PanelPlan, Plan, StoryAnalysis, StoryBreakdown, Style
from shared.models.usage import Usage
from shared.names import result_blob
from shared.storage.generations import Inputs
from tests.support.fakes.stories import GENERATION, analysis, image, panel, ref, save_plan
from tests.unit.api.drawn_story import ledger

GONE = PlannedText(kind="dialogue", text="It is gone!", speaker="Mira")
WHERE = PlannedText(kind="dialogue", text="Where to?", speaker="Jon")
RAIN = PlannedText(kind="narration", text="Rain fell on the harbour.")
CRASH = PlannedText(kind="effect", text="CRASH")
ANALYSIS: StoryAnalysis = analysis("Mira", "Jon").model_copy(update={"language": "en"})


def lettered_panel(number: int, *texts: PlannedText, faces: tuple[PlannedFace, ...] = ()) -> PanelPlan:
    """Return a panel with texts."""
    spoken = " ".join(text.text for text in texts if text.kind == "dialogue")
    plan = panel(number, "Mira", "Jon", dialogue=spoken or None)
    return plan.model_copy(update={"texts": texts, "faces": faces})


PANELS = (
    lettered_panel(1, RAIN, GONE, faces=(PlannedFace(name="Mira", part="bottom"),)),
    lettered_panel(2, WHERE, CRASH),
)
PLAN = Plan(analysis=ANALYSIS, chunks=StoryBreakdown(panels=PANELS))


async def store_comic(deps: Deps, *panels: PanelPlan, style: Style = "manga", no_dialogue: bool = False) -> None:
    """Store the inputs and the plan of the comic; no picture is drawn."""
    inputs = Inputs(story="Mira met Jon.", style=style, no_dialogue=no_dialogue, lettering="text")
    await save_plan(deps, inputs, ANALYSIS, *(panels or PANELS))


def planned_ledger() -> Ledger:
    """Return the ledger of the comic once it is planned."""
    return ledger(4).model_copy(update={"language": "en"})


# Not the shape that is asked for.
DRAWN_ASPECT = 1.25


async def store_picture(deps: Deps, index: int = 0, version: int = 1, calm: str | None = None) -> None:
    """Store the picture of a panel with its calm map, as the step that draws it does."""
    notes = {} if calm is None else {"calm": calm, "aspect": repr(DRAWN_ASPECT)}
    await deps.blobs.create(result_blob(ref("panel", index, version)), image().content, "image/png", notes)


async def store_translation(deps: Deps, source: str, language: str, title: str, *panels: tuple[str, ...]) -> None:
    """Store the comic's texts in another language."""
    step = StepRef(generation_id=GENERATION, kind="lettering", language=language, source=source)
    translated = TranslatedSet(language=language, title=title, panels=panels)
    await deps.letterings.keep_translation(step, translated, Usage(calls=1))
