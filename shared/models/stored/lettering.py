"""Texts of a comic as they are stored besides its plan: translated, and edited by hand."""

from shared.models.base import WireModel
from shared.models.lettering import Place, PlannedText


class TranslatedSet(WireModel):
    """The title and all texts of a comic in another language (BCP 47): for each panel, one for each planned text."""

    language: str
    title: str
    panels: tuple[tuple[str, ...], ...]


class EditedText(PlannedText):
    """A text as a client has written it, and where it has placed it (None: the app chooses the place)."""

    place: Place | None = None


class LetteringEdit(WireModel):
    """All texts of a panel in one language, as a client has edited them.

    `picture` is the digest of the calm map for which the places were chosen (None: no picture had one). With another
    picture they are chosen again.
    """

    texts: tuple[EditedText, ...]
    picture: str | None = None
