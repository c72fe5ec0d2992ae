"""Which images an edited plan outdates, and which it only moves. Pure.

An image is outdated if anything of the plan that goes into its prompt has changed, other than the tag of the language:
the words that are drawn are in the plan themselves. A panel that comes to another place
in the plan keeps its image, and so does a character.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.models.ledger import CLOSING_ENTRIES, CompleteEntry, ImageEntry, Ledger
from shared.models.step_ref import ImageKind
from shared.models.steps import Move
from shared.models.story import PanelPlan, Plan
from shared.storage.choices import Choices, chosen


@dataclass(frozen=True, slots=True)
class Changed:
    """The 0-based indexes at which earlier images no longer count, and the images that count at another index."""

    characters: tuple[int, ...] = ()
    panels: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()


def changed(before: Plan, after: Plan, ledger: Ledger, choices: Choices) -> Changed:
    """Return what becomes of the images of a generation whose plan was `before`, and is `after` from now on."""
    if not _may_have_images(ledger):
        return Changed()
    characters, sheets = _compared(
        "character", _of_sheets(before), _of_sheets(after), chosen(ledger, choices, "character")
    )
    panels, drawn = _compared("panel", _of_panels(before), _of_panels(after), chosen(ledger, choices, "panel"))
    return Changed(characters, panels, (*sheets, *drawn))


def _may_have_images(ledger: Ledger) -> bool:
    """Return whether anything may have been drawn: a round that was cancelled may have drawn more than its entries."""
    return any(
        isinstance(entry, ImageEntry)
        or (isinstance(entry, CLOSING_ENTRIES) and not (isinstance(entry, CompleteEntry) and entry.stopped_after))
        for entry in ledger.entries
    )


def _compared(
    kind: ImageKind, before: Sequence[object], after: Sequence[object], counting: Mapping[int, int]
) -> tuple[tuple[int, ...], list[Move]]:
    """Return the outdated indexes and the moves; `counting` is the version of each image that counts."""
    outdated = tuple(index for index, content in enumerate(after) if index >= len(before) or before[index] != content)
    moves: list[Move] = []
    for to_index in outdated:
        source = next((index for index in counting if before[index] == after[to_index]), None)
        if source is not None:
            moves.append(Move(kind=kind, index=source, version=counting[source], to_index=to_index))
    return outdated, moves


def _of_sheets(plan: Plan) -> list[object]:
    """Return what each sheet is drawn from."""
    return [(character, plan.analysis.setting) for character in plan.analysis.characters]


def _drawn_part(panel: PanelPlan) -> PanelPlan:
    """Return the panel without what its picture does not depend on: of texts that are set over it, nothing is drawn."""
    left_out: dict[str, object] = {"panel_number": 0, "characters": ()}
    if panel.texts is not None:
        faces = sorted(panel.faces or (), key=lambda face: (face.name, face.part))
        left_out |= {"texts": (), "dialogue": None, "faces": tuple(faces)}
    return panel.model_copy(update=left_out)


def _of_panels(plan: Plan) -> list[object]:
    """Return what each panel is drawn from. The order of characters and faces makes no difference."""
    looks = {character.name: character.physical_description for character in plan.analysis.characters}
    return [
        (
            _drawn_part(panel),
            {name: looks.get(name) for name in panel.characters},
            plan.analysis.setting,
        )
        for panel in plan.chunks.panels
    ]
