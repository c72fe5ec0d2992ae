"""Images from outside: what they are, and whether they really decode."""

import base64
import binascii
import io
import re
import warnings

import PIL.Image

from shared.ports import Image

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+;base64,(?P<content>[A-Za-z0-9+/=\s]*)", re.IGNORECASE)


class NotAnImage(ValueError):
    """The bytes are no image that the app works with; the message says what is wrong, for a person."""


def check_image(content: bytes, max_pixels: int) -> Image:
    """Decode the whole image and return it with its true media type.

    CPU work of up to some 100 ms: call it on a thread.

    Raises:
        NotAnImage: it is no PNG, JPEG or WebP, it is broken, or it has more pixels than allowed.
    """
    try:
        with warnings.catch_warnings():
            # The size is checked below, against our own limit, before any pixel is decoded.
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            return _decode(content, max_pixels)
    except (OSError, SyntaxError, PIL.Image.DecompressionBombError, ValueError) as exc:
        if isinstance(exc, NotAnImage):
            raise
        raise NotAnImage("The image does not decode: send a PNG, JPEG or WebP file.") from exc


def _decode(content: bytes, max_pixels: int) -> Image:
    with PIL.Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as picture:
        width, height = picture.size
        if width * height > max_pixels:
            raise NotAnImage(f"The image has {width} x {height} pixels: at most {max_pixels} in all are accepted.")
        picture.load()
        return Image(content, MEDIA_TYPES[picture.format or ""])


def sniff_image(content: bytes) -> Image:
    """Return an image that was checked before, with its media type by its first bytes."""
    with PIL.Image.open(io.BytesIO(content), formats=tuple(MEDIA_TYPES)) as picture:
        return Image(content, MEDIA_TYPES[picture.format or ""])


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
