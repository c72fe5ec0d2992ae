"""Images as pixels: reading, placing, changing and writing them."""

import io
from collections.abc import Callable

import PIL.Image
import PIL.ImageDraw
import PIL.ImageOps

from api.export.comic.layout import Box
from shared.images.image import Image
from shared.images.normalized import with_8_bit_channels

type Colour = str | tuple[int, int, int]

PAPER = "white"
INK = "black"
MOST_PRINTED_BYTES = 4 * 1024 * 1024
"""Images of 1K are smaller, and stay as they are."""
MOST_PRINTED_PX = 3072
"""Across a page of 182 mm, these are more than 400 dots an inch."""
_PRINTED_QUALITY = 92


def place_image(canvas: PIL.Image.Image, image: Image, box: Box) -> None:
    """Draw an image into a box of its aspect ratio; transparent parts show the paper."""
    left, top, right, bottom = _edges(box)
    room = (right - left, bottom - top)
    scaled = PIL.ImageOps.contain(flattened(image), room, PIL.Image.Resampling.LANCZOS)
    canvas.paste(scaled, (left + (room[0] - scaled.width) // 2, top + (room[1] - scaled.height) // 2))


def paste_centered(canvas: PIL.Image.Image, layer: PIL.Image.Image, room: Box) -> None:
    """Lay an image with transparent parts over the middle of the room."""
    at = (round(room.x + (room.width - layer.width) / 2), round(room.y + (room.height - layer.height) / 2))
    canvas.paste(layer, at, layer)


def flattened(image: Image) -> PIL.Image.Image:
    """Return the image's pixels; transparent parts are paper."""
    with PIL.Image.open(io.BytesIO(image.content)) as picture:
        layer = with_8_bit_channels(picture)
        if layer.mode != "RGBA":
            return layer.convert("RGB")
        return PIL.Image.alpha_composite(PIL.Image.new("RGBA", layer.size, PAPER), layer).convert("RGB")


def for_print(image: Image) -> Image:
    """Return an image as large as a page needs it, for exports that lay images out on pages.

    Takes up to a second and 8 bytes a pixel: call it on a thread.
    """
    if len(image.content) <= MOST_PRINTED_BYTES:
        return image
    pixels = flattened(image)
    pixels.thumbnail((MOST_PRINTED_PX, MOST_PRINTED_PX), PIL.Image.Resampling.LANCZOS)
    # Chroma subsampling blurs line art.
    return Image(encoded(pixels, "JPEG", quality=_PRINTED_QUALITY, subsampling=0), "image/jpeg")


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


def with_values(image: PIL.Image.Image, change: Callable[[int], int]) -> PIL.Image.Image:
    """Return the image with each value of each channel, 0 to 255, replaced by what `change` returns for it."""
    table = [change(value) for value in range(256)] * len(image.getbands())
    return image.point(table)  # pyright: ignore[reportUnknownMemberType] - Pillow types the table's callback loosely


def _edges(box: Box) -> tuple[int, int, int, int]:
    left, top = round(box.x), round(box.y)
    return left, top, max(round(box.x + box.width), left + 1), max(round(box.y + box.height), top + 1)
