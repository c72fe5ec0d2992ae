"""Lettering as text: what is said, told and heard in a panel, and where that is set over its picture.

Lengths are fractions of the picture: of its width for `x`, `width` and font sizes, of its height for `y` and `height`.
"""

from collections.abc import Sequence
from typing import Literal

from shared.models.base import WireModel

MAX_TEXTS_A_PANEL = 8
MAX_LETTERED_LENGTH = 300
MAX_FACES = 4

# `drawn`: the model draws the words into the picture; `text`: the app sets them over a picture without any.
type LetteringMode = Literal["drawn", "text"]
type LetteredKind = Literal["dialogue", "narration", "effect"]
# The nine parts of a picture, three by three.
type PicturePart = Literal[
    "top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"
]


class Place(WireModel):
    """A rectangle of the picture; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class PlannedText(WireModel):
    """One text of a panel, in reading order. `speaker` is the character who says it, if it is known."""

    kind: LetteredKind
    text: str
    speaker: str | None = None


def dialogue_of(texts: Sequence[PlannedText]) -> str | None:
    """Return what is said in a panel, in reading order; None if nobody speaks."""
    return " ".join(text.text for text in texts if text.kind == "dialogue") or None


class PlannedFace(WireModel):
    """In which part of the picture the face of a character is to be."""

    name: str
    part: PicturePart


class SetLine(WireModel):
    """A line of a text as it is set: its middle, and its length along the direction of writing.

    In vertical text a line is a column; its length is a fraction of the picture's height then.
    """

    text: str
    x: float
    y: float
    length: float


class SetText(PlannedText):
    """A text and how it is set: its place, its lines and its font size (a fraction of the picture's width).

    `tail` is the point (x, y) that a balloon points to. `is_placed_by_hand`: a client has chosen the place.
    """

    place: Place
    font_size: float
    lines: tuple[SetLine, ...]
    tail: tuple[float, float] | None = None
    is_placed_by_hand: bool = False


class PanelLettering(WireModel):
    """The texts of a panel in one language (BCP 47), set over its picture.

    `panel` counts from 0. `version` is that of the picture; without one (it is not drawn) places are preliminary.
    `direction` is that of the script; `is_vertical`: lines are columns, the first one on the right.
    """

    panel: int
    language: str
    direction: Literal["ltr", "rtl"]
    is_vertical: bool
    version: int | None = None
    texts: tuple[SetText, ...]
