"""What is behind the figures of a cover: focus lines and tone for a manga, a sunburst and dots for a comic."""

import zlib
from dataclasses import dataclass
from math import cos, hypot, pi, sin, tau
from random import Random

import PIL.Image
import PIL.ImageDraw

from api.export.comic.pixels import INK, PAPER, Colour, resized
from shared.models.story import Style

_SMOOTH = 2
"""Masks are drawn this much larger, so that their edges are smooth."""
_RAYS = 36
_LINES = 150
_DOT_SHARE = 1 / 66
"""The distance of dots, relative to the shorter side."""
_DOTS_FROM = 0.45
"""The dots grow from this share of the height to the bottom."""
_TONE = (120, 120, 120)
"""What dots of a manga are drawn in."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a cover."""

    ground: Colour
    rays: Colour
    dots: Colour
    title: Colour


_MANGA = Palette(ground=PAPER, rays=INK, dots=_TONE, title=INK)
_COMIC = (
    Palette((255, 206, 52), (255, 178, 30), (232, 120, 20), (216, 32, 40)),
    Palette((92, 178, 255), (54, 146, 240), (24, 92, 190), (255, 226, 60)),
    Palette((244, 92, 74), (224, 62, 54), (160, 28, 44), (255, 226, 60)),
    Palette((64, 196, 172), (36, 168, 150), (14, 112, 112), (255, 236, 96)),
)


def palette_of(style: Style, title: str) -> Palette:
    """Return the colours: always the same ones for a title."""
    return _MANGA if style == "manga" else _COMIC[zlib.crc32(title.encode()) % len(_COMIC)]


def draw_backdrop(
    canvas: PIL.Image.Image, palette: Palette, style: Style, center: tuple[float, float], focus: float
) -> None:
    """Fill the canvas. Rays and lines point to the center, which lines leave free within the radius `focus`."""
    canvas.paste(palette.ground, (0, 0, *canvas.size))
    dots = _mask(canvas.size)
    _draw_dots(dots, min(canvas.size) * _DOT_SHARE * _SMOOTH)
    lines = _mask(canvas.size)
    at = (center[0] * _SMOOTH, center[1] * _SMOOTH)
    if style == "manga":
        _draw_focus_lines(lines, at, focus * _SMOOTH)
        layers = ((dots, palette.dots), (lines, palette.rays))
    else:
        _draw_rays(lines, at)
        layers = ((lines, palette.rays), (dots, palette.dots))
    for mask, colour in layers:
        canvas.paste(colour, (0, 0), resized(mask, canvas.size, PIL.Image.Resampling.BOX))


def _mask(size: tuple[int, int]) -> PIL.Image.Image:
    return PIL.Image.new("L", (size[0] * _SMOOTH, size[1] * _SMOOTH), 0)


def _draw_dots(mask: PIL.Image.Image, pitch: float) -> None:
    """Draw halftone dots on a grid at 45 degrees that grow towards the bottom."""
    draw = PIL.ImageDraw.Draw(mask)
    top = mask.height * _DOTS_FROM
    row_height = pitch / 2
    for row in range(round((mask.height - top) / row_height) + 2):
        y = top + row * row_height
        radius = pitch * 0.52 * (y - top) / (mask.height - top)
        for column in range(round(mask.width / pitch) + 2):
            x = (column + row % 2 / 2) * pitch
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _draw_rays(mask: PIL.Image.Image, center: tuple[float, float]) -> None:
    draw = PIL.ImageDraw.Draw(mask)
    reach = hypot(*mask.size)
    for ray in range(0, _RAYS, 2):
        edges = (ray * tau / _RAYS, (ray + 1) * tau / _RAYS)
        draw.polygon([center, *(_around(center, angle, reach) for angle in edges)], fill=255)


def _draw_focus_lines(mask: PIL.Image.Image, center: tuple[float, float], focus: float) -> None:
    draw = PIL.ImageDraw.Draw(mask)
    reach = hypot(*mask.size)
    # The same lines on every cover of a size: equal comics are equal files.
    random = Random(_LINES)
    for line in range(_LINES):
        angle = (line + random.uniform(-0.4, 0.4)) * tau / _LINES
        half_width = random.uniform(0.15, 0.55) * pi / _LINES
        tip = _around(center, angle, focus * random.uniform(1.0, 1.5))
        ends = (_around(center, angle + side * half_width, reach) for side in (-1, 1))
        draw.polygon([tip, *ends], fill=255)


def _around(center: tuple[float, float], angle: float, distance: float) -> tuple[float, float]:
    return center[0] + cos(angle) * distance, center[1] + sin(angle) * distance
