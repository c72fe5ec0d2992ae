"""A page that is loaded again and again while it draws: nothing missing, nothing twice."""

import asyncio
import random

import pytest
from playwright.async_api import Page

from tests.browser.comic_page import ComicPage
from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import LONG, SHORT
from tests.support.running_app import RunningApp

RELOADS = 10
# Results of LONG at least: its analysis, its script, and some pictures.
RESULTS = 11

_FRAMES = """count => new Promise(resolve => {
  const next = left => left === 0 ? resolve() : requestAnimationFrame(() => next(left - 1));
  next(count);
})"""


async def test_a_page_that_is_reloaded_at_random_moments_shows_every_panel_once(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    moments = random.Random(20)
    app.emulator.delay(text=0.1, image=0.15)
    comic = await device.visit()
    generation_id = await comic.draw(LONG, "comic")

    for results in sorted(moments.choices(range(RESULTS), k=RELOADS)):
        await at_least(comic, results)
        # Whatever the page needs for a reload, the comic is not finished before the last one.
        model.hold()
        await frames(comic.page, moments.randrange(4))
        await comic.page.reload(wait_until=moments.choice(["commit", "load"]))
        # What is drawn next comes while the page is being put together, or after that.
        model.release()
    panel_count = await comic.complete()

    assert await comic.panels_out_of_place(generation_id) == []
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
async def test_a_page_that_is_reloaded_right_after_the_click_starts_one_generation(
    device: Device, app: RunningApp, frame_count: int
) -> None:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click(no_wait_after=True)
    await frames(comic.page, frame_count)
    await comic.page.reload()

    panel_count = await comic.complete()

    assert await comic.panels_out_of_place(await comic.generation_id()) == []
    assert calls_by_kind(app)["analysis"] == 1
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_finished_comic_comes_from_the_browser_without_fetching_a_picture(
    device: Device, app: RunningApp
) -> None:
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
    """Wait until the page shows so many results."""
    async with asyncio.timeout(60):
        while await comic.result_count() < results:
            await frames(comic.page, 1)


async def frames(page: Page, count: int) -> None:
    """Wait until the page has been painted so many times."""
    await page.evaluate(_FRAMES, count)
