"""Small real images."""

import io
import random

import PIL.Image

from shared.images.data_urls import to_data_url
from shared.images.image import Image


def png(size: tuple[int, int] = (4, 3), colour: str = "navy") -> bytes:
    """Return a PNG file of one colour."""
    return encoded("PNG", size, colour)


def encoded(image_format: str, size: tuple[int, int] = (4, 3), colour: str = "navy") -> bytes:
    """Return an image file of one colour in a format that Pillow writes."""
    target = io.BytesIO()
    PIL.Image.new("RGB", size, colour).save(target, image_format)
    return target.getvalue()


def png_url(size: tuple[int, int] = (4, 3)) -> str:
    """Return a PNG as a data URL."""
    return to_data_url(Image(png(size), "image/png"))


def noise(image_format: str, side: int) -> bytes:
    """Return a square image that hardly compresses, the same one each time."""
    pixels = random.Random(side).randbytes(side * side * 3)
    target = io.BytesIO()
    PIL.Image.frombytes("RGB", (side, side), pixels).save(target, image_format)
    return target.getvalue()
