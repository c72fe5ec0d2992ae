"""Clients that receive nothing: their memory is limited, and they are disconnected after a while."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.streaming.slow_readers import CUT_OFF_AFTER_S, MAX_PIECE_BYTES, SlowReaders

BODY = bytes(range(256)) * 1024


@dataclass(slots=True)
class Timer:
    """A timer of a fake clock."""

    due_s: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass(slots=True)
class Clock:
    """A fake clock."""

    now_s: float = 0
    timers: list[Timer] = field(default_factory=list[Timer])

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(self.now_s + delay_s, callback)
        self.timers.append(timer)
        return timer

    def advance(self, seconds: float) -> None:
        self.now_s += seconds
        for timer in self.timers:
            if not timer.cancelled and timer.due_s <= self.now_s:
                timer.cancel()
                timer.callback()


class Connection:
    """A connection of uvicorn that keeps what it sends; every message takes `seconds_each`."""

    def __init__(self, seconds_each: float = 0) -> None:
        self.clock = Clock()
        self.transport = self
        self.aborted = False
        self.sent: list[Message] = []
        self._seconds_each = seconds_each

    async def serve(self, app: ASGIApp) -> None:
        """Answer a request through the middleware."""
        await SlowReaders(app, call_later=self.clock.call_later)({}, _no_request, self.send)

    async def send(self, message: Message) -> None:
        self.clock.advance(self._seconds_each)
        self.sent.append(message)

    def abort(self) -> None:
        self.aborted = True

    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def _answering(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in messages:
            await send(message)

    return app


async def _no_request() -> Message:
    return {"type": "http.disconnect"}


START: Message = {"type": "http.response.start", "status": 200, "headers": []}


def _chunk(body: bytes | memoryview, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


@pytest.mark.parametrize("size", [0, 1, MAX_PIECE_BYTES, MAX_PIECE_BYTES + 1, 3 * MAX_PIECE_BYTES, len(BODY)])
@pytest.mark.parametrize("kind", [bytes, memoryview])
async def test_body_is_sent_in_small_pieces(size: int, kind: Callable[[bytes], bytes | memoryview]) -> None:
    connection = Connection()

    await connection.serve(_answering(START, _chunk(kind(BODY[:size]), more=False)))

    assert connection.sent[0] is START
    assert connection.body() == BODY[:size]
    assert [message["more_body"] for message in connection.sent[1:]] == [True] * (len(connection.sent) - 2) + [False]
    assert max(len(message["body"]) for message in connection.sent[1:]) <= MAX_PIECE_BYTES


async def test_large_chunk_does_not_end_a_streamed_response() -> None:
    connection = Connection()

    await connection.serve(_answering(START, _chunk(BODY, more=True), _chunk(b"", more=False)))

    assert [message["more_body"] for message in connection.sent[1:]] == [True] * (len(connection.sent) - 2) + [False]


async def test_client_that_receives_nothing_for_a_minute_is_disconnected() -> None:
    connection = Connection(seconds_each=CUT_OFF_AFTER_S)

    await connection.serve(_answering(START))

    assert connection.aborted


async def test_client_that_receives_a_piece_a_minute_is_not_disconnected() -> None:
    connection = Connection(seconds_each=CUT_OFF_AFTER_S - 1)

    await connection.serve(_answering(START, _chunk(BODY, more=False)))
    connection.clock.advance(CUT_OFF_AFTER_S)

    assert not connection.aborted
    assert connection.body() == BODY


async def test_time_during_which_the_app_sends_nothing_does_not_count() -> None:
    connection = Connection()

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(START)
        connection.clock.advance(10 * CUT_OFF_AFTER_S)
        await send(_chunk(b"", more=False))

    await connection.serve(app)

    assert not connection.aborted


async def test_failed_send_leaves_no_timer() -> None:
    class LostConnection(Connection):
        async def send(self, message: Message) -> None:
            raise OSError("gone")

    connection = LostConnection()

    with pytest.raises(OSError, match="gone"):
        await connection.serve(_answering(START))
    connection.clock.advance(CUT_OFF_AFTER_S)

    assert not connection.aborted


@asynccontextmanager
async def _serving(app: ASGIApp) -> AsyncGenerator[uvicorn.Server]:
    """Serve as the extension does, on a free port."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield server
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def _stalled_client(server: uvicorn.Server) -> socket.socket:
    """Send a request, and read nothing of the answer."""
    client = socket.socket()
    client.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(client, server.servers[0].sockets[0].getsockname())
    await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return client


def _buffered_bytes(server: uvicorn.Server) -> int:
    (connection,) = server.server_state.connections
    transport = connection.transport
    return transport.get_write_buffer_size() if transport else 0


async def test_stalled_client_of_uvicorn_takes_little_memory_and_its_stream_ends() -> None:
    buffered: list[int] = []
    ended = asyncio.Event()

    async def body() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield BODY * 20
                await asyncio.sleep(0)
        finally:
            ended.set()

    def call_soon_later(_delay_s: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        def note_and_call() -> None:
            buffered.append(_buffered_bytes(server))
            callback()

        return asyncio.get_running_loop().call_later(0.2, note_and_call)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await SlowReaders(StreamingResponse(body()), call_later=call_soon_later)(scope, receive, send)

    async with _serving(app) as server:
        client = await _stalled_client(server)
        async with asyncio.timeout(30):
            await ended.wait()
            await _read_until_cut_off(client)

    assert buffered
    assert max(buffered) <= 4 * MAX_PIECE_BYTES


async def _read_until_cut_off(client: socket.socket) -> None:
    with client:
        try:
            while await asyncio.get_running_loop().sock_recv(client, 1 << 20):
                continue
        except ConnectionResetError:
            return
