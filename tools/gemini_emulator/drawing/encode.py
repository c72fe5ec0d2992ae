"""Turns a finished picture into a small PNG."""

from io import BytesIO

from PIL import Image

from tools.gemini_emulator.drawing.pixels import mapped

MANGA_GREYS = 16
COMIC_COLOURS = 96


def encode(picture: Image.Image) -> bytes:
    """Return PNG bytes: 16 greys for mode L, a palette for RGB."""
    small = _few_greys(picture) if picture.mode == "L" else _few_colours(picture)
    buffer = BytesIO()
    small.save(buffer, "PNG", compress_level=7, bits=4 if picture.mode == "L" else 8)
    return buffer.getvalue()


def _few_greys(picture: Image.Image) -> Image.Image:
    indexed = mapped(picture, [round(value / 255 * (MANGA_GREYS - 1)) for value in range(256)])
    indexed.putpalette([value * 17 for value in range(MANGA_GREYS) for _ in range(3)])
    return indexed


def _few_colours(picture: Image.Image) -> Image.Image:
    return picture.quantize(COMIC_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
