"""Cuts the figure of a character's sheet out of its plain light background.

The figure is found on a small copy of the image:

1. What looks plain and is connected with the image's edge is background.
2. The largest connected part of the rest is the figure.
3. The gaps in its outline are filled, and a border is added around it.

This mask is then enlarged to the size of the image.
"""

import re
from dataclasses import dataclass

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter
import PIL.ImageOps

from api.export.comic.pixels import PAPER, flattened, resized, with_values
from shared.images.image import Image

_SIDE_PX = 256
"""The figure is found on a small copy."""
_BORDER_PX, _ROUNDING_PX = 4, 2
"""The width of the white border around a figure, and how round its corners are, on the small copy."""
_MARGIN_PX = _BORDER_PX + _ROUNDING_PX
_LIGHT = 190
"""Pixels whose channels are all above this can be background, ..."""
_ALIKE = 24
"""... and those that differ by at most this from the upper left corner."""
_LEAST_PLAIN = 0.7
"""The background covers at least this share of the image's edge, ..."""
_LEAST_FIGURE, _MOST_FIGURE = 0.04, 0.8
"""... and the figure this share of the image."""
# A gap between two parts of the figure in one row of the mask, of at most an eighth of the small copy.
_GAP = re.compile(rb"(?<=\xff)\x00{1,%d}(?=\xff)" % (_SIDE_PX // 8))
_SHARPNESS = 5

# What a pixel of the small copy is.
_FIGURE, _OTHER, _LOOKS_PLAIN, _BACKGROUND, _LOOKED_AT = 255, 0, 50, 100, 150


@dataclass(frozen=True, slots=True)
class Cutout:
    """A figure with a white border around it; `mask` is the figure with its border."""

    image: PIL.Image.Image
    mask: PIL.Image.Image

    def scaled(self, width_px: int, height_px: int) -> "Cutout":
        """Return it in another size."""
        size = (width_px, height_px)
        return Cutout(resized(self.image, size), _sharp(resized(self.mask, size)))


def cut_out(image: Image) -> Cutout | None:
    """Return the largest thing that isn't background; None if the background isn't plain."""
    flat = flattened(image)
    small = flat.copy()
    small.thumbnail((_SIDE_PX, _SIDE_PX))
    figure = _find_figure(small)
    if figure is None or (bounds := figure.getbbox()) is None:
        return None
    left, top, right, bottom = bounds
    edges = (left - _MARGIN_PX, top - _MARGIN_PX, right + _MARGIN_PX, bottom + _MARGIN_PX)
    cut = _crop(flat, edges, flat.width / small.width)
    inside = resized(figure.crop(edges).filter(PIL.ImageFilter.MinFilter(3)), cut.size)
    around = _with_gaps_filled(figure).crop(edges).filter(PIL.ImageFilter.MaxFilter(2 * _BORDER_PX + 1))
    around = around.filter(PIL.ImageFilter.GaussianBlur(_ROUNDING_PX))
    # The small copy has no exact outlines. So ink around the figure stays, and only what is light becomes white.
    bordered = with_values(cut, lambda value: min(255, round(value * 255 / _LIGHT)))
    bordered.paste(cut, (0, 0), inside)
    return Cutout(bordered, _sharp(resized(around, cut.size)))


def _crop(image: PIL.Image.Image, edges: tuple[int, int, int, int], scale: float) -> PIL.Image.Image:
    """Crop an image to the edges, which are those on a smaller copy; what is beyond the image is white."""
    left, top, right, bottom = (round(edge * scale) for edge in edges)
    cropped = PIL.Image.new("RGB", (right - left, bottom - top), PAPER)
    cropped.paste(image, (-left, -top))
    return cropped


def _find_figure(image: PIL.Image.Image) -> PIL.Image.Image | None:
    """Return a mask of the largest connected part that isn't background, if there is a plain background."""
    pixels = _FramedPixels(_plain_parts(image))
    pixels.fill(0, _LOOKS_PLAIN, _BACKGROUND)
    parts = pixels.image()
    if _edge_share(parts, _BACKGROUND) < _LEAST_PLAIN:
        return None
    # What looks plain within a figure, such as a white shirt, is not background.
    others = with_values(parts, lambda value: _BACKGROUND if value == _BACKGROUND else _OTHER)
    return _largest_part(others.filter(PIL.ImageFilter.MedianFilter(3)))


def _largest_part(others: PIL.Image.Image) -> PIL.Image.Image | None:
    """Return a mask of the largest connected part, if it is as large as a figure."""
    pixels = _FramedPixels(others)
    best, area = 0, 0
    while (start := pixels.first(_OTHER)) is not None:
        found = pixels.fill(start, _OTHER, _LOOKED_AT)
        if found > area:
            best, area = start, found
    if not _LEAST_FIGURE <= area / (others.width * others.height) <= _MOST_FIGURE:
        return None
    pixels.fill(best, _LOOKED_AT, _FIGURE)
    return with_values(pixels.image(), lambda value: 255 * (value == _FIGURE))


def _with_gaps_filled(figure: PIL.Image.Image) -> PIL.Image.Image:
    """Return the mask with its holes and the gaps between its parts: background gets in where an outline has gaps."""
    turn = PIL.Image.Transpose.TRANSPOSE
    across, down = _filled_rows(figure), _filled_rows(figure.transpose(turn)).transpose(turn)
    filled = PIL.ImageChops.lighter(across, down)
    pixels = _FramedPixels(with_values(filled, lambda value: _FIGURE if value else _LOOKS_PLAIN))
    pixels.fill(0, _LOOKS_PLAIN, _BACKGROUND)
    return with_values(pixels.image(), lambda value: 255 * (value != _BACKGROUND))


def _filled_rows(mask: PIL.Image.Image) -> PIL.Image.Image:
    """Fill what is between two pixels of the mask in a row, if they are close."""
    rows = (mask.crop((0, y, mask.width, y + 1)).tobytes() for y in range(mask.height))
    filled = b"".join(_GAP.sub(lambda gap: b"\xff" * len(gap[0]), row) for row in rows)
    return PIL.Image.frombytes("L", mask.size, filled)


def _plain_parts(image: PIL.Image.Image) -> PIL.Image.Image:
    """Return which pixels are light, or like the corner."""
    red, green, blue = image.split()
    lowest = PIL.ImageChops.darker(PIL.ImageChops.darker(red, green), blue)
    light = with_values(lowest, lambda value: _LOOKS_PLAIN * (value >= _LIGHT))
    corner = PIL.Image.new("RGB", image.size, image.getpixel((0, 0)))
    red, green, blue = PIL.ImageChops.difference(image, corner).split()
    highest = PIL.ImageChops.lighter(PIL.ImageChops.lighter(red, green), blue)
    alike = with_values(highest, lambda value: _LOOKS_PLAIN * (value <= _ALIKE))
    return PIL.ImageChops.lighter(light, alike)


def _edge_share(image: PIL.Image.Image, value: int) -> float:
    """Return the share of pixels at the image's edge that have a value."""
    width, height = image.size
    strips = ((0, 0, width, 1), (0, height - 1, width, height), (0, 0, 1, height), (width - 1, 0, width, height))
    return sum(image.crop(strip).histogram()[value] for strip in strips) / (2 * (width + height))


def _sharp(mask: PIL.Image.Image) -> PIL.Image.Image:
    """Return an enlarged mask with a smooth edge of about one pixel."""
    return with_values(mask, lambda value: max(0, min(255, (value - 128) * _SHARPNESS + 128)))


class _FramedPixels:
    """The pixels of an image within a frame that looks plain, so that what touches the image's edge is connected."""

    def __init__(self, image: PIL.Image.Image) -> None:
        framed = PIL.ImageOps.expand(image, 1, _LOOKS_PLAIN)
        self._size = framed.size
        # One more row, of another value, stops a fill below the frame and, as negative indices lead to it, above it.
        self._values = bytearray(framed.tobytes()) + bytes(framed.width)

    def first(self, value: int) -> int | None:
        """Return the place of the first pixel that has a value."""
        place = self._values.find(value, 0, self._size[0] * self._size[1])
        return None if place < 0 else place

    def fill(self, start: int, old: int, new: int) -> int:
        """Give a connected part of the old value the new one, and return how many pixels it has."""
        values, width = self._values, self._size[0]
        count, waiting = 0, [start]
        while waiting:
            place = waiting.pop()
            if values[place] == old:
                values[place] = new
                count += 1
                waiting += (place - 1, place + 1, place - width, place + width)
        return count

    def image(self) -> PIL.Image.Image:
        """Return the pixels without the frame."""
        width, height = self._size
        framed = PIL.Image.frombytes("L", self._size, bytes(self._values[: width * height]))
        return framed.crop((1, 1, width - 1, height - 1))
