"""Cancelling a start that the app has not answered. The requests for it end in the browser: no app is needed."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.comic_page import ComicPage
from tests.browser.device import Device
from tests.browser.stories import SHORT
from tests.support.running_app import PATIENCE_S

START = "**/api/generate-manga-stream"
CANCEL = "**/api/generate-manga-stream/cancel"


@dataclass
class SilentApp:
    """Answers no start, and a cancel only while `is_reachable`."""

    started: list[str] = field(default_factory=list[str])
    cancelled: list[str] = field(default_factory=list[str])
    is_reachable: bool = True
    _tried: asyncio.Event = field(default_factory=asyncio.Event)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, route: Route) -> None:
        """Never answer."""
        self.started.append(route.request.headers["idempotency-key"])

    async def cancel(self, route: Route) -> None:
        """Answer or hang up."""
        self._tried.set()
        if not self.is_reachable:
            return await route.abort()
        self.cancelled.append(route.request.headers["idempotency-key"])
        self._answered.set()
        return await route.fulfill(status=202, json={})

    async def cancel_tried(self) -> None:
        """Wait for the first cancel."""
        await asyncio.wait_for(self._tried.wait(), PATIENCE_S)

    async def cancel_answered(self) -> None:
        """Wait for the first cancel that is answered."""
        await asyncio.wait_for(self._answered.wait(), PATIENCE_S)


@pytest_asyncio.fixture(loop_scope="session")
async def silent_app(device: Device) -> AsyncGenerator[SilentApp]:
    app = SilentApp()
    await device.context.route(START, app.start)
    await device.context.route(CANCEL, app.cancel)
    yield app
    await device.context.unroute_all(behavior="ignoreErrors")


async def send(device: Device) -> ComicPage:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click()
    await expect(comic.step).to_have_text("Sending your story…")
    return comic


async def test_cancel_before_the_answer_goes_back_to_the_story(device: Device, silent_app: SilentApp) -> None:
    comic = await send(device)
    await comic.page.get_by_role("button", name="Cancel").click()

    await expect(comic.draw_button).to_be_visible()
    await expect(comic.story).to_have_value(SHORT)
    await silent_app.cancel_answered()
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started
    assert comic.page.url.endswith("/#/")


async def test_cancel_that_can_not_be_sent_is_sent_after_a_reload(device: Device, silent_app: SilentApp) -> None:
    device.expect_errors("ERR_FAILED")
    silent_app.is_reachable = False
    comic = await send(device)
    await comic.page.get_by_role("button", name="Cancel").click()
    await silent_app.cancel_tried()
    await expect(comic.page.locator("#shelf")).to_contain_text("Being cancelled")

    silent_app.is_reachable = True
    await comic.page.reload()

    await silent_app.cancel_answered()
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started
    await comic.page.go_back()
    await expect(comic.draw_button).to_be_visible()
    assert len(silent_app.started) == 1


async def test_start_without_an_answer_can_be_cancelled_from_the_shelf(device: Device, silent_app: SilentApp) -> None:
    comic = await send(device)
    await comic.page.get_by_role("link", name="New story").click()
    await comic.page.get_by_role("button", name="Cancel it").click()

    await silent_app.cancel_answered()
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    assert silent_app.cancelled == silent_app.started
