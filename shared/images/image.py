"""An image in memory."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """An encoded image (`media_type` such as `image/png`)."""

    content: bytes
    media_type: str
