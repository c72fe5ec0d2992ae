"""Lines of text as glyphs at their places, and how much room they take.

Lengths are in font sizes, y is down. The origin of a line is where its middle begins: on the left, halfway between the
tops of its capitals and the baseline; or on top, halfway between the sides of a column.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from api.typesetting.fonts.bidi import as_seen, levels
from api.typesetting.fonts.harfbuzz import Font, open_font
from api.typesetting.fonts.typefaces import Run, Typeface, balloon_typefaces, runs_of
from api.typesetting.scripts import direction_of

_KEPT_LINES = 1024
_KEPT_LENGTHS = 16384
_IDEOGRAPH_TOP = 0.88
"""How far the upper side of an ideograph's square is above the baseline."""
_SIDE_BY_SIDE = re.compile(r"[0-9]{1,2}|[!?]{1,2}|[A-Za-z]")
"""What stands upright in a column although its script is turned there: it fills one square."""
_MARKS = re.compile(r"[0-9]+|[!?]+|[^0-9!?]+")
_HALF_WIDTH = "hwid"
_FOLLOWING = {"Mn", "Me", "Cf"}


class Glyph(NamedTuple):
    """A glyph of a font at its origin, relative to the line's. `is_turned`: a quarter clockwise."""

    font: Font
    number: int
    x: float
    y: float
    is_turned: bool = False


class Line(NamedTuple):
    """The glyphs of a line or column, and its length in the direction of writing."""

    glyphs: tuple[Glyph, ...]
    length: float


class Reach(NamedTuple):
    """How far the ink of a line reaches from its middle: above and below, or to the left and right of a column."""

    before: float
    after: float


@lru_cache(maxsize=_KEPT_LINES)
def shape(text: str, language: str, *, is_vertical: bool, is_bold: bool) -> Line:
    """Return one line of text, shaped in the typefaces for the language; letters that no font has are left out."""
    if is_vertical:
        return _column(text, language, is_bold=is_bold)
    return _row(text, language, is_bold=is_bold)


def measure(text: str, language: str, font_size: float, *, is_vertical: bool, is_bold: bool) -> float:
    """Return how long a line is in the direction of writing, in the unit of the font size."""
    return _length(text, language, is_vertical=is_vertical, is_bold=is_bold) * font_size


# Typesetting measures the same words at many sizes; their glyphs would take far more memory.
@lru_cache(maxsize=_KEPT_LENGTHS)
def _length(text: str, language: str, *, is_vertical: bool, is_bold: bool) -> float:
    return shape(text, language, is_vertical=is_vertical, is_bold=is_bold).length


@lru_cache(maxsize=_KEPT_LINES)
def reach(text: str, language: str, *, is_vertical: bool, is_bold: bool) -> Reach:
    """Return how far the ink of a line reaches from its middle, in font sizes."""
    before = after = 0.0
    for glyph in shape(text, language, is_vertical=is_vertical, is_bold=is_bold).glyphs:
        ink = glyph.font.ink(glyph.number)
        if ink is None:
            continue
        if not is_vertical:
            sides = (glyph.y + ink.top, glyph.y + ink.bottom)
        elif glyph.is_turned:
            sides = (glyph.x - ink.bottom, glyph.x - ink.top)
        else:
            sides = (glyph.x + ink.left, glyph.x + ink.right)
        before, after = max(before, -sides[0]), max(after, sides[1])
    return Reach(before, after)


def simple_runs(text: str, language: str) -> tuple[Run, ...]:
    """Return the runs of a line that is seen as it is written, from left to right and without joins; else none."""
    runs = runs_of(text, balloon_typefaces(language))
    is_simple = direction_of(language) == "ltr" and all(run.typeface.is_simple for run in runs)
    return runs if is_simple and not any(levels(text, is_right_to_left=False)) else ()


def baseline(text: str, language: str) -> float:
    """Return how far the baseline of a row is below its middle, in font sizes."""
    return _middle(runs_of(text, balloon_typefaces(language)))


def font_of(typeface: Typeface, *, is_bold: bool) -> Font:
    """Return the opened font of a typeface; its letters are made thicker if it has no bold ones."""
    if not is_bold or typeface.is_display:
        return open_font(typeface.path, None, is_emboldened=False)
    if typeface.bold_path is not None:
        return open_font(typeface.bold_path, None, is_emboldened=False)
    return open_font(typeface.path, typeface.bold, is_emboldened=typeface.bold is None)


