"""The texts of a comic whose lettering is text, as clients read, edit and translate them."""

from typing import Literal

from pydantic import JsonValue

from shared.models.base import WireModel
from shared.models.lettering import LetteringMode, PanelLettering


class LanguageState(WireModel):
    """A language (BCP 47) of a comic's texts; the first one in a list is the comic's own."""

    language: str
    status: Literal["done", "running", "failed"]


class ComicLettering(WireModel):
    """All texts of a comic in one language, and how they are set over its pictures."""

    lettering: LetteringMode
    language: str
    title: str
    languages: tuple[LanguageState, ...] = ()
    panels: tuple[PanelLettering, ...] = ()


class Languages(WireModel):
    """The languages of a comic's texts."""

    languages: tuple[LanguageState, ...]


class LetteringFile(WireModel):
    """The texts of a comic in a file that a user edits. The app checks them, so they are not read here."""

    language: str
    panels: tuple[JsonValue, ...]

    @classmethod
    def of(cls, read: ComicLettering) -> "LetteringFile":
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
