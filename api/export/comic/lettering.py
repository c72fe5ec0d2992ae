"""Lines and titles as pixels."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

from api.export.comic.layout import Box
from api.export.comic.pixels import INK, PAPER, Colour
from api.export.comic.typefaces import Run, Typeface, fit_line, set_text, set_title
from api.lettering.line_breaks import break_lines

_ASCENT = 1.1
_LINE = 1.5
"""Heights of the baseline and of a line, relative to the font size."""
_TITLE_LEADING = {True: 0.98, False: 1.22}
"""The distance of a title's lines: for capitals only, and for other letters."""
_MOST_TITLE_LINES = 7
_MEASURED_AT_PX = 100
_THICKER = 0.02
"""A stroke for titles in typefaces that have one weight only, relative to the font size."""


class Outline(NamedTuple):
    """A stroke around letters, relative to the font size, and how far it is moved to the lower right."""

    colour: Colour
    width: float
    shift: float = 0.0


class _Fonts:
    """Opened fonts of one size. Open fonts belong to one thread, so they are not kept."""

    def __init__(self, size_px: float, *, is_title: bool = False) -> None:
        self._size = size_px
        self._is_title = is_title
        self._opened: dict[str, ImageFont.FreeTypeFont] = {}

    def of(self, typeface: Typeface) -> ImageFont.FreeTypeFont:
        if typeface.name not in self._opened:
            font = ImageFont.truetype(typeface.path, self._size)
            if self._is_title and typeface.bold is not None:
                font.set_variation_by_axes([typeface.bold])
            self._opened[typeface.name] = font
        return self._opened[typeface.name]

    def stroke(self, typeface: Typeface) -> float:
        """Return how wide the stroke of a letter is."""
        is_thin = self._is_title and not typeface.is_display and typeface.bold is None
        return _THICKER * self._size if is_thin else 0.0

    def width(self, runs: Sequence[Run]) -> float:
        return sum(self.of(run.typeface).getlength(run.text) for run in runs)


def write_line(
    canvas: Image.Image, text: str, room: Box, size_px: float, *, is_title: bool = False, ink: Colour = INK
) -> None:
    """Write one line of text into the middle of the box, as far as its letters can be drawn."""
    set_line = drawable_title if is_title else drawable

    @cache
    def fonts_of(size: float) -> _Fonts:
        return _Fonts(size, is_title=is_title)

    runs, size = fit_line(text, room.width, size_px, set_line, lambda runs, size: fonts_of(size).width(runs))
    fonts = fonts_of(size)
    x = room.x + (room.width - fonts.width(runs)) / 2
    baseline = room.y + room.height / 2 - _LINE * size / 2 + _ASCENT * size
    _draw(ImageDraw.Draw(canvas), runs, (x, baseline), fonts, ink)


def text_image(text: str, size_px: int) -> Image.Image | None:
    """Return an image of the line, black on white; None if no letter of it can be drawn."""
    runs = drawable(text)
    if not runs:
        return None
    fonts = _Fonts(size_px)
    image = Image.new("L", (max(round(fonts.width(runs)), 1), round(_LINE * size_px)), PAPER)
    _draw(ImageDraw.Draw(image), runs, (0, _ASCENT * size_px), fonts, INK)
    return image


def title_image(
    text: str, room: tuple[float, float], most_px: float, ink: Colour, outlines: Sequence[Outline]
) -> Image.Image | None:
    """Return a title on a transparent image, in as many lines as make it largest within the room.

    Outlines are drawn in their order, and the letters over them. None if no letter of it can be drawn.
    """
    fonts = _Fonts(_MEASURED_AT_PX, is_title=True)
    border = max((outline.width + outline.shift for outline in outlines), default=0.0)
    lines, size = _largest(text, room, border, fonts)
    if not lines:
        return None
    size = min(size, most_px)
    fonts = _Fonts(size, is_title=True)
    widths = [fonts.width(line) for line in lines]
    margin = round((border + 0.5) * size)
    leading = _leading(lines) * size
    image = Image.new(
        "RGBA", (round(max(widths)) + 2 * margin, round(leading * len(lines) + size) + 2 * margin), (0, 0, 0, 0)
    )
    draw = ImageDraw.Draw(image)
    for layer in (*outlines, Outline(ink, 0.0)):
        for number, (line, width) in enumerate(zip(lines, widths, strict=True)):
            x = (image.width - width) / 2 + layer.shift * size
            baseline = margin + size + number * leading + layer.shift * size
            _draw(draw, line, (x, baseline), fonts, layer.colour, layer.width * size)
    return image.crop(image.getbbox())


def drawable(text: str) -> tuple[Run, ...]:
    """Return the runs that this machine can draw: some scripts need a shaping engine."""
    return _without_shaping(set_text(text))


def drawable_title(text: str) -> tuple[Run, ...]:
    """Return a title's runs that this machine can draw."""
    return _without_shaping(set_title(text))


def line_width(runs: tuple[Run, ...], size_px: float, *, is_title: bool = False) -> float:
    """Return how wide a line is."""
    return _Fonts(size_px, is_title=is_title).width(runs)


def _largest(
    text: str, room: tuple[float, float], border: float, fonts: _Fonts
) -> tuple[tuple[tuple[Run, ...], ...], float]:
    """Return the lines with which the text is largest, and the font size."""
    best: tuple[tuple[tuple[Run, ...], ...], float] = ((), 0.0)

    @cache
    def measure(piece: str) -> float:
        return fonts.width(drawable_title(piece))

    for count in range(1, _MOST_TITLE_LINES + 1):
        set_lines = [drawable_title(line) for line in break_lines(text, count, measure)]
        lines = tuple(line for line in set_lines if line)
        if not lines:
            break
        width = max(fonts.width(line) for line in lines) / _MEASURED_AT_PX
        height = _leading(lines) * len(lines)
        size = min(room[0] / (width + 2 * border), room[1] / (height + 2 * border))
        if size > best[1]:
            best = lines, size
    return best


def _leading(lines: Sequence[tuple[Run, ...]]) -> float:
    return _TITLE_LEADING[all(run.typeface.is_display for line in lines for run in line)]


def _draw(
    draw: ImageDraw.ImageDraw,
    runs: tuple[Run, ...],
    at: tuple[float, float],
    fonts: _Fonts,
    ink: Colour,
    stroke_px: float = 0.0,
) -> None:
    x, baseline = at
    for run in _as_seen(runs):
        font = fonts.of(run.typeface)
        stroke = stroke_px + fonts.stroke(run.typeface)
        draw.text((x, baseline), run.text, font=font, fill=ink, anchor="ls", stroke_width=stroke, stroke_fill=ink)
        x += font.getlength(run.text)


def _as_seen(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Return the runs from left to right; they are reversed if the line begins in a right-to-left script."""
    directions = (unicodedata.bidirectional(letter) for run in runs for letter in run.text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return runs if first == "L" else runs[::-1]


def _without_shaping(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    return runs if _can_shape() else tuple(run for run in runs if run.typeface.is_simple)


@cache
def _can_shape() -> bool:
    return bool(features.check("raqm")) and bool(features.check("fribidi"))
