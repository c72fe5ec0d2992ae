"""Inserts a prompt's images into the request body as it is sent, to save memory.

The model's SDK builds the whole request in memory: each image is held as base64, as JSON text and as JSON bytes until
the answer arrives, which can take minutes. So the SDK gets a short placeholder for each image, and an aiohttp
middleware sends the image in its place, one piece at a time.

https://github.com/pydantic/pydantic-ai/issues/2958 describes the copies. google-genai 3.4.0 still makes them, and no
release is known that does not.
"""

import base64
import secrets
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.payload import AsyncIterablePayload, Payload

# Multiples of three, so that the base64 of the pieces, joined, is the base64 of the whole.
_PLACEHOLDER_BYTES = 24
_PIECE_BYTES = 48 * 1024

_attached: ContextVar[Mapping[bytes, bytes] | None] = ContextVar("attached", default=None)


@contextmanager
def attached(images: Sequence[bytes]) -> Generator[list[bytes]]:
    """Yield a placeholder for each image; a request in this block must have them in that order, as base64 in JSON."""
    by_placeholder = {secrets.token_bytes(_PLACEHOLDER_BYTES): image for image in images}
    token = _attached.set(by_placeholder)
    try:
        yield list(by_placeholder)
    finally:
        _attached.reset(token)


async def send_attached(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send the request with the attached images in place of their placeholders (an aiohttp middleware).

    Raises:
        LookupError: a placeholder is missing or out of order. Nothing is sent: we would pay for a prompt without its
            images.
    """
    images = _attached.get()
    if images:
        body = request.body
        encoded = await body.as_bytes() if isinstance(body, Payload) else body
        await request.update_body(_Pieces(_split(encoded, images)))
    return await send(request)


class _Pieces(AsyncIterablePayload):
    """A request body that encodes its images as they are sent. Its length is known in advance."""

    def __init__(self, parts: Sequence[bytes | memoryview]) -> None:
        super().__init__(_pieces(parts), content_type="application/json")
        self._size = sum(_sent_length(part) for part in parts)


def _split(body: bytes, images: Mapping[bytes, bytes]) -> list[bytes | memoryview]:
    """Return the body's JSON as bytes and its images as views, in order."""
    parts: list[bytes | memoryview] = []
    for placeholder, image in images.items():
        before, found, body = body.partition(base64.urlsafe_b64encode(placeholder))
        if not found:
            raise LookupError("an image's placeholder is missing from the SDK's request, or out of order")
        parts += [before, memoryview(image)]
    return [*parts, body]


def _sent_length(part: bytes | memoryview) -> int:
    return len(part) if isinstance(part, bytes) else (len(part) + 2) // 3 * 4


async def _pieces(parts: Sequence[bytes | memoryview]) -> AsyncIterator[bytes]:
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        for start in range(0, len(part), _PIECE_BYTES):
            yield base64.urlsafe_b64encode(part[start : start + _PIECE_BYTES])
