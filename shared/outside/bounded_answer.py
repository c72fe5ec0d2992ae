"""HTTP answers that are read up to a bound, counted after decompression. Whatever they announce, no more is held."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp

from shared.errors import UnusableAnswer

_PIECE_BYTES = 64 * 1024

_max_bytes: ContextVar[int] = ContextVar("max_bytes")


@contextmanager
def answers_up_to(max_bytes: int) -> Generator[None]:
    """Bound the answers that are read in here, in bytes of the decoded body."""
    token = _max_bytes.set(max_bytes)
    try:
        yield
    finally:
        _max_bytes.reset(token)


class BoundedAnswer(aiohttp.ClientResponse):
    """An answer whose body is read within the bound of `answers_up_to`."""

    async def read(self) -> bytes:
        """Return the body.

        Raises:
            UnusableAnswer: it is larger than the bound; the connection is closed.
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
    """Return the whole of a decoded body, or None once it turns out to have more bytes."""
    body = bytearray()
    async for piece in content.iter_chunked(_PIECE_BYTES):
        body += piece
        if len(body) > max_bytes:
            return None
    return bytes(body)
