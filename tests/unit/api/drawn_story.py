"""A generation of two characters and two panels, as far along as a test wants it."""

from shared.deps import Deps
from shared.models.ledger import (
    CLOSING_ENTRIES,
    AnalysisEntry,
    ChunksEntry,
    CompleteEntry,
    Entry,
    ImageEntry,
    Ledger,
    Phase,
)
from shared.models.step_ref import ImageKind
from shared.storage.generations import Inputs
from tests.support.fakes.stories import analysis, image, panel, ref, save_plan

ENTRIES: tuple[Entry, ...] = (
    AnalysisEntry(),
    ImageEntry(kind="character", index=1),
    ChunksEntry(),
    ImageEntry(kind="character", index=0),
    ImageEntry(kind="panel", index=1),
    ImageEntry(kind="panel", index=0),
    CompleteEntry(),
)
LAST_SEQ = len(ENTRIES)
COLOURS: dict[tuple[ImageKind, int], str] = {
    ("character", 0): "red",
    ("character", 1): "green",
    ("panel", 0): "blue",
    ("panel", 1): "black",
}


def ledger(count: int = LAST_SEQ, *others: Entry) -> Ledger:
    """Return the ledger after its first `count` entries, and others after these."""
    entries = (*ENTRIES[:count], *others)
    kinds = {entry.kind for entry in entries}
    return Ledger(
        phase=_phase(entries),
        title="The Harbour",
        characters=2 if "analysis" in kinds else None,
        panels=2 if "chunks" in kinds else None,
        entries=entries,
    )


def _phase(entries: tuple[Entry, ...]) -> Phase:
    if entries and isinstance(entries[-1], CLOSING_ENTRIES):
        return "ended"
    return "analysis" if not entries else "characters" if len(entries) < 4 else "panels"


async def store_results(deps: Deps) -> None:
    """Store all that the generation's steps have made."""
    inputs = Inputs(story="Mira met Jon.", style="manga", no_dialogue=False)
    await save_plan(deps, inputs, analysis("Mira", "Jon"), panel(1, "Mira"), panel(2, "Mira", "Jon", dialogue="Gone!"))
    for (kind, index), colour in COLOURS.items():
        await deps.generations.keep_image(ref(kind, index), image(colour))
