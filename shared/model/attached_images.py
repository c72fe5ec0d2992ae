"""A prompt's images go into the request while it is sent, each read where it lies.

The model's SDK makes a request whole in memory: an image would be there as base64, as JSON text and as JSON bytes until
the answer comes, minutes later, beside itself. So the SDK is handed a short stand-in for each image, and the session
sends the image in its place, a piece at a time.
"""

import base64
import secrets
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.payload import AsyncIterablePayload, Payload

# Multiples of three: base64 of such pieces, one after another, is base64 of the whole.
_STAND_IN_BYTES = 24
_PIECE_BYTES = 48 * 1024

_attached: ContextVar[Mapping[bytes, bytes] | None] = ContextVar("attached", default=None)


@contextmanager
def attached(images: Sequence[bytes]) -> Generator[list[bytes]]:
    """Yield a stand-in for each image; a request sent in here must hold them in that order, as base64 in JSON."""
    by_stand_in = {secrets.token_bytes(_STAND_IN_BYTES): image for image in images}
    token = _attached.set(by_stand_in)
    try:
        yield list(by_stand_in)
    finally:
        _attached.reset(token)


async def send_attached(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send the request with the attached images in the places of their stand-ins (a middleware of the session).

    Raises:
        LookupError: a stand-in is not there, or not in its turn. Nothing is sent: the model would be paid for a prompt
            without its images.
    """
    images = _attached.get()
    if images:
        body = request.body
        encoded = await body.as_bytes() if isinstance(body, Payload) else body
        await request.update_body(_Pieces(_split(encoded, images)))
    return await send(request)


class _Pieces(AsyncIterablePayload):
    """A body whose images are encoded as they are sent; its length is known before."""

    def __init__(self, parts: Sequence[bytes | memoryview]) -> None:
        super().__init__(_pieces(parts), content_type="application/json")
        self._size = sum(_sent_length(part) for part in parts)


def _split(body: bytes, images: Mapping[bytes, bytes]) -> list[bytes | memoryview]:
    """Return the body's JSON as bytes and its images as views, in their order."""
    parts: list[bytes | memoryview] = []
    for stand_in, image in images.items():
        before, found, body = body.partition(base64.urlsafe_b64encode(stand_in))
        if not found:
            raise LookupError("the model's SDK has not put an image's stand-in into the request, in the images' order")
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
