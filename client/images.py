"""Images and their data URLs; the type is detected from the bytes, not from what the URL claims."""

import base64
import binascii
import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

_FORMATS = ("PNG", "JPEG", "WEBP")
# Pillow calls a JPEG with several pictures MPO (CIPA DC-007). Cameras write them; the first picture is used.
_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "MPO": "jpg", "WEBP": "webp"}
# What Pillow raises for broken files and for broken metadata.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)
_BROKEN_METADATA = (LookupError, TypeError, AttributeError, ArithmeticError, struct.error)


class NotAnImage(ValueError):
    """The bytes are not a valid PNG, JPEG or WebP image."""


@dataclass(frozen=True)
class ReceivedImage:
    """An image file's bytes, its file name extension without the dot, and its size in pixels."""

    content: bytes
    extension: str
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """The image's media type, such as `image/png`."""
        return "image/jpeg" if self.extension == "jpg" else f"image/{self.extension}"


def read_image(content: bytes) -> ReceivedImage:
    """Return the image, after decoding it once.

    Raises:
        NotAnImage: it does not decode as PNG, JPEG or WebP.
    """
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            image.load()
            return ReceivedImage(content, _EXTENSIONS[str(image.format)], image.width, image.height)
    except _BROKEN + _BROKEN_METADATA as error:
        raise NotAnImage("it is not a valid PNG, JPEG or WebP image") from error


def from_data_url(url: str) -> ReceivedImage:
    """Return the image of a `data:…;base64,…` URL.

    Raises:
        NotAnImage: it is not such a URL, or it holds no image.
    """
    head, _, body = url.partition(",")
    if not head.startswith("data:") or not head.endswith(";base64"):
        raise NotAnImage("it is not a base64 data URL")
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise NotAnImage("its base64 is invalid") from error
    return read_image(content)


def to_data_url(image: ReceivedImage) -> str:
    """Return the image as a data URL."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode()}"
