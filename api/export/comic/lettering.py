"""Text as pixels: one line in a box, smaller and then shorter until it fits."""

import unicodedata
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from api.export.comic.layout import Box
from api.export.comic.typefaces import Run, set_text

_SMALLEST_SHARE = 0.4
"""Of the wanted size: below it, a line is cut rather than made smaller."""
_LONGEST_LINE = 300
_ASCENT = 1.1
_LINE = 1.5
"""Heights of the baseline and of a line, in sizes."""


def write_line(canvas: Image.Image, text: str, room: Box, size_px: float) -> None:
    """Write one line of text into the middle of the room; nothing if no letter of it can be drawn."""
    fitted = _fitted(text[:_LONGEST_LINE], room.width, size_px)
    if fitted is None:
        return
    runs, size = fitted
    x = room.x + (room.width - line_width(runs, size)) / 2
    _draw(canvas, runs, x, room.y + room.height / 2 - _LINE * size / 2 + _ASCENT * size, size)


def text_image(text: str, size_px: int) -> Image.Image | None:
    """Return the line in black on white, as wide as it is; None if no letter of it can be drawn."""
    runs = drawable(text[:_LONGEST_LINE])
    if not runs:
        return None
    image = Image.new("L", (max(round(line_width(runs, size_px)), 1), round(_LINE * size_px)), 255)
    _draw(image, runs, 0, _ASCENT * size_px, size_px)
    return image


def drawable(text: str) -> tuple[Run, ...]:
    """Return the text's runs as far as this machine can draw them: some scripts need a shaping engine."""
    runs = set_text(text)
    return runs if _can_shape() else tuple(run for run in runs if run.typeface.is_simple)


def line_width(runs: tuple[Run, ...], size_px: float) -> float:
    """Return how wide a line is."""
    return sum(_font(run.typeface.path, size_px).getlength(run.text) for run in runs)


def _fitted(text: str, width: float, size_px: float) -> tuple[tuple[Run, ...], float] | None:
    runs = drawable(text)
    if not runs:
        return None
    size = size_px * min(1.0, width / max(line_width(runs, size_px), 1.0))
    if size >= size_px * _SMALLEST_SHARE:
        return runs, size
    smallest = size_px * _SMALLEST_SHARE
    while text and line_width(drawable(f"{text}…"), smallest) > width:
        text = text[: -max(1, len(text) // 20)]
    return drawable(f"{text}…"), smallest


def _draw(canvas: Image.Image, runs: tuple[Run, ...], x: float, baseline: float, size_px: float) -> None:
    draw = ImageDraw.Draw(canvas)
    for run in _as_seen(runs):
        font = _font(run.typeface.path, size_px)
        draw.text((x, baseline), run.text, font=font, fill="black", anchor="ls")
        x += font.getlength(run.text)


def _as_seen(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Return the runs from left to right: a line that begins in a right-to-left script begins at the right."""
    directions = (unicodedata.bidirectional(letter) for run in runs for letter in run.text)
    first = next((direction for direction in directions if direction in {"L", "R", "AL"}), "L")
    return runs if first == "L" else runs[::-1]


@cache
def _can_shape() -> bool:
    return bool(features.check("raqm")) and bool(features.check("fribidi"))


def _font(path: Path, size_px: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)
