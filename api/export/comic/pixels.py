"""Drawing images and frames on a canvas of pixels."""

import io
from collections.abc import Sequence

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
    scaled = PIL.ImageOps.contain(flattened(image), room, PIL.Image.Resampling.LANCZOS)
    canvas.paste(scaled, (left + (room[0] - scaled.width) // 2, top + (room[1] - scaled.height) // 2))


def flattened(image: Image) -> PIL.Image.Image:
    """Return the image's pixels; transparent parts are paper."""
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        if not picture.has_transparency_data:
            return picture.convert("RGB")
        layer = picture.convert("RGBA")
    return PIL.Image.alpha_composite(PIL.Image.new("RGBA", layer.size, PAPER), layer).convert("RGB")


def draw_frame(canvas: PIL.Image.Image, box: Box, width_px: int) -> None:
    """Draw a panel's frame around a box."""
    left, top, right, bottom = _edges(box)
    PIL.ImageDraw.Draw(canvas).rectangle((left, top, right - 1, bottom - 1), outline=INK, width=width_px)


def encoded(canvas: PIL.Image.Image, image_format: str, **options: object) -> bytes:
    """Return the canvas as a file."""
    out = io.BytesIO()
    canvas.save(out, image_format, **options)
    return out.getvalue()


def resized(
    image: PIL.Image.Image, size: tuple[int, int], resampling: PIL.Image.Resampling = PIL.Image.Resampling.BICUBIC
) -> PIL.Image.Image:
    """Return the image at that size in pixels."""
    return image.resize(size, resampling)  # pyright: ignore[reportUnknownMemberType] - Pillow takes any array as a size


def mapped(image: PIL.Image.Image, table: Sequence[int]) -> PIL.Image.Image:
    """Return the image with each value replaced by its entry in the table: 256 entries for each band."""
    return image.point(table)  # pyright: ignore[reportUnknownMemberType] - Pillow types the table's callback loosely


def _edges(box: Box) -> tuple[int, int, int, int]:
    left, top = round(box.x), round(box.y)
    return left, top, max(round(box.x + box.width), left + 1), max(round(box.y + box.height), top + 1)
