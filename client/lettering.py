"""The texts of a comic in a file that a user edits."""

from typing import Self

from pydantic import JsonValue

from shared.models.base import WireModel
from shared.models.http.lettering import ComicLettering
from shared.models.lettering import PanelLettering


class LetteringFile(WireModel):
    """Such a file. The app checks the texts, so they are not read here."""

    language: str
    panels: tuple[JsonValue, ...]

    @classmethod
    def of(cls, read: ComicLettering) -> Self:
        """Return what is saved: without places that the app has chosen, so that it chooses again."""
        return cls(language=read.language, panels=tuple(_editable(panel) for panel in read.panels))


def _editable(panel: PanelLettering) -> JsonValue:
    shown = {"kind", "speaker", "text", "place", "is_placed_by_hand"}
    texts: list[JsonValue] = []
    for text in panel.texts:
        written: dict[str, JsonValue] = text.model_dump(mode="json", by_alias=True, exclude_none=True, include=shown)
        if not written.pop("isPlacedByHand"):
            del written["place"]
        texts.append(written)
    return texts