def row_of(
    runs: tuple[Run, ...], language: str, *, is_right_to_left: bool, is_bold: bool, baseline_at: float = 0.0
) -> Line:
    """Return runs as a row of that direction; `baseline_at` is how far its baseline is below its origin."""
    pieces = _pieces(runs, is_right_to_left=is_right_to_left)
    glyphs: list[Glyph] = []
    x = 0.0
    for level, run in as_seen((level, (level, run)) for level, run in pieces):
        font = font_of(run.typeface, is_bold=is_bold)
        for glyph in font.shape(run.text, "rtl" if level % 2 else "ltr", language):
            glyphs.append(Glyph(font, glyph.number, x + glyph.x, baseline_at + glyph.y))
            x += glyph.advance
    return Line(tuple(glyphs), x)


def _row(text: str, language: str, *, is_bold: bool) -> Line:
    runs = runs_of(text, balloon_typefaces(language))
    is_right_to_left = direction_of(language) == "rtl"
    return row_of(runs, language, is_right_to_left=is_right_to_left, is_bold=is_bold, baseline_at=_middle(runs))


def _pieces(runs: tuple[Run, ...], *, is_right_to_left: bool) -> Iterator[tuple[int, Run]]:
    """Divide runs where the direction changes; each piece comes with its level."""
    text = "".join(run.text for run in runs)
    of_letters = iter(levels(text, is_right_to_left=is_right_to_left))
    for run in runs:
        with_levels = [(next(of_letters), letter) for letter in run.text]
        for level, letters in groupby(with_levels, key=lambda each: each[0]):
            yield level, Run(run.typeface, "".join(letter for _, letter in letters))


def _middle(runs: tuple[Run, ...]) -> float:
    typefaces = [run.typeface for run in runs if any(letter.isalnum() for letter in run.text)]
    return typefaces[0].middle if typefaces else Typeface.middle


def _column(text: str, language: str, *, is_bold: bool) -> Line:
    glyphs: list[Glyph] = []
    y = 0.0
    for part, is_upright in _parts(text):
        if is_upright:
            added = _upright(part, language, is_bold=is_bold)
        elif _SIDE_BY_SIDE.fullmatch(part):
            added = _side_by_side(part, language, is_bold=is_bold)
        else:
            added = _turned(part, language, is_bold=is_bold)
        glyphs += (glyph._replace(y=y + glyph.y) for glyph in added.glyphs)
        y += added.length
    return Line(tuple(glyphs), y)


def column_parts(text: str) -> Iterator[tuple[str, bool]]:
    """Divide a column; each part comes with whether its letters stand side by side, in one square."""
    for part, is_upright in _parts(text):
        yield part, not is_upright and _SIDE_BY_SIDE.fullmatch(part) is not None


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Divide a column into what stands upright and what does not."""
    is_upright = False
    letters: list[tuple[str, bool]] = []
    for letter in text:
        # Marks and joiners stay at the letter that they follow.
        if unicodedata.category(letter) not in _FOLLOWING:
            is_upright = _is_upright(letter)
        letters.append((letter, is_upright))
    for upright, group in groupby(letters, key=lambda each: each[1]):
        part = "".join(letter for letter, _ in group)
        if upright or any(letter.isalpha() for letter in part):
            yield part, upright
        else:
            yield from ((marks, False) for marks in _MARKS.findall(part))


def _is_upright(letter: str) -> bool:
    """Tell whether a letter stands upright in a column: East Asian ones do, and marks that they share."""
    width = unicodedata.east_asian_width(letter)
    return width in {"W", "F", "H"} or (width == "A" and not letter.isalnum())


def _upright(text: str, language: str, *, is_bold: bool) -> Line:
    glyphs: list[Glyph] = []
    y = 0.0
    for run in runs_of(text, balloon_typefaces(language)):
        font = font_of(run.typeface, is_bold=is_bold)
        for glyph in font.shape(run.text, "ttb", language):
            glyphs.append(Glyph(font, glyph.number, glyph.x, y + glyph.y))
            y += glyph.advance
    return Line(tuple(glyphs), y)


def _side_by_side(text: str, language: str, *, is_bold: bool) -> Line:
    glyphs: list[Glyph] = []
    x = 0.0
    for run in runs_of(text, balloon_typefaces(language)):
        font = font_of(run.typeface, is_bold=is_bold)
        for glyph in font.shape(run.text, "ltr", language, _HALF_WIDTH if len(text) > 1 else None):
            glyphs.append(Glyph(font, glyph.number, x + glyph.x, _IDEOGRAPH_TOP + glyph.y))
            x += glyph.advance
    return Line(tuple(glyph._replace(x=glyph.x - x / 2) for glyph in glyphs), 1.0)


def _turned(text: str, language: str, *, is_bold: bool) -> Line:
    row = _row(text, language, is_bold=is_bold)
    return Line(
        tuple(Glyph(each.font, each.number, -each.y, each.x, is_turned=True) for each in row.glyphs), row.length
    )
