"""``context.call_http`` against a real server."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.tools.engine.conftest import Bench, wait_for_end
from tests.tools.engine.sdk_invoker import Context, Flow, SdkInvoker
from tools.devhost.engine.storage.records import RuntimeStatus


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Accepts a job, reports twice that it is not done, and then returns the posted body."""
    asked: list[str] = []

    async def accept(request: web.Request) -> web.Response:
        asked.append(await request.text())
        return web.Response(status=202, headers={"Location": "/job", "Retry-After": "0"})

    async def job(_request: web.Request) -> web.Response:
        asked.append("poll")
        if len(asked) < 4:
            return web.Response(status=202, headers={"Location": "/job", "Retry-After": "0"})
        return web.Response(text=asked[0], headers={"X-Polls": str(len(asked) - 1)})

    application = web.Application()
    application.router.add_post("/jobs", accept)
    application.router.add_get("/job", job)
    running = TestServer(application)
    await running.start_server()
    yield running
    await running.close()


async def test_accepted_request_is_polled_until_it_is_done(bench: Bench, server: TestServer) -> None:
    def flow(context: Context) -> Flow:
        answer = yield context.call_http("POST", str(server.make_url("/jobs")), content={"n": 1})
        return [answer["statusCode"], answer["content"], answer["headers"]["X-Polls"]]

    engine = await bench.engine(SdkInvoker({"flow": flow}))
    await engine.start("flow", "it")
    assert (await wait_for_end(engine, "it")).output == r'[200,"{\"n\": 1}","3"]'


async def test_unreachable_server_fails_the_task_with_its_address(bench: Bench, server: TestServer) -> None:
    address = str(server.make_url("/jobs"))
    await server.close()

    def flow(context: Context) -> Flow:
        yield context.call_http("POST", address)

    engine = await bench.engine(SdkInvoker({"flow": flow}))
    await engine.start("flow", "it")
    ended = await wait_for_end(engine, "it")
    assert ended.status is RuntimeStatus.FAILED
    assert f"HTTP call to {address} failed" in (ended.output or "")
