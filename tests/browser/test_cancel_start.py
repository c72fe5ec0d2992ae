"""Cancelling a start that the app has not answered."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
import pytest_asyncio
from playwright.async_api import Request, Route, expect

from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.stories import SHORT
from tests.support.running_app import PATIENCE_S, RunningApp

START = "**/api/generate-manga-stream"
CANCEL = "**/api/generate-manga-stream/cancel"


@dataclass
class SilentApp:
    """Intercepts requests in the browser: answers no start, and cancels only while `is_reachable`."""

    started: list[str] = field(default_factory=list[str])
    cancelled: list[str] = field(default_factory=list[str])
    is_reachable: bool = True
    received: asyncio.Event = field(default_factory=asyncio.Event)
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, route: Route) -> None:
        self.started.append(route.request.headers["idempotency-key"])
        self.received.set()

    async def cancel(self, route: Route) -> None:
        """Answer, or abort the request."""
        self.tried.set()
        if not self.is_reachable:
            return await route.abort()
        self.cancelled.append(route.request.headers["idempotency-key"])
        self.answered.set()
        return await route.fulfill(status=202, json={})


@pytest_asyncio.fixture(loop_scope="session")
async def silent_app(device: Device) -> AsyncGenerator[SilentApp]:
    app = SilentApp()
    await device.context.route(START, app.start)
    await device.context.route(CANCEL, app.cancel)
    yield app
    await device.context.unroute_all(behavior="ignoreErrors")


async def send(device: Device, app: SilentApp) -> ComicPage:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click()
    await expect(comic.step).to_have_text("Sending your story…")
    # The page shows this before the browser sends the request.
    await asyncio.wait_for(app.received.wait(), PATIENCE_S)
    return comic


async def test_cancel_before_the_answer_returns_to_the_story(device: Device, silent_app: SilentApp) -> None:
    comic = await send(device, silent_app)
    await comic.page.get_by_role("button", name="Cancel").click()

    await expect(comic.draw_button).to_be_visible()
    await expect(comic.story).to_have_value(SHORT)
    await expect(comic.page.locator("#start-note")).to_have_text("Cancelled. Nothing will be drawn.")
    await asyncio.wait_for(silent_app.answered.wait(), PATIENCE_S)
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started
    assert comic.page.url.endswith("/#/")


async def test_cancel_that_can_not_be_sent_is_sent_after_a_reload(device: Device, silent_app: SilentApp) -> None:
    device.expect_errors("ERR_FAILED")
    silent_app.is_reachable = False
    comic = await send(device, silent_app)
    await comic.page.get_by_role("button", name="Cancel").click()
    await asyncio.wait_for(silent_app.tried.wait(), PATIENCE_S)
    await expect(comic.page.locator("#start-note")).to_have_text("Cancelling…")
    await expect(comic.page.locator("#shelf")).to_contain_text("Cancelling…")

    silent_app.is_reachable = True
    await comic.page.reload()

    await asyncio.wait_for(silent_app.answered.wait(), PATIENCE_S)
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started
    await comic.page.go_back()
    await expect(comic.draw_button).to_be_visible()
    assert len(silent_app.started) == 1


async def test_unanswered_start_can_be_cancelled_from_the_list(device: Device, silent_app: SilentApp) -> None:
    comic = await send(device, silent_app)
    await comic.page.get_by_role("link", name="Write a story").click()
    await comic.page.get_by_role("button", name="Cancel it").click()

    await asyncio.wait_for(silent_app.answered.wait(), PATIENCE_S)
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started


@asynccontextmanager
async def held_start(device: Device, comic: ComicPage) -> AsyncGenerator[Request]:
    """Press "Draw the comic" and yield the start request, which is held in the browser."""
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
    """Send a held start to the app, and yield its answer when it begins."""
    async with app.client() as client:
        headers = {name: start.headers[name] for name in ("content-type", "idempotency-key")}
        path = "/api/generate-manga-stream"
        async with client.stream("POST", path, content=start.post_data_buffer or b"", headers=headers) as answer:
            yield answer


async def press_cancel(comic: ComicPage) -> None:
    """Press "Cancel" and wait until the app has accepted it."""
    async with comic.page.expect_response(CANCEL) as response:
        await comic.page.get_by_role("button", name="Cancel").click()
    assert (await response.value).status == 202
    await expect(comic.draw_button).to_be_visible()


async def test_start_that_arrives_after_its_cancel_begins_nothing(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    runs = app.runs()
    async with held_start(device, comic) as start:
        await press_cancel(comic)
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
        await press_cancel(comic)
        model.release()
        with suppress(httpx.StreamError):
            await answer.aread()

    assert app.state(generation_id)["status"] == "cancelled"
    assert calls_by_kind(app).keys() <= {"analysis"}
