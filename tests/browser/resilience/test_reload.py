"""Reloads during a generation lose and repeat nothing."""

import asyncio
import random

import pytest
from playwright.async_api import Page

from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.drawing import assert_complete
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.stories import LONG, SHORT
from tests.support.running_app import RunningApp

RELOADS = 10
# LONG has at least so many results.
RESULTS = 11

_FRAMES = """count => new Promise(resolve => {
  const next = left => left === 0 ? resolve() : requestAnimationFrame(() => next(left - 1));
  next(count);
})"""


async def test_page_reloaded_at_random_moments_shows_every_panel_once(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    moments = random.Random(20)
    app.emulator.delay(text=0.1, image=0.15)
    comic = await device.visit()
    await comic.draw(LONG, "comic")

    for results in sorted(moments.choices(range(RESULTS), k=RELOADS)):
        await at_least(comic, results)
        # The comic must not be finished before the last reload.
        model.hold()
        await frames(comic.page, moments.randrange(4))
        await comic.page.reload(wait_until=moments.choice(["commit", "load"]))
        # The next images arrive while the page loads, or later.
        model.release()
    panel_count = await comic.complete()

    assert await comic.wrong_panels() == []
    pictures = await comic.pictures()
    assert None not in pictures
    assert len(set(pictures)) == panel_count
    assert calls_by_kind(app) == {
        "analysis": 1,
        "chunking": 1,
        "character": await comic.characters.count(),
        "panel": panel_count,
    }


@pytest.mark.parametrize("frame_count", [0, 3])
async def test_reload_right_after_the_click_starts_one_generation(
    device: Device, app: RunningApp, frame_count: int
) -> None:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click(no_wait_after=True)
    await frames(comic.page, frame_count)
    await comic.page.reload()

    await assert_complete(comic, app)


async def test_finished_comic_is_shown_from_the_cache(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    panel_count = await comic.complete()
    device.paths.clear()

    await comic.page.reload()

    assert await comic.complete() == panel_count
    assert device.requests_to("/api/generations/.*/images/.*") == []
    assert device.requests_to("/api/generate-manga-stream.*") == []
    assert device.requests_to("/assets/.*") != []


async def at_least(comic: ComicPage, results: int) -> None:
    """Wait until the page shows at least so many results."""
    async with asyncio.timeout(60):
        while await comic.result_count() < results:
            await frames(comic.page, 1)


async def frames(page: Page, count: int) -> None:
    """Wait for so many frames of the page."""
    await page.evaluate(_FRAMES, count)
