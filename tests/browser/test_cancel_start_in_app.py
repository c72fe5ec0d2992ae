"""Cancelling a start that was not answered, with the real app: before the start arrives, and after."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import httpx
from playwright.async_api import Request, Route, expect

from tests.browser.comic_page import ComicPage
from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import SHORT
from tests.support.running_app import PATIENCE_S, RunningApp

START = "**/api/generate-manga-stream"
CANCEL = "**/api/generate-manga-stream/cancel"


@asynccontextmanager
async def held_start(device: Device, comic: ComicPage) -> AsyncGenerator[Request]:
    """Press "Draw it", and give the start; the app does not see it, and the page gets no answer."""
    held: asyncio.Future[Request] = asyncio.get_running_loop().create_future()

    async def hold(route: Route) -> None:
        held.set_result(route.request)

    await device.context.route(START, hold)
    await comic.write(SHORT)
    await comic.draw_button.click()
    yield await asyncio.wait_for(held, PATIENCE_S)
    await device.context.unroute_all(behavior="ignoreErrors")


@asynccontextmanager
async def sent(app: RunningApp, start: Request) -> AsyncGenerator[httpx.Response]:
    """Send a held start to the app, and give its answer as soon as it begins."""
    async with app.client() as client:
        headers = {name: start.headers[name] for name in ("content-type", "idempotency-key")}
        path = "/api/generate-manga-stream"
        async with client.stream("POST", path, content=start.post_data_buffer or b"", headers=headers) as answer:
            yield answer


async def cancel(comic: ComicPage) -> None:
    """Press "Cancel", and wait until the app has accepted it."""
    async with comic.page.expect_response(CANCEL) as response:
        await comic.page.get_by_role("button", name="Cancel").click()
    assert (await response.value).status == 202
    await expect(comic.draw_button).to_be_visible()


async def test_start_that_arrives_after_its_cancel_begins_nothing(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    runs = app.runs()
    async with held_start(device, comic) as start:
        await cancel(comic)
        async with sent(app, start) as answer:
            await answer.aread()

    assert app.runs() == runs
    assert calls_by_kind(app) == {}


async def test_start_that_arrived_before_its_cancel_is_cancelled(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    model.hold()
    comic = await device.visit()
    async with held_start(device, comic) as start, sent(app, start) as answer:
        generation_id = answer.headers["x-generation-id"]
        await cancel(comic)
        model.release()
        with suppress(httpx.StreamError):
            await answer.aread()

    assert app.state(generation_id)["status"] == "cancelled"
    assert calls_by_kind(app).keys() <= {"analysis"}
