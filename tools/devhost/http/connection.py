"""A client's connection: the time limit for a request's head, and the answers to invalid requests."""

import asyncio
import re

from aiohttp import StreamReader, web
from aiohttp.http_exceptions import BadHttpMessage, BadHttpMethod, BadStatusLine, LineTooLong

from tools.devhost.http.limits import RequestLimits

#: The colon, the space and the line end.
_HEADER_LINE_EXTRA_BYTES = 4
_HEAD_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#: The start of a request with an unknown method, which is still a token (RFC 9110, section 5.6.2).
_UNKNOWN_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/")


class HostConnection(web.RequestHandler):
    """One connection. Its server's handler calls `begin_request` and `end_request` around each request."""

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop, limits: RequestLimits) -> None:
        super().__init__(
            server,
            loop=loop,
            # Bodies go to the app compressed, as on Azure: decompressed here, a small one could become any size.
            auto_decompress=False,
            keepalive_timeout=limits.idle_timeout_s,
            lingering_time=limits.drain_s,
            max_line_size=limits.max_target_bytes,
            max_field_size=limits.max_header_bytes,
            max_headers=limits.max_headers,
        )
        self._limits = limits
        self._clock = loop
        self._head_timer: asyncio.TimerHandle | None = None
        self._is_serving = False
        self._body: StreamReader | None = None
        self._received = b""

    def data_received(self, data: bytes) -> None:
        is_of_body = self._body is not None and not self._body.is_eof()
        if self._head_timer is None and not self._is_serving and not is_of_body:
            self._head_timer = self._clock.call_later(self._limits.head_timeout_s, self._give_up)
        self._received = data
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def begin_request(self, request: web.BaseRequest) -> None:
        """The head of a request is complete."""
        self._stop_timer()
        self._is_serving = True
        self._body = request.content

    def has_too_large_headers(self, request: web.BaseRequest) -> bool:
        """Whether the header lines of a request are larger than allowed, all together."""
        size = sum(len(name) + len(value) + _HEADER_LINE_EXTRA_BYTES for name, value in request.raw_headers)
        return size > self._limits.max_header_bytes

    def end_request(self) -> None:
        """The request was answered; the next may begin once the rest of this one's body has arrived."""
        self._is_serving = False

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what aiohttp's parser refuses, or a failure of a handler, as the host does: with an empty body."""
        super().handle_error(request, status, exc, message)
        response = web.Response(status=self._status_of(exc) or status)
        response.force_close()
        return response

    def _status_of(self, error: BaseException | None) -> int | None:
        match error:
            case BadHttpMethod():
                return 404 if _UNKNOWN_METHOD.match(self._received) else None
            case BadStatusLine():
                return 505
            case LineTooLong(args=(_, self._limits.max_target_bytes, *_)):
                return 414
            case LineTooLong() | BadHttpMessage(message="Too many headers received"):
                return 431
            case _:
                return None

    def _give_up(self) -> None:
        if self.transport is not None:
            self.transport.write(_HEAD_TOO_SLOW)
        self.force_close()

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
