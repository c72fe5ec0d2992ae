"""The cover: title, style and cast, drawn from the sheets, or from panels if there is no sheet.

It has no text but these, and works in any size: pages are upright, the picture for link previews is wide. Text keeps a
distance from the edges, which printers and previews may cut off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import PIL.Image
import PIL.ImageDraw
import PIL.ImageOps

from api.export.comic.backdrop import Palette, draw_backdrop, palette_of
from api.export.comic.comic import Comic, Portrait, cast_line, kind_line
from api.export.comic.cutout import Cutout, cut_out
from api.export.comic.layout import Box
from api.export.comic.lettering import Outline, line_width, title_image, write_line
from api.export.comic.pixels import INK, PAPER, flattened, paste_centered
from api.export.comic.typefaces import set_title
from shared.images.image import Image
from shared.models.story import Style
from shared.text.clean import one_line

_MOST_PANELS = 3
_TILT_DEGREES = 3.0
_OUTLINES: dict[Style, tuple[Outline, ...]] = {
    "manga": (Outline(INK, 0.115), Outline(PAPER, 0.085)),
    "comic": (Outline(INK, 0.1, 0.055), Outline(INK, 0.1), Outline(PAPER, 0.045)),
}
_MOST_TITLE = 0.62
"""The largest size of the title, relative to its room's height."""
_TEXT = 0.62
"""The size of other text, relative to its band's height."""
_BAND_LEAN = 0.3
"""How much bands behind text lean, relative to their height."""
_LEAN = 0.12
"""How much slices lean, relative to their height."""
_SLICE_GUTTER, _SLICE_FRAME = 0.02, 0.006
_FACES = (0.5, 0.25)
"""The part of an image that stays if it is cropped: the middle of its upper half."""


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Where the parts of the cover are, in pixels."""

    title: Box
    art: Box
    names: Box
    kind: Box


class _FigurePlace(NamedTuple):
    """Where a figure stands, relative to the art: the middle of its width, its top and its height."""

    middle: float
    top: float
    height: float


# By the number of figures, the most important first, which is lowest and so in front. What is too high is cut off.
_FIGURE_PLACES: dict[int, tuple[_FigurePlace, ...]] = {
    1: (_FigurePlace(0.5, 0.02, 1.7),),
    2: (_FigurePlace(0.33, 0.06, 1.5), _FigurePlace(0.68, 0.0, 1.45)),
    3: (_FigurePlace(0.5, 0.08, 1.45), _FigurePlace(0.22, 0.0, 1.3), _FigurePlace(0.78, 0.02, 1.3)),
    4: (
        _FigurePlace(0.38, 0.1, 1.35),
        _FigurePlace(0.63, 0.05, 1.3),
        _FigurePlace(0.16, 0.0, 1.2),
        _FigurePlace(0.84, 0.0, 1.2),
    ),
}
_WIDEST = {1: 0.9, 2: 0.64, 3: 0.48, 4: 0.38}
"""The most width of a figure, relative to the art's."""
_GROUND = 0.95
"""Where low figures stand, relative to the art's height."""


def draw_cover(comic: Comic, width_px: int, height_px: int) -> PIL.Image.Image:
    """Return the cover in this size."""
    canvas = PIL.Image.new("RGB", (width_px, height_px), PAPER)
    rooms = _wide_rooms(width_px, height_px) if width_px > height_px else _upright_rooms(width_px, height_px)
    palette = palette_of(comic.style, comic.title)
    art = rooms.art
    center = (art.x + art.width / 2, art.y + art.height * 0.45)
    draw_backdrop(canvas, palette, comic.style, center, min(art.width, art.height) * 0.5)
    _draw_art(canvas, comic, art)
    _draw_names(canvas, comic, rooms.names)
    _draw_kind(canvas, comic, rooms.kind)
    _draw_title(canvas, comic, rooms.title, palette)
    return canvas


def _upright_rooms(width: int, height: int) -> _Rooms:
    side = 0.07 * width
    return _Rooms(
        title=Box(side, 0.085 * height, width - 2 * side, 0.24 * height),
        art=Box(0, 0.3 * height, width, 0.62 * height),
        names=Box(side, 0.902 * height, width - 2 * side, 0.06 * height),
        kind=Box(side, 0.045 * height, width - 2 * side, 0.032 * height),
    )


def _wide_rooms(width: int, height: int) -> _Rooms:
    side = 0.05 * width
    return _Rooms(
        title=Box(side, 0.19 * height, 0.45 * width, 0.58 * height),
        art=Box(0.5 * width, 0.07 * height, 0.48 * width, 0.8 * height),
        names=Box(side, 0.855 * height, width - 2 * side, 0.1 * height),
        kind=Box(side, 0.07 * height, 0.44 * width, 0.075 * height),
    )


def _draw_art(canvas: PIL.Image.Image, comic: Comic, art: Box) -> None:
    figures = _figures(comic.cast)
    if figures:
        _draw_group(canvas, figures, art)
    else:
        _draw_slices(canvas, [portrait.image for portrait in comic.cast] or _silent_panels(comic), art)


