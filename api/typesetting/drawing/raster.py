"""Lettering as pixels, drawn over a picture. Pillow lays out no text here: it would need a library of the system."""

import math
from collections.abc import Iterable, Iterator, Sequence

import PIL.Image
import PIL.ImageChops
import PIL.ImageDraw

from api.typesetting.drawing.letters import HALO, Letter, letters_of
from api.typesetting.drawing.outlines import Outline, Room, outline_of
from api.typesetting.fonts.harfbuzz import Font, Transform, rasterize
from shared.models.lettering import PanelLettering

_INK = "black"
_PAPER = "white"
_FINER = 4
"""Outlines are drawn this many times as large, and made smaller then: that smooths their edges."""
_HALO_STEPS = 16

type Colour = str | tuple[int, int, int]
type _Area = tuple[int, int, int, int]


def draw_lettering(canvas: PIL.Image.Image, box: tuple[float, float, float, float], lettering: PanelLettering) -> None:
    """Draw balloons, captions and effects over a picture, which fills the box (x, y, width, height) of the canvas."""
    room = Room(*box)
    for text in lettering.texts:
        outline = outline_of(text, room)
        letters = list(letters_of(text, lettering, room))
        if outline is not None:
            _draw_outline(canvas, outline)
        elif letters:
            draw_letters(canvas, letters, _PAPER, stroke=HALO * text.font_size * room.width)
        draw_letters(canvas, letters, _INK)


def draw_letters(canvas: PIL.Image.Image, letters: Sequence[Letter], colour: Colour, *, stroke: float = 0.0) -> None:
    """Draw letters, and a stroke of that width around each of them, in one colour."""
    shapes = [moved for letter in letters for moved in _around(letter, stroke)] if stroke else letters
    corners = [corner for letter in shapes for corner in _corners(letter)]
    left, top, right, bottom = _area(corners, 0.0, canvas.size)
    if right <= left or bottom <= top:
        return
    size = (right - left, bottom - top)
    mask = PIL.Image.new("L", size)
    # Fonts differ in the direction of their outlines, so that letters of two fonts would erase each other.
    for font in dict.fromkeys(letter.font for letter in shapes):
        covered = rasterize(_glyphs(shapes, font, left, top), *size)
        mask = PIL.ImageChops.lighter(mask, PIL.Image.frombytes("L", size, covered))
    canvas.paste(colour, (left, top), mask)


def _draw_outline(canvas: PIL.Image.Image, outline: Outline) -> None:
    left, top, right, bottom = _area(outline.points, outline.stroke, canvas.size)
    if right <= left or bottom <= top:
        return
    points = [((x - left) * _FINER, (y - top) * _FINER) for x, y in outline.points]
    inside, line = _masks(points, outline.stroke * _FINER, right - left, bottom - top)
    canvas.paste(_PAPER, (left, top), inside)
    canvas.paste(_INK, (left, top), line)


def _masks(
    points: Sequence[tuple[float, float]], stroke: float, width: int, height: int
) -> tuple[PIL.Image.Image, PIL.Image.Image]:
    """Return what is covered by the polygon, and by the line around it."""
    size = (width * _FINER, height * _FINER)
    inside, line = PIL.Image.new("L", size), PIL.Image.new("L", size)
    PIL.ImageDraw.Draw(inside).polygon(points, fill=255)
    # The line begins again after its end, so that the joint there is round, too.
    PIL.ImageDraw.Draw(line).line([*points, *points[:2]], fill=255, width=max(round(stroke), 1), joint="curve")
    return inside.reduce(_FINER), line.reduce(_FINER)


def _glyphs(letters: Iterable[Letter], font: Font, left: int, top: int) -> Iterator[tuple[Font, int, Transform]]:
    """Return the letters of one font for a raster whose upper left corner is there."""
    for letter in letters:
        if letter.font is font:
            xx, yx, xy, yy, x, y = letter.transform
            yield font, letter.glyph, (xx, yx, xy, yy, x - left, y - top)


def _around(letter: Letter, distance: float) -> Iterator[Letter]:
    """Return the letter moved to all sides by the distance: together, these are the letter made thicker."""
    xx, yx, xy, yy, x, y = letter.transform
    yield letter
    for step in range(_HALO_STEPS):
        angle = math.tau * step / _HALO_STEPS
        at = x + distance * math.cos(angle), y + distance * math.sin(angle)
        yield letter._replace(transform=(xx, yx, xy, yy, *at))


def _corners(letter: Letter) -> Iterator[tuple[float, float]]:
    ink = letter.font.ink(letter.glyph)
    if ink is None:
        return
    xx, yx, xy, yy, x, y = letter.transform
    for a, b in ((ink.left, ink.top), (ink.right, ink.bottom)):
        yield xx * a + xy * b + x, yx * a + yy * b + y


def _area(points: Sequence[tuple[float, float]], margin: float, size: tuple[int, int]) -> _Area:
    """Return the pixels of the canvas that the points and a margin around them touch."""
    if not points:
        return 0, 0, 0, 0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (
        max(math.floor(min(xs) - margin) - 1, 0),
        max(math.floor(min(ys) - margin) - 1, 0),
        min(math.ceil(max(xs) + margin) + 1, size[0]),
        min(math.ceil(max(ys) + margin) + 1, size[1]),
    )
