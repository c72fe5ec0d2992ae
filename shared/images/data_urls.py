"""Images in JSON as `data:` URLs, in all the variants that clients send.

The media type is ignored: the file's content decides. Base64 is read as
https://infra.spec.whatwg.org/#forgiving-base64-decode does, and in the URL-safe alphabet as well.
"""

import base64

from shared.images.check import NotAnImage
from shared.images.image import Image

_MAX_HEAD_LENGTH = 500
_WHITE_SPACE = b" \t\n\r\f\v"
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FROM_URL_SAFE = bytes.maketrans(b"-_", b"+/")
# The characters that may be percent-encoded in a data URL with base64.
_ESCAPED = ":;,/+=-_ \r\n\t"


def to_data_url(image: Image) -> str:
    """Return the image as a data URL."""
    return f"data:{image.media_type};base64,{base64.b64encode(image.content).decode('ascii')}"


def from_data_url(url: str) -> bytes:
    """Return the bytes of a `data:…;base64,…` URL.

    Raises:
        NotAnImage: it is no such URL, or its data is not base64.
    """
    head, payload = _split(_unescaped(url).strip())
    if "base64" not in [parameter.strip().lower() for parameter in head.split(";")[1:]]:
        raise NotAnImage("The image's data URL is not base64: send data:image/png;base64,… (or jpeg, webp).")
    return _decoded(payload)


def _unescaped(url: str) -> str:
    if "%" not in url:
        return url
    for character in _ESCAPED:
        escape = f"%{ord(character):02X}"
        url = url.replace(escape, character).replace(escape.lower(), character)
    return url


def _split(url: str) -> tuple[str, str]:
    comma = url.find(",", 0, _MAX_HEAD_LENGTH)
    if comma < 0 or not url[:comma].lower().startswith("data:"):
        raise NotAnImage("The image is not a data URL: send data:image/png;base64,… (or jpeg, webp).")
    return url[:comma], url[comma + 1 :]


def _decoded(payload: str) -> bytes:
    encoded = payload.encode("ascii", "replace").translate(_FROM_URL_SAFE, _WHITE_SPACE).rstrip(b"=")
    if encoded.translate(None, _ALPHABET):
        raise NotAnImage("The image's data is not base64: it has other characters. Encode the file again.")
    if len(encoded) % 4 == 1:
        raise NotAnImage("The image's base64 was cut off: encode the file again, and send all of it.")
    return base64.b64decode(encoded + b"=" * (-len(encoded) % 4))
