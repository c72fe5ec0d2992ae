"""The letters of a text at their places in a room."""

from collections.abc import Iterator
from typing import NamedTuple

from api.typesetting.drawing.outlines import Room
from api.typesetting.fonts.harfbuzz import Font, Transform
from api.typesetting.shaping import Line, shape
from shared.models.lettering import PanelLettering, SetText

HALO = 0.09
"""How far the paper reaches around the letters of an effect, in font sizes."""


class Letter(NamedTuple):
    """A glyph of a font, and how its outline, in font sizes with y down, is moved into the room."""

    font: Font
    glyph: int
    transform: Transform


def is_bold(text: SetText) -> bool:
    """Tell whether a text is set in bold letters."""
    return text.kind == "effect"


def letters_of(text: SetText, lettering: PanelLettering, room: Room) -> Iterator[Letter]:
    """Return the letters of all lines of a text."""
    em = text.font_size * room.width
    for line in text.lines:
        shaped = shape(line.text, lettering.language, is_vertical=lettering.is_vertical, is_bold=is_bold(text))
        x, y = room.at(line.x, line.y)
        half = shaped.length * em / 2
        start = (x, y - half) if lettering.is_vertical else (x - half, y)
        yield from placed(shaped, start, em)


def placed(line: Line, start: tuple[float, float], em: float) -> Iterator[Letter]:
    """Return the letters of a line whose origin and font size are given."""
    for glyph in line.glyphs:
        x, y = start[0] + glyph.x * em, start[1] + glyph.y * em
        turned = (0.0, em, -em, 0.0, x, y)
        yield Letter(glyph.font, glyph.number, turned if glyph.is_turned else (em, 0.0, 0.0, em, x, y))
