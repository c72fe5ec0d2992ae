"""Drawing images and frames on a canvas of pixels."""

import io

import PIL.Image
import PIL.ImageDraw
import PIL.ImageOps

from api.export.comic.layout import Box
from shared.images.image import Image

PAPER = "white"
INK = "black"


def place_image(canvas: PIL.Image.Image, image: Image, box: Box) -> None:
    """Draw an image into a box of its aspect ratio; transparent parts show the paper."""
    left, top, right, bottom = _edges(box)
    room = (right - left, bottom - top)
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        scaled = PIL.ImageOps.contain(picture.convert("RGBA"), room, PIL.Image.Resampling.LANCZOS)
    at = (left + (room[0] - scaled.width) // 2, top + (room[1] - scaled.height) // 2)
    canvas.paste(scaled, at, scaled)


def draw_frame(canvas: PIL.Image.Image, box: Box, width_px: int) -> None:
    """Draw a panel's frame around a box."""
    left, top, right, bottom = _edges(box)
    PIL.ImageDraw.Draw(canvas).rectangle((left, top, right - 1, bottom - 1), outline=INK, width=width_px)


def encoded(canvas: PIL.Image.Image, image_format: str, **options: object) -> bytes:
    """Return the canvas as a file."""
    out = io.BytesIO()
    canvas.save(out, image_format, **options)
    return out.getvalue()


def _edges(box: Box) -> tuple[int, int, int, int]:
    left, top = round(box.x), round(box.y)
    return left, top, max(round(box.x + box.width), left + 1), max(round(box.y + box.height), top + 1)
