"""Images from outside: what they are, and whether they really decode."""

import base64
import binascii
import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import PIL.Image
import PIL.ImageOps

from shared.ports import Image

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_FORMATS = tuple(MEDIA_TYPES)
# What Pillow calls a JPEG file with more than one picture in it (CIPA DC-007).
_CAMERA_JPEG = "MPO"
_QUALITY = 92
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+;base64,(?P<content>[A-Za-z0-9+/=\s]*)", re.IGNORECASE)


class NotAnImage(ValueError):
    """The bytes are no image that the app works with; the message says what is wrong, for a person."""


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """How large an image may be, encoded (bytes) and decoded (pixels)."""

    max_bytes: int
    max_pixels: int


def check_image(content: bytes, max_pixels: int) -> Image:
    """Decode the whole image and return it as it is, with its true media type.

    CPU work of up to some 100 ms: call it on a thread.

    Raises:
        NotAnImage: it is no PNG, JPEG or WebP, it is broken, or it has more pixels than allowed.
    """
    with _opened(content, max_pixels) as picture:
        picture.load()
        return Image(content, _media_type(picture))


def clean_image(content: bytes, limits: ImageLimits) -> Image:
    """Decode a stranger's image and encode its pixels anew: upright, in its own format, and nothing else of it.

    CPU work of up to seconds, and memory of four bytes a pixel: call it on one of few threads.

    Raises:
        NotAnImage: as for `check_image`; or it has too many bytes, or it moves.
    """
    if len(content) > limits.max_bytes:
        raise NotAnImage(f"The image has {len(content)} bytes: at most {limits.max_bytes} are accepted.")
    with _opened(content, limits.max_pixels) as picture:
        # A camera's JPEG may carry smaller copies of itself as further frames; the first is the picture.
        if getattr(picture, "n_frames", 1) > 1 and picture.format != _CAMERA_JPEG:
            raise NotAnImage("The image is animated: send a still PNG, JPEG or WebP file.")
        picture.load()
        return Image(_encoded_anew(picture), _media_type(picture))


@contextmanager
def _opened(content: bytes, max_pixels: int) -> Generator[PIL.Image.Image]:
    try:
        with warnings.catch_warnings():
            # The size is checked here, against our own limit, before any pixel is decoded.
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            with PIL.Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                _check_size(picture, max_pixels)
                yield picture
    except NotAnImage:
        raise
    except (OSError, SyntaxError, EOFError, PIL.Image.DecompressionBombError, ValueError) as exc:
        raise NotAnImage("The image does not decode: send a PNG, JPEG or WebP file.") from exc


def _check_size(picture: PIL.Image.Image, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise NotAnImage(f"The image has {width} x {height} pixels: at most {max_pixels} in all are accepted.")


def _encoded_anew(picture: PIL.Image.Image) -> bytes:
    image_format = "JPEG" if picture.format == _CAMERA_JPEG else picture.format or ""
    upright = PIL.ImageOps.exif_transpose(picture)
    mode = "RGBA" if upright.has_transparency_data and image_format != "JPEG" else "RGB"
    pixels = upright.convert(mode)
    # Whatever a file says besides its pixels (Exif, comments, colour profile) is in here, and would be written again.
    pixels.info.clear()
    out = io.BytesIO()
    pixels.save(out, image_format, quality=_QUALITY)
    return out.getvalue()


def _media_type(picture: PIL.Image.Image) -> str:
    return MEDIA_TYPES["JPEG" if picture.format == _CAMERA_JPEG else picture.format or ""]


def sniff_image(content: bytes) -> Image:
    """Return an image that was checked before, with its media type by its first bytes."""
    with PIL.Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        return Image(content, _media_type(picture))


def from_data_url(url: str) -> bytes:
    """Return the bytes of a `data:image/…;base64,…` URL.

    Raises:
        NotAnImage: it is no such URL.
    """
    match = _DATA_URL.fullmatch(url)
    if match is None:
        raise NotAnImage("The image is no data URL: send data:image/png;base64,… (or jpeg, webp).")
    try:
        return base64.b64decode(match["content"], validate=False)
    except binascii.Error as exc:
        raise NotAnImage("The image's base64 text is broken: encode the file again.") from exc


def to_data_url(image: Image) -> str:
    """Return the image as a `data:` URL."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode('ascii')}"