def _figures(cast: Sequence[Portrait]) -> list[Cutout]:
    """Return the figures of all sheets, or none if one of the sheets has no plain background."""
    figures: list[Cutout] = []
    for portrait in cast:
        figure = cut_out(portrait.image)
        if figure is None:
            return []
        figures.append(figure)
    return figures


def _silent_panels(comic: Comic) -> list[Image]:
    """Return a few panels, those without words first: slices would cut words off."""
    drawn = sorted(comic.panels, key=lambda panel: bool(panel.plan.dialogue))
    return [panel.image for panel in drawn if panel.image is not None][:_MOST_PANELS]


def _draw_group(canvas: PIL.Image.Image, figures: Sequence[Cutout], art: Box) -> None:
    """Draw the figures side by side, lower ones in front. Legs may be cut off; low figures stand on the ground."""
    ground = art.y + art.height * _GROUND
    placed: list[tuple[float, float, Cutout]] = []
    for figure, place in zip(figures, _FIGURE_PLACES[len(figures)], strict=True):
        height = place.height * art.height
        width = height * figure.image.width / figure.image.height
        scale = min(1.0, _WIDEST[len(figures)] * art.width / width)
        scaled = figure.scaled(round(width * scale), round(height * scale))
        left = place.middle * art.width - scaled.image.width / 2
        left = art.x + max(0.0, min(left, art.width - scaled.image.width))
        top = max(art.y + place.top * art.height, ground - scaled.image.height)
        placed.append((top, left, scaled))
    for top, left, figure in sorted(placed, key=lambda each: each[0]):
        canvas.paste(figure.image, (round(left), round(top)), figure.mask)


def _draw_slices(canvas: PIL.Image.Image, images: Sequence[Image], art: Box) -> None:
    """Draw the images side by side, in leaning slices with a gutter between them."""
    for number, image in enumerate(images):
        corners = _slice(number, len(images), art)
        left, right = (round(edge(x for x, _ in corners)) for edge in (min, max))
        size = (right - left, round(art.height))
        mask = PIL.Image.new("L", size, 0)
        PIL.ImageDraw.Draw(mask).polygon([(x - left, y - art.y) for x, y in corners], fill=255)
        canvas.paste(PIL.ImageOps.fit(flattened(image), size, centering=_FACES), (left, round(art.y)), mask)
        PIL.ImageDraw.Draw(canvas).polygon(corners, outline=INK, width=max(2, round(art.width * _SLICE_FRAME)))


def _slice(number: int, count: int, art: Box) -> list[tuple[float, float]]:
    """Return a slice's corners. The outer edges of the first and the last slice are upright."""
    gutter, lean = _SLICE_GUTTER * art.width, _LEAN * art.height
    width = (art.width + gutter) / count
    left, right = art.x + number * width, art.x + (number + 1) * width - gutter
    left_lean = lean / 2 if number > 0 else 0.0
    right_lean = lean / 2 if number < count - 1 else 0.0
    bottom = art.y + art.height
    return [
        (left + left_lean, art.y),
        (right + right_lean, art.y),
        (right - right_lean, bottom),
        (left - left_lean, bottom),
    ]


def _draw_names(canvas: PIL.Image.Image, comic: Comic, room: Box) -> None:
    """Draw the names of the cast on a band that reaches to the bottom of the cover."""
    lean = room.height * _BAND_LEAN
    top = [(0, room.y + lean), (canvas.width, room.y - lean)]
    bottom = [(canvas.width, canvas.height), (0, canvas.height)]
    PIL.ImageDraw.Draw(canvas).polygon([*top, *bottom], fill=INK)
    write_line(canvas, cast_line(comic), room, room.height * _TEXT, is_title=True, ink=PAPER)


def _draw_kind(canvas: PIL.Image.Image, comic: Comic, room: Box) -> None:
    """Draw what kind of comic it is, on a band as long as the text."""
    text, size_px = kind_line(comic), room.height * _TEXT
    width = min(room.width, line_width(set_title(text), size_px, is_title=True) + 2 * room.height)
    lean, right, bottom = room.height * _BAND_LEAN, room.x + width, room.y + room.height
    corners = [(room.x + lean, room.y), (right, room.y), (right - lean, bottom), (room.x, bottom)]
    PIL.ImageDraw.Draw(canvas).polygon(corners, fill=INK)
    write_line(canvas, text, room._replace(width=width), size_px, is_title=True, ink=PAPER)


def _draw_title(canvas: PIL.Image.Image, comic: Comic, room: Box, palette: Palette) -> None:
    outlines = _OUTLINES[comic.style]
    size = (room.width, room.height)
    title = title_image(one_line(comic.title), size, room.height * _MOST_TITLE, palette.title, outlines)
    if title is None:
        return
    title = title.rotate(_TILT_DEGREES, PIL.Image.Resampling.BICUBIC, expand=True)
    title.thumbnail((round(room.width), round(room.height)))
    paste_centered(canvas, title, room)
