"""A connection: time limits for its client, and answers to invalid requests."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from tools.devhost.http.body import IncomingBody
from tools.devhost.http.limits import RequestLimits
from tools.devhost.http.server import bare_server, running_server

HEAD = b"GET / HTTP/1.1\r\nHost: comics.example\r\n"
POST = b"POST / HTTP/1.1\r\nHost: comics.example\r\n"
PATIENT = RequestLimits()
#: Short, so that tests are fast, but long enough for a client that sends at once.
SHORT_S = 0.2

type Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def connection(limits: RequestLimits, pause_s: float = 0) -> AsyncGenerator[Connection]:
    """Connect to a server that returns the size of the received body after a pause."""

    async def size(request: web.Request) -> web.Response:
        await asyncio.sleep(pause_s)
        return web.Response(text=str(len(await IncomingBody(request, limits).read())))

    server = bare_server()
    server.router.add_route("*", "/", size)
    listener = socket.create_server(("127.0.0.1", 0))
    async with running_server(server, listener, limits):
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def test_incomplete_request_head_times_out() -> None:
    async with connection(RequestLimits(head_timeout_s=SHORT_S)) as (reader, writer):
        writer.write(HEAD)
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n")


@pytest.mark.parametrize(
    ("head", "status"), [(HEAD + b"X: ", b"408"), (POST + b"Content-Length: 1000\r\n\r\n", b"500")]
)
async def test_request_that_is_sent_too_slowly_is_aborted(head: bytes, status: bytes) -> None:
    limits = RequestLimits(head_timeout_s=SHORT_S, body_grace_s=SHORT_S, drain_s=0)
    async with connection(limits) as (reader, writer):
        answer = asyncio.create_task(reader.readline())
        writer.write(head)
        while not answer.done():
            writer.write(b"x")
            await asyncio.sleep(SHORT_S / 10)
    assert answer.result().startswith(b"HTTP/1.1 " + status)


async def test_head_timeout_applies_to_later_requests_too() -> None:
    async with connection(RequestLimits(head_timeout_s=SHORT_S)) as (reader, writer):
        writer.write(POST + b"Content-Length: 3\r\n\r\nabc")
        assert b"200 OK" in await reader.readuntil(b"\r\n\r\n3")
        writer.write(HEAD)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")


async def test_answer_may_take_longer_than_the_head_timeout() -> None:
    async with connection(RequestLimits(head_timeout_s=SHORT_S), pause_s=SHORT_S * 2) as (reader, writer):
        writer.write(HEAD + b"Connection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")


async def test_pipelined_request_does_not_abort_the_previous_one() -> None:
    async with connection(RequestLimits(head_timeout_s=SHORT_S), pause_s=SHORT_S * 2) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        await asyncio.sleep(SHORT_S / 4)
        writer.write(HEAD)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_idle_connection_is_closed() -> None:
    async with connection(RequestLimits(idle_timeout_s=SHORT_S)) as (reader, _):
        assert await reader.read() == b""


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: 10\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    ids=["announced", "chunked"],
)
async def test_incomplete_body_returns_500(framing: bytes) -> None:
    async with connection(RequestLimits(body_grace_s=SHORT_S, drain_s=0)) as (reader, writer):
        writer.write(POST + framing)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n")
        assert await reader.read() == b""


async def test_fast_body_may_take_longer_than_the_grace_time() -> None:
    limits = RequestLimits(body_grace_s=SHORT_S, min_body_bytes_per_s=1)
    async with connection(limits) as (reader, writer):
        writer.write(POST + b"Content-Length: 4\r\nConnection: close\r\n\r\nabc")
        await asyncio.sleep(SHORT_S * 2)
        writer.write(b"d")
        assert (await reader.read()).endswith(b"\r\n\r\n4")


async def test_too_large_body_returns_500() -> None:
    for framing in (b"Content-Length: 4\r\n\r\nabcd", b"Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"):
        async with connection(RequestLimits(max_body_bytes=3, drain_s=0)) as (reader, writer):
            writer.write(POST + framing)
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET\r\nX: y /pot HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + (b"X: " + b"x" * 8000 + b"\r\n") * 4 + b"\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + (b"X: " + b"x" * 8200 + b"\r\n") * 4 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 99 + b"\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x:y\r\n\r\n", 400),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n", 400),
        (b"GET http://other.example/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: caf\xe9\r\n\r\n", 400),
    ],
)
async def test_invalid_request_returns_a_status_and_an_empty_body(sent: bytes, status: int) -> None:
    async with connection(PATIENT) as (reader, writer):
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        assert head.split()[1] == str(status)
        if status != 200:
            assert "Content-Length: 0\r\n" in head
            assert "Content-Type" not in head
