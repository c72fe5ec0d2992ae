"""Limits how much of an HTTP response body is read, counted after decompression.

aiohttp has no such limit (https://github.com/aio-libs/aiohttp/issues/7614), and the model's SDK reads the body itself.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp

from shared.errors import UnusableAnswer

_PIECE_BYTES = 64 * 1024

_max_bytes: ContextVar[int] = ContextVar("max_bytes")


@contextmanager
def answers_up_to(max_bytes: int) -> Generator[None]:
    """Limit the response bodies that are read in this block, in bytes after decompression."""
    token = _max_bytes.set(max_bytes)
    try:
        yield
    finally:
        _max_bytes.reset(token)


class BoundedAnswer(aiohttp.ClientResponse):
    """A response whose body is limited by `answers_up_to`."""

    async def read(self) -> bytes:
        """Return the body.

        Raises:
            UnusableAnswer: it is larger than the limit; the connection is closed.
        """
        if self._body is None:
            max_bytes = _max_bytes.get()
            try:
                self._body = await read_up_to(self.content, max_bytes)
            finally:
                if self._body is None:
                    self.close()
            if self._body is None:
                raise UnusableAnswer(f"the answer has more than {max_bytes} bytes")
        return await super().read()


async def read_up_to(content: aiohttp.StreamReader, max_bytes: int) -> bytes | None:
    """Return the whole decoded body, or None if it has more bytes than that."""
    body = bytearray()
    async for piece in content.iter_chunked(_PIECE_BYTES):
        body += piece
        if len(body) > max_bytes:
            return None
    return bytes(body)
