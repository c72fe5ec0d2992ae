"""A request's body, read within limits of size and speed."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from tools.devhost.http.limits import RequestLimits


class BodyError(Exception):
    """A body cannot be read to its end. The host answers with `status` and an empty body."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class IncomingBody:
    """A body as it arrives. It keeps its failure, because aiohttp's client hides what a body raises."""

    def __init__(self, request: web.Request, limits: RequestLimits) -> None:
        self._content = request.content
        self._limits = limits
        self._received_bytes = 0
        self._waited_s = 0.0
        self.failure: BodyError | None = None
        if (request.content_length or 0) > limits.max_body_bytes:
            raise _too_large(limits)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._next():
                yield chunk
        except BodyError as failure:
            self.failure = failure
            raise

    async def read(self) -> bytes:
        """Return all of it.

        Raises:
            BodyError: it is too large, comes too slowly, or is broken.
        """
        return b"".join([chunk async for chunk in self])

    async def _next(self) -> bytes:
        loop = asyncio.get_running_loop()
        began = loop.time()
        allowed_s = max(self._limits.body_grace_s, self._received_bytes / self._limits.min_body_bytes_per_s)
        try:
            async with asyncio.timeout(allowed_s - self._waited_s):
                chunk = await self._content.readany()
        except TimeoutError as error:
            raise BodyError("The body comes too slowly.", 500) from error
        except web.RequestPayloadError as error:
            raise BodyError(f"The body is broken: {error}", 400) from error
        self._waited_s += loop.time() - began
        self._received_bytes += len(chunk)
        if self._received_bytes > self._limits.max_body_bytes:
            raise _too_large(self._limits)
        return chunk


def _too_large(limits: RequestLimits) -> BodyError:
    return BodyError(f"The body has more than {limits.max_body_bytes} bytes.", 500)
