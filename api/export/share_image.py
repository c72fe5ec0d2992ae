"""Pictures to share: `png` with the title and panels, and the cover for previews of links."""

from typing import NamedTuple

import PIL.Image

from api.export.comic.comic import COVER_PX, Comic, Panel, kind_line
from api.export.comic.cover import draw_cover
from api.export.comic.drawn_panels import draw_panel
from api.export.comic.layout import MAX_PANELS_A_PAGE, Box, Placed, Shape, Sheet, lay_out_page
from api.export.comic.lettering import title_image, write_line
from api.export.comic.pages import aspect_of, shape_of
from api.export.comic.pixels import INK, PAPER, encoded, paste_centered
from shared.images.image import Image
from shared.models.lettering import PanelLettering

SIDE_PX = 1200
_COVER_QUALITY = 88
_LEAST_OF_MANY = 4
"""Of more panels than fit on the picture, at least so many are shown: as many as cover it best."""
_TITLE_PX = 96
NOTE_PX = 26
_FRAME_PX = 4
_SHEET = Sheet(width=SIDE_PX, height=SIDE_PX, margin=40, gutter=14, tier_gutter=18, title_height=130, footer_height=24)
_TITLE_BOX = Box(40, 28, SIDE_PX - 80, 126)
NOTE_BOX = Box(40, SIDE_PX - 54, SIDE_PX - 80, 44)


def render_share_image(comic: Comic) -> bytes:
    """Return a square PNG file with the title and the most important panels; a note says how many of how many."""
    canvas = PIL.Image.new("RGB", (SIDE_PX, SIDE_PX), PAPER)
    title = title_image(comic.title, (_TITLE_BOX.width, _TITLE_BOX.height), _TITLE_PX, INK, ())
    if title is not None:
        paste_centered(canvas, title, _TITLE_BOX)
    pictures, placed = _collage(comic)
    for panel in placed:
        picture = pictures[panel.index]
        draw_panel(canvas, picture.image, picture.lettering, panel.box, _FRAME_PX)
    write_line(canvas, selection_line(comic, len(placed)), NOTE_BOX, NOTE_PX, is_title=True)
    return encoded(canvas, "PNG", optimize=True)


def render_cover(comic: Comic) -> bytes:
    """Return the cover as a wide JPEG file, for previews of links."""
    return encoded(draw_cover(comic, *COVER_PX), "JPEG", quality=_COVER_QUALITY, subsampling=0)


def selection_line(comic: Comic, shown: int) -> str:
    """Return what kind of comic it is, and how many of its panels are shown, unless these are all."""
    planned = len(comic.panels)
    drawn = planned - comic.missing_count
    if drawn == 0 or shown == planned:
        return kind_line(comic)
    return f"{shown} of {planned} panels of this {comic.style}"


class _Picture(NamedTuple):
    """An image and the texts over it."""

    image: Image
    lettering: PanelLettering | None = None


def _collage(comic: Comic) -> tuple[list[_Picture], tuple[Placed, ...]]:
    """Return the pictures and their places: all panels if they fit on the picture, else the most important ones."""
    drawn = _by_emphasis(comic.panels)
    if not drawn:
        sheets = [_Picture(portrait.image) for portrait in comic.cast]
        return sheets, _lay_out([Shape(aspect_of(sheet.image)) for sheet in sheets], comic)
    counts = (len(drawn),) if len(drawn) <= MAX_PANELS_A_PAGE else range(_LEAST_OF_MANY, MAX_PANELS_A_PAGE + 1)
    choices = [sorted(drawn[:count], key=lambda each: each[0]) for count in counts]
    laid_out = [_lay_out([shape for _, shape, _ in choice], comic) for choice in choices]
    best = max(range(len(choices)), key=lambda number: _covered(laid_out[number]))
    return [_Picture(image, comic.letterings.get(index)) for index, _, image in choices[best]], laid_out[best]


def _lay_out(shapes: list[Shape], comic: Comic) -> tuple[Placed, ...]:
    return lay_out_page(shapes, _SHEET.below_title, _SHEET, comic.direction)


def _covered(placed: tuple[Placed, ...]) -> float:
    return sum(panel.box.width * panel.box.height for panel in placed)


def _by_emphasis(panels: tuple[Panel, ...]) -> list[tuple[int, Shape, Image]]:
    """Return the drawn panels with their place in the story, the most important ones first."""
    count = len(panels)
    drawn = [
        (index, shape_of(panel, index, count), panel.image)
        for index, panel in enumerate(panels)
        if panel.image is not None
    ]
    return sorted(drawn, key=lambda each: -each[1].weight)
