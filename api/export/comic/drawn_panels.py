"""A panel as pixels: its picture with the texts over it, or an empty frame."""

import PIL.Image

from api.export.comic.layout import Box
from api.export.comic.lettering import write_line
from api.export.comic.pixels import draw_frame, place_image
from api.typesetting.drawing.raster import draw_lettering
from shared.images.image import Image
from shared.models.lettering import PanelLettering


def draw_panel(
    canvas: PIL.Image.Image, image: Image, lettering: PanelLettering | None, box: Box, frame_px: int
) -> None:
    """Draw a picture with its texts and its frame into a box of its aspect ratio."""
    place_image(canvas, image, box)
    if lettering is not None:
        draw_lettering(canvas, box, lettering)
    draw_frame(canvas, box, frame_px)


def draw_empty_panel(canvas: PIL.Image.Image, note: str, box: Box, note_px: float, frame_px: int) -> None:
    """Draw the frame of a panel that is not drawn, with a note."""
    draw_frame(canvas, box, frame_px)
    write_line(canvas, note, box, note_px)
