"""How calm each part of a picture is, so that texts are set where they hide least."""

import math
from dataclasses import dataclass

import PIL.Image
import PIL.ImageChops
import PIL.ImageFilter

from shared.images.check import opened_image
from shared.images.image import Image
from shared.images.normalized import with_8_bit_channels

CELLS = 24
"""Across and down."""

_MAX_PIXELS = 8192 * 8192
# Contrast is measured at this size and between these two blurs: lines and shapes count; screentones, which are dots of
# some pixels of the original, and the noise of JPEG do not.
_MEASURED_SIDE_PX = 20 * CELLS
_FINE_BLUR_PX, _COARSE_BLUR_PX = 3, 12
# Differences of grey: up to the first is noise, and from the second on a cell is as busy as can be.
_NOISE, _BUSIEST = 2, 32
_LARGEST_DIGIT = 15


@dataclass(frozen=True, slots=True)
class Measured:
    """What placing texts over a picture needs to know of it: its calm map, and its width over its height."""

    calm: str
    aspect: float


def measure(image: Image) -> Measured:
    """Return the image's calm map and aspect. Takes as long as `calm_map`, and raises as it."""
    with opened_image(image.content, _MAX_PIXELS) as picture:
        aspect = picture.width / picture.height
    return Measured(calm_map(image), aspect)


def calm_map(image: Image) -> str:
    """Return the local contrast of 24 x 24 cells as hex digits, row by row: 0 is calm, f is busy.

    Takes up to 500 ms of CPU time for an image of 4K: call it on a thread.

    Raises:
        NotAnImage: the image does not decode.
    """
    with opened_image(image.content, _MAX_PIXELS) as picture:
        grey = _small_grey(picture)
    fine, coarse = (grey.filter(PIL.ImageFilter.GaussianBlur(radius)) for radius in (_FINE_BLUR_PX, _COARSE_BLUR_PX))
    contrast = PIL.ImageChops.difference(fine, coarse)
    cells = contrast.resize((CELLS, CELLS), PIL.Image.Resampling.BOX)  # pyright: ignore[reportUnknownMemberType] - Pillow leaves it partly untyped
    return "".join(map(_digit, cells.tobytes()))


def _small_grey(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Return the picture in grey on white; small, with the same proportions."""
    # Only for JPEG: decodes less than all of it.
    picture.draft("RGB", (_MEASURED_SIDE_PX, _MEASURED_SIDE_PX))
    small = with_8_bit_channels(picture)
    small.thumbnail((_MEASURED_SIDE_PX, _MEASURED_SIDE_PX), PIL.Image.Resampling.LANCZOS)
    paper = PIL.Image.new("L", small.size, "white")
    paper.paste(small.convert("L"), mask=small.getchannel("A") if small.mode == "RGBA" else None)
    return paper


def _digit(difference: int) -> str:
    # The root tells calm parts apart more finely than busy ones.
    share = min(1.0, max(0, difference - _NOISE) / (_BUSIEST - _NOISE))
    return f"{round(_LARGEST_DIGIT * math.sqrt(share)):x}"
