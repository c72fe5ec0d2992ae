"""Images are inserted into a request while it is sent; a real server receives it."""

import asyncio
import base64
import json
import os
import tracemalloc
from collections.abc import AsyncIterator, Sequence

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from shared.model.attached_images import attached, send_attached

SMALL = b"\x89PNG small"
# Its base64 differs between the two alphabets, and its length is not a multiple of the chunk size.
LARGE = b"\xff\xef\xbe" * 100_000 + b"!"


class Received:
    """A server that keeps the bodies of all requests and the headers of the last one."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        self.headers = dict(request.headers)
        self.bodies.append(await request.read())
        return web.Response()


@pytest.fixture
def received() -> Received:
    return Received()


@pytest.fixture
async def session(received: Received) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application(client_max_size=64_000_000)
    app.router.add_post("/", received.take)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(base_url=server.make_url("/"), middlewares=[send_attached]) as session,
    ):
        yield session


def body_of(images: Sequence[bytes]) -> bytes:
    """Return the request body in the form that the SDK sends."""
    return json.dumps({"parts": [{"text": "é"}, *({"data": encoded(image)} for image in images)]}).encode()


def encoded(image: bytes) -> str:
    return base64.urlsafe_b64encode(image).decode()


@pytest.mark.parametrize("images", [[SMALL], [LARGE], [LARGE, SMALL, LARGE], [b""]], ids=len)
async def test_server_receives_the_images_in_place_of_the_placeholders(
    session: aiohttp.ClientSession, received: Received, images: list[bytes]
) -> None:
    with attached(images) as placeholders:
        await session.post("/", data=body_of(placeholders), headers={"Content-Type": "application/json"})

    assert received.bodies == [body_of(images)]
    assert received.headers["Content-Length"] == str(len(body_of(images)))
    assert received.headers["Content-Type"] == "application/json"
    assert "Transfer-Encoding" not in received.headers


async def test_request_without_images_is_sent_unchanged(session: aiohttp.ClientSession, received: Received) -> None:
    with attached([]):
        await session.post("/", data=body_of([]))

    assert received.bodies == [body_of([])]


@pytest.mark.parametrize(
    "kept", [slice(0), slice(1), slice(None, None, -1)], ids=["none", "one of two", "another order"]
)
async def test_nothing_is_sent_if_a_placeholder_is_missing_or_out_of_order(
    session: aiohttp.ClientSession, received: Received, kept: slice
) -> None:
    with attached([SMALL, LARGE]) as placeholders, pytest.raises(LookupError):
        await session.post("/", data=body_of(placeholders[kept]))

    assert received.bodies == []


async def test_concurrent_requests_send_their_own_images(session: aiohttp.ClientSession, received: Received) -> None:
    both_attached = asyncio.Barrier(2)

    async def send(image: bytes) -> None:
        with attached([image]) as placeholders:
            await both_attached.wait()
            await session.post("/", data=body_of(placeholders))

    await asyncio.gather(send(SMALL), send(LARGE))

    assert sorted(received.bodies, key=len) == [body_of([SMALL]), body_of([LARGE])]


async def test_image_is_not_copied_while_waiting_for_the_answer() -> None:
    image, answer = os.urandom(8_000_000), asyncio.Event()
    arrived = asyncio.Event()

    async def drain(request: web.Request) -> web.Response:
        async for _ in request.content.iter_any():
            pass
        arrived.set()
        await answer.wait()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", drain)
    async with TestServer(app) as server, aiohttp.ClientSession(middlewares=[send_attached]) as session:
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            with attached([image]) as placeholders:
                call = asyncio.create_task(session.post(server.make_url("/"), data=body_of(placeholders)))
                await arrived.wait()
                _, peak = tracemalloc.get_traced_memory()
                answer.set()
                (await call).release()
        finally:
            tracemalloc.stop()

    assert peak - before < len(image) / 2
