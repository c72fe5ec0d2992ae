"""`png`: one 1200 x 1200 image to share, with the title and the most important panels."""

import PIL.Image

from api.export.comic.comic import Comic, Panel
from api.export.comic.layout import Box, Placed, Shape, Sheet, lay_out_page
from api.export.comic.lettering import write_line
from api.export.comic.pages import aspect_of, shape_of
from api.export.comic.pixels import PAPER, draw_frame, encoded, place_image
from shared.images.image import Image

SIDE_PX = 1200
MOST_PANELS = 5
_TITLE_PX = 72
_FRAME_PX = 4
_SHEET = Sheet(width=SIDE_PX, height=SIDE_PX, margin=40, gutter=16, tier_gutter=22, title_height=130, footer_height=0)
_TITLE_BOX = Box(40, 30, SIDE_PX - 80, 120)


def render_share_image(comic: Comic) -> bytes:
    """Return the PNG file's bytes."""
    canvas = PIL.Image.new("RGB", (SIDE_PX, SIDE_PX), PAPER)
    write_line(canvas, comic.title, _TITLE_BOX, _TITLE_PX)
    images, placed = _collage(comic)
    for panel in placed:
        place_image(canvas, images[panel.index], panel.box)
        draw_frame(canvas, panel.box, _FRAME_PX)
    return encoded(canvas, "PNG", optimize=True)


def _collage(comic: Comic) -> tuple[list[Image], tuple[Placed, ...]]:
    """Return the images and their places: as many panels as leave the least paper empty."""
    drawn = _by_emphasis(comic.panels)
    if not drawn:
        images = [portrait.image for portrait in comic.cast]
        return images, _centered(lay_out_page([Shape(aspect_of(image)) for image in images], _SHEET, comic.direction))
    choices = [sorted(drawn[:count], key=lambda each: each[0]) for count in range(1, min(len(drawn), MOST_PANELS) + 1)]
    laid_out = [lay_out_page([shape for _, shape, _ in choice], _SHEET, comic.direction) for choice in choices]
    best = max(range(len(choices)), key=lambda number: _worth(laid_out[number]))
    return [image for _, _, image in choices[best]], _centered(laid_out[best])


def _by_emphasis(panels: tuple[Panel, ...]) -> list[tuple[int, Shape, Image]]:
    """Return the drawn panels with their place in the story, the most important ones first."""
    count = len(panels)
    drawn = [
        (index, shape_of(panel, index, count), panel.image)
        for index, panel in enumerate(panels)
        if panel.image is not None
    ]
    return sorted(drawn, key=lambda each: -each[1].weight)


def _worth(placed: tuple[Placed, ...]) -> float:
    """Return how good a collage is: mainly how much paper it covers, and a little for each panel."""
    room = _SHEET.content(0)
    covered = sum(panel.box.width * panel.box.height for panel in placed) / (room.width * room.height)
    return covered + 0.05 * len(placed)


def _centered(placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """Center the collage vertically."""
    room = _SHEET.content(0)
    bottom = max(panel.box.y + panel.box.height for panel in placed)
    down = (room.y + room.height - bottom) / 2
    return tuple(Placed(panel.index, panel.box._replace(y=panel.box.y + down)) for panel in placed)
