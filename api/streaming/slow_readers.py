"""Limits the memory and the time that a client takes up which reads slowly or not at all.

The server buffers what it is given until the client has received it, and accepts no more meanwhile. So a body is sent
in small pieces. A client that receives nothing for a minute is disconnected; a reader of a stream reconnects with
`after`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from types import MethodType
from typing import Protocol, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_PIECE_BYTES = 64 * 1024
CUT_OFF_AFTER_S = 60.0

_logger = logging.getLogger(__name__)


class Timer(Protocol):
    """The result of `call_later`."""

    def cancel(self) -> None:
        """Do not call the function any more."""
        ...


type CallLater = Callable[[float, Callable[[], None]], Timer]


class SlowReaders:
    """ASGI middleware. It has to be the outermost one, since it needs uvicorn's own `send`."""

    def __init__(
        self, app: ASGIApp, cut_off_after_s: float = CUT_OFF_AFTER_S, call_later: CallLater | None = None
    ) -> None:
        """By default, `call_later` is that of the event loop."""
        self._app = app
        self._cut_off_after_s = cut_off_after_s
        self._call_later = call_later

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, partial(self._send, send))

    async def _send(self, send: Send, message: Message) -> None:
        call_later = self._call_later or asyncio.get_running_loop().call_later
        for piece in _pieces(message):
            # uvicorn's `send` blocks while its buffer is full.
            timer = call_later(self._cut_off_after_s, partial(self._cut_off, send))
            try:
                await send(piece)
            finally:
                timer.cancel()

    def _cut_off(self, send: Send) -> None:
        """Close the connection; uvicorn then ends the response as for any client that disconnects."""
        extra = {"action": "slow_reader_cut_off", "seconds": self._cut_off_after_s}
        _logger.warning("A client that received nothing for too long was disconnected", extra=extra)
        _transport_of(send).abort()


def _pieces(message: Message) -> Iterator[Message]:
    body: bytes | memoryview = message.get("body", b"")
    if len(body) <= MAX_PIECE_BYTES:
        yield message
        return
    for start in range(0, len(body), MAX_PIECE_BYTES):
        end = start + MAX_PIECE_BYTES
        is_last = end >= len(body)
        yield {**message, "body": body[start:end], "more_body": message.get("more_body", False) or not is_last}


class _Cycle(Protocol):
    """uvicorn's object for one request and its response."""

    transport: asyncio.Transport


def _transport_of(send: Send) -> asyncio.Transport:
    """Return uvicorn's connection to the client; ASGI has no way to close one.

    https://github.com/encode/uvicorn/blob/master/uvicorn/protocols/http/h11_impl.py
    """
    return cast("_Cycle", cast("MethodType", send).__self__).transport
