"""One line of text as pixels."""

import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from api.export.comic.layout import Box
from api.export.comic.typefaces import Run, fit_line, set_text

_ASCENT = 1.1
_LINE = 1.5
"""Heights of the baseline and of a line, relative to the font size."""


def write_line(canvas: Image.Image, text: str, room: Box, size_px: float) -> None:
    """Write one line of text into the middle of the box, as far as its letters can be drawn."""
    runs, size = fit_line(text, room.width, size_px, drawable, line_width)
    x = room.x + (room.width - line_width(runs, size)) / 2
    _draw(canvas, runs, x, room.y + room.height / 2 - _LINE * size / 2 + _ASCENT * size, size)


def text_image(text: str, size_px: int) -> Image.Image | None:
    """Return an image of the line, black on white; None if no letter of it can be drawn."""
    runs = drawable(text)
    if not runs:
        return None
    image = Image.new("L", (max(round(line_width(runs, size_px)), 1), round(_LINE * size_px)), 255)
    _draw(image, runs, 0, _ASCENT * size_px, size_px)
    return image


def drawable(text: str) -> tuple[Run, ...]:
    """Return the runs that this machine can draw: some scripts need a shaping engine."""
    runs = set_text(text)
    return runs if _can_shape() else tuple(run for run in runs if run.typeface.is_simple)


def line_width(runs: tuple[Run, ...], size_px: float) -> float:
    """Return how wide a line is."""
    return sum(_font(run.typeface.path, size_px).getlength(run.text) for run in runs)


def _draw(canvas: Image.Image, runs: tuple[Run, ...], x: float, baseline: float, size_px: float) -> None:
    draw = ImageDraw.Draw(canvas)
    for run in _as_seen(runs):
        font = _font(run.typeface.path, size_px)
        draw.text((x, baseline), run.text, font=font, fill="black", anchor="ls")
        x += font.getlength(run.text)


def _as_seen(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Return the runs from left to right; they are reversed if the line begins in a right-to-left script."""
    directions = (unicodedata.bidirectional(letter) for run in runs for letter in run.text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return runs if first == "L" else runs[::-1]


@cache
def _can_shape() -> bool:
    return bool(features.check("raqm")) and bool(features.check("fribidi"))


def _font(path: Path, size_px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)
