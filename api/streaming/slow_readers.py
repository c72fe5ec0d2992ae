"""Bounds what a client that reads slowly, or not at all, costs: its part of the memory, and a connection.

The server keeps whatever it was given until the client has taken it, and asks for no more meanwhile. So it is given a
body in pieces. Once a client has taken nothing for a minute, its connection is cut off; a reader of a stream comes back
with `after`.
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
    """What `call_later` returns."""

    def cancel(self) -> None:
        """Do not call."""
        ...


type CallLater = Callable[[float, Callable[[], None]], Timer]


class SlowReaders:
    """ASGI app in front of another one, directly behind uvicorn."""

    def __init__(
        self, app: ASGIApp, cut_off_after_s: float = CUT_OFF_AFTER_S, call_later: CallLater | None = None
    ) -> None:
        """`call_later` is the event loop's, unless a test has another clock."""
        self._app = app
        self._cut_off_after_s = cut_off_after_s
        self._call_later = call_later

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await self._app(scope, receive, partial(self._send, send))

    async def _send(self, send: Send, message: Message) -> None:
        call_later = self._call_later or asyncio.get_running_loop().call_later
        for piece in _pieces(message):
            # uvicorn lets `send` wait while the client does not take what was sent before.
            timer = call_later(self._cut_off_after_s, partial(self._cut_off, send))
            try:
                await send(piece)
            finally:
                timer.cancel()

    def _cut_off(self, send: Send) -> None:
        """End the connection; uvicorn then ends the response as for any client that has gone away."""
        extra = {"action": "slow_reader_cut_off", "seconds": self._cut_off_after_s}
        _logger.warning("A client took nothing of its response for too long and was cut off", extra=extra)
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
    """Return the connection that uvicorn sends to; ASGI has no way to cut one off.

    https://github.com/encode/uvicorn/blob/master/uvicorn/protocols/http/h11_impl.py
    """
    return cast("_Cycle", cast("MethodType", send).__self__).transport
