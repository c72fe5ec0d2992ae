"""Lines and titles as pixels."""

import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from PIL import Image

from api.export.comic.layout import Box
from api.export.comic.pixels import INK, PAPER, Colour
from api.export.comic.typefaces import Run, fit_line, set_text, set_title
from api.typesetting.drawing.letters import placed
from api.typesetting.drawing.raster import draw_letters
from api.typesetting.line_breaks import break_lines
from api.typesetting.shaping import Line, row_of
from shared.text.language import UNDETERMINED

_ASCENT = 1.1
_LINE = 1.5
"""Heights of the baseline and of a line, relative to the font size."""
_TITLE_LEADING = {True: 0.98, False: 1.22}
"""The distance of a title's lines: for capitals only, and for other letters."""
_MOST_TITLE_LINES = 7
_KEPT_LINES = 256


class Outline(NamedTuple):
    """A stroke around letters, relative to the font size, and how far it is moved to the lower right."""

    colour: Colour
    width: float
    shift: float = 0.0


def write_line(
    canvas: Image.Image, text: str, room: Box, size_px: float, *, is_title: bool = False, ink: Colour = INK
) -> None:
    """Write one line of text into the middle of the box, as far as its letters can be drawn."""
    runs, size = fit_line(
        text,
        room.width,
        size_px,
        set_title if is_title else set_text,
        lambda runs, size: line_width(runs, size, is_title=is_title),
    )
    line = _shaped(runs, is_title=is_title)
    x = room.x + (room.width - line.length * size) / 2
    baseline = room.y + room.height / 2 - _LINE * size / 2 + _ASCENT * size
    _draw(canvas, line, (x, baseline), size, ink)


def text_image(text: str, size_px: int) -> Image.Image | None:
    """Return an image of the line, black on white; None if no letter of it can be drawn."""
    runs = set_text(text)
    if not runs:
        return None
    line = _shaped(runs, is_title=False)
    image = Image.new("L", (max(round(line.length * size_px), 1), round(_LINE * size_px)), PAPER)
    _draw(image, line, (0, _ASCENT * size_px), size_px, INK)
    return image


def title_image(
    text: str, room: tuple[float, float], most_px: float, ink: Colour, outlines: Sequence[Outline]
) -> Image.Image | None:
    """Return a title on a transparent image, in as many lines as make it largest within the room.

    Outlines are drawn in their order, and the letters over them. None if no letter of it can be drawn.
    """
    border = max((outline.width + outline.shift for outline in outlines), default=0.0)
    lines, size = _largest(text, room, border)
    if not lines:
        return None
    size = min(size, most_px)
    shaped = [_shaped(line, is_title=True) for line in lines]
    margin = round((border + 0.5) * size)
    leading = _leading(lines) * size
    width = round(max(line.length for line in shaped) * size) + 2 * margin
    image = Image.new("RGBA", (width, round(leading * len(lines) + size) + 2 * margin), (0, 0, 0, 0))
    for layer in (*outlines, Outline(ink, 0.0)):
        for number, line in enumerate(shaped):
            x = (image.width - line.length * size) / 2 + layer.shift * size
            baseline = margin + size + number * leading + layer.shift * size
            _draw(image, line, (x, baseline), size, layer.colour, layer.width * size)
    return image.crop(image.getbbox())


def line_width(runs: tuple[Run, ...], size_px: float, *, is_title: bool = False) -> float:
    """Return how wide a line is."""
    return _shaped(runs, is_title=is_title).length * size_px


def _largest(text: str, room: tuple[float, float], border: float) -> tuple[tuple[tuple[Run, ...], ...], float]:
    """Return the lines with which the text is largest, and the font size."""
    best: tuple[tuple[tuple[Run, ...], ...], float] = ((), 0.0)

    @cache
    def measure(piece: str) -> float:
        return line_width(set_title(piece), 1.0, is_title=True)

    for count in range(1, _MOST_TITLE_LINES + 1):
        set_lines = [set_title(line) for line in break_lines(text, count, measure)]
        lines = tuple(line for line in set_lines if line)
        if not lines:
            break
        width = max(line_width(line, 1.0, is_title=True) for line in lines)
        height = _leading(lines) * len(lines)
        size = min(room[0] / (width + 2 * border), room[1] / (height + 2 * border))
        if size > best[1]:
            best = lines, size
    return best


def _leading(lines: Sequence[tuple[Run, ...]]) -> float:
    return _TITLE_LEADING[all(run.typeface.is_display for line in lines for run in line)]


@lru_cache(maxsize=_KEPT_LINES)
def _shaped(runs: tuple[Run, ...], *, is_title: bool) -> Line:
    """Return the glyphs of a line. It runs from right to left if it begins in such a script."""
    directions = (unicodedata.bidirectional(letter) for run in runs for letter in run.text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return row_of(runs, UNDETERMINED, is_right_to_left=first != "L", is_bold=is_title)


def _draw(
    canvas: Image.Image, line: Line, at: tuple[float, float], size: float, ink: Colour, stroke_px: float = 0.0
) -> None:
    draw_letters(canvas, list(placed(line, at, size)), ink, stroke=stroke_px)
