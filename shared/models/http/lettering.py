"""Texts of a comic whose lettering is text, as clients read and edit them."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictStr, model_validator
from pydantic_core import PydanticCustomError

from shared.models.base import WireModel
from shared.models.http.requests import GivenLanguage, GivenName, at_most, not_blank
from shared.models.lettering import (
    MAX_LETTERED_LENGTH,
    MAX_TEXTS_A_PANEL,
    LetteredKind,
    LetteringMode,
    PanelLettering,
    PicturePart,
    Place,
)
from shared.models.stored.lettering import EditedText
from shared.text.clean import one_line

# Numbers that clients have rounded: a place may end this much beyond the picture.
_ROUNDING = 1e-6


class LanguageStatus(WireModel):
    """A language (BCP 47) in which the texts are there (`done`), are being translated, or could not be."""

    language: str
    status: Literal["done", "running", "failed"]


class Languages(WireModel):
    """The languages of a comic, its own first."""

    languages: tuple[LanguageStatus, ...]


class TranslationRequest(WireModel):
    """Body of the `lettering` endpoint that translates: the language (BCP 47) in which the texts are wanted."""

    language: GivenLanguage


class ComicLettering(WireModel):
    """All texts of a comic in one language, set over its panels, in their order.

    `languages` are those that are there or under way, the comic's own first.
    """

    lettering: LetteringMode
    language: str
    title: str
    languages: tuple[LanguageStatus, ...]
    panels: tuple[PanelLettering, ...]


type GivenFraction = Annotated[float, Field(ge=0, le=1, strict=True)]
type GivenExtent = Annotated[float, Field(gt=0, le=1, strict=True)]
type GivenWords = Annotated[
    StrictStr,
    Field(min_length=1, max_length=MAX_LETTERED_LENGTH),
    not_blank("It is blank: write what is said, or leave the text out.", one_line),
]


class GivenPlace(WireModel):
    """A rectangle inside the picture, in fractions of its width and height; `x` and `y` are its upper left corner."""

    x: GivenFraction
    y: GivenFraction
    width: GivenExtent
    height: GivenExtent

    @model_validator(mode="after")
    def _check_inside(self) -> Self:
        if max(self.x + self.width, self.y + self.height) > 1 + _ROUNDING:
            raise PydanticCustomError(
                "place", "It ends outside the picture: x + width and y + height have to be at most 1."
            )
        return self


class GivenLetteredText(WireModel):
    """A text: its words, and the character who says it, if that is known."""

    kind: LetteredKind
    text: GivenWords
    speaker: GivenName | None = None


class GivenFace(WireModel):
    """In which part of a picture the face of a character is to be."""

    name: GivenName
    part: PicturePart


class PlacedText(GivenLetteredText):
    """A text and its place over the picture. Without one, the app chooses it."""

    place: GivenPlace | None = None

    def edited(self) -> EditedText:
        """Return the text as it is stored."""
        place = self.place and Place(**self.place.model_dump())
        return EditedText(kind=self.kind, text=self.text, speaker=self.speaker, place=place)


class LetteringRequest(WireModel):
    """Body of `PUT /api/generations/{id}/panels/{index}/lettering`: all texts of the panel, in reading order."""

    texts: Annotated[tuple[PlacedText, ...], Field(max_length=MAX_TEXTS_A_PANEL), at_most(MAX_TEXTS_A_PANEL)]
