"""Checks images from outside: their format, and whether they decode."""

import io
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import PIL.Image

from shared.images.formats import media_type_of, other_format_of
from shared.images.image import Image

_FORMATS = ("PNG", "JPEG", "WEBP")
_ADVICE = "send a PNG, JPEG or WebP file"

# We accept or refuse a file, so Pillow's warnings are off for the whole process: `warnings.catch_warnings` would change
# the filters of all threads for each image.
warnings.filterwarnings("ignore", module=r"PIL\.")


class NotAnImage(ValueError):
    """The bytes are not an image that the app accepts; the message says why, for the sender."""


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """How large an image may be, encoded (bytes) and decoded (pixels)."""

    max_bytes: int
    max_pixels: int


def check_image(content: bytes, max_pixels: int) -> Image:
    """Decode the whole image and return it unchanged, with its true media type.

    Takes up to 100 ms of CPU time: call it on a thread.

    Raises:
        NotAnImage: it is not a PNG, JPEG or WebP file, it is damaged, or it has more pixels than allowed.
    """
    with opened_image(content, max_pixels) as picture:
        picture.load()
    return Image(content, accepted_media_type(content))


def accepted_media_type(content: bytes) -> str:
    """Return the media type of a PNG, JPEG or WebP file; only its first bytes are checked.

    Raises:
        NotAnImage: it is empty or anything else.
    """
    if not content:
        raise NotAnImage(f"The image is empty: {_ADVICE}.")
    media_type = media_type_of(content)
    if media_type is None:
        name = other_format_of(content)
        found = f"The file's format is {name}" if name else "The data is not an image"
        raise NotAnImage(f"{found}: {_ADVICE}.")
    return media_type


@contextmanager
def opened_image(content: bytes, max_pixels: int) -> Generator[PIL.Image.Image]:
    """Yield the image before its pixels are decoded. Any error in the block means that it is damaged.

    Raises:
        NotAnImage: it is not a PNG, JPEG or WebP file, it is damaged, or it has more pixels than allowed.
    """
    accepted_media_type(content)
    try:
        with PIL.Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _check_size(picture, max_pixels)
            yield picture
    except NotAnImage:
        raise
    except PIL.Image.DecompressionBombError as exc:
        raise NotAnImage(f"The image has too many pixels: at most {max_pixels} in all are accepted.") from exc
    except Exception as exc:
        raise NotAnImage(f"The image is damaged and does not decode: {_ADVICE} that opens elsewhere.") from exc


def _check_size(picture: PIL.Image.Image, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise NotAnImage(f"The image has {width} x {height} pixels: at most {max_pixels} in all are accepted.")
