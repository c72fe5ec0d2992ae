"""The comics of this browser: found, deleted, undone, and told when they are gone; and the sample on an empty page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.drawing import draw_in_part
from tests.browser.support.model import ModelGate
from tests.browser.support.shelf import add_copies, is_marked_as_deleted, remove_stored_images
from tests.browser.support.stories import SHORT
from tests.support.running_app import RunningApp

VIEWPORTS: tuple[ViewportSize, ...] = ({"width": 360, "height": 740}, {"width": 1280, "height": 800})
UNDO_MS = 10_500


def items(comic: ComicPage) -> Locator:
    return comic.page.locator("#shelf-list > li")


async def drawn(device: Device) -> tuple[ComicPage, str, str]:
    """Draw a comic and return to the shelf; return its title and id, too."""
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    title = await comic.title.inner_text()
    generation_id = await comic.generation_id()
    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(items(comic)).to_have_count(1)
    return comic, title, generation_id


@pytest.mark.parametrize("viewport", VIEWPORTS, ids=str)
async def test_every_comic_can_be_recognized_and_found(new_device: NewDevice, viewport: ViewportSize) -> None:
    device = await new_device(viewport)
    comic, title, generation_id = await drawn(device)
    item = items(comic).first
    await expect(item).to_contain_text(re.compile(r"\d panels · \d+ \w+ \d{4} · \$\d\.\d\d"))
    await expect(item.locator("img")).to_have_js_property("naturalWidth", 320)
    device.paths.clear()
    search = comic.page.get_by_label("Search titles and stories")
    await expect(search).to_be_hidden()

    await add_copies(comic.page, generation_id, 14)
    await comic.page.reload()
    await expect(items(comic)).to_have_count(12)
    await comic.page.get_by_role("button", name="Show more").click()
    await expect(items(comic)).to_have_count(15)
    await expect(items(comic).nth(12).get_by_role("link")).to_be_focused()
    await search.fill("COPY 14")
    await expect(items(comic)).to_have_count(1)
    await expect(comic.page.locator("#shelf-count")).to_have_text("1 of 15 comics")
    await search.fill("laughed " + title)
    await expect(items(comic)).to_have_count(15)
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    # The thumbnail is stored: its image is neither fetched nor decoded again.
    assert device.requests_to("/api/.*/images/.*") == []


async def test_deleted_comic_can_be_restored_until_the_page_is_left(device: Device, app: RunningApp) -> None:
    comic, title, generation_id = await drawn(device)
    delete = comic.page.get_by_role("button", name=f"Delete “{title}”")
    undo = comic.page.get_by_role("button", name="Undo")

    # The time stands still, so the offer lasts on a slow machine, too.
    await comic.page.clock.install()
    await comic.page.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
    await delete.click()
    await expect(comic.page.get_by_role("link", name=title)).to_be_hidden()
    await expect(undo).to_be_focused()
    await undo.click()
    await expect(comic.page.get_by_role("link", name=title)).to_be_visible()
    await expect(delete).to_be_focused()
    await comic.page.clock.resume()
    await comic.page.reload()
    await expect(items(comic)).to_have_count(1)
    assert app.http.get(f"/api/generations/{generation_id}").status_code == 200

    # The old page sends the deletion when it is left, and the new one makes sure.
    device.expect_errors("status of 404")
    async with comic.page.expect_request(f"**/api/generations/{generation_id}") as request:
        await delete.click()
        assert await accessibility_problems(comic.page, FEW_LOOKS) == []
        await comic.page.reload()
    assert (await request.value).method == "DELETE"
    await expect(comic.page.locator("#sample")).to_be_visible()
    await expect(items(comic)).to_have_count(0)


async def test_deletion_is_sent_when_it_can_no_longer_be_undone(device: Device, app: RunningApp) -> None:
    comic, title, generation_id = await drawn(device)
    page = comic.page
    await page.clock.install()

    await page.get_by_role("button", name=f"Delete “{title}”").click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await is_marked_as_deleted(page, generation_id)
    async with page.expect_response(f"**/api/generations/{generation_id}"):
        await page.clock.fast_forward(UNDO_MS)

    await expect(page.locator("#shelf")).to_be_hidden()
    assert app.http.get(f"/api/generations/{generation_id}").status_code == 404


async def test_comics_that_the_device_has_lost_are_told(device: Device, app: RunningApp) -> None:
    comic, title, generation_id = await drawn(device)
    await remove_stored_images(comic.page)
    await comic.page.reload()
    await expect(items(comic)).to_contain_text("Not on this device. It is loaded from the server when you open it.")
    await comic.page.get_by_role("link", name=title).click()
    await comic.complete()
    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(items(comic)).to_contain_text("2 panels")
    await expect(items(comic)).not_to_contain_text("Not on this device")

    assert app.http.delete(f"/api/generations/{generation_id}").status_code == 204
    device.expect_errors("status of 404")
    await comic.page.get_by_role("link", name=title).click()
    await expect(comic.ending).to_contain_text("Only on this device")
    await comic.complete()
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    await comic.page.get_by_role("link", name="Write a story").click()

    # The browser removes everything but localStorage.
    await device.send_devtools(
        comic.page, "Storage.clearDataForOrigin", origin=device.app_url, storageTypes="indexeddb"
    )
    await comic.page.reload()

    await expect(items(comic)).to_contain_text(title)
    await expect(items(comic)).to_contain_text("Expired")
    await expect(items(comic)).to_contain_text("Neither this device nor the server has it any more.")


async def test_running_comic_shows_its_progress_on_the_shelf(device: Device, model: ModelGate) -> None:
    comic = await draw_in_part(device, model, 2)
    await comic.page.get_by_role("link", name="Write a story").click()

    await expect(items(comic)).to_contain_text(re.compile(r"Drawing, \d of \d panels done"))


async def test_empty_page_shows_a_sample_that_loads_when_it_is_near(device: Device) -> None:
    comic = await device.visit()
    sample = comic.page.locator("#sample")
    await expect(sample).to_be_visible()
    assert device.requests_to("/assets/.*/sample/.*") == []

    await sample.scroll_into_view_if_needed()
    pictures = sample.get_by_role("img")
    await expect(pictures).to_have_count(8)
    await pictures.last.scroll_into_view_if_needed()
    await expect(pictures.last).to_have_js_property("naturalWidth", 640)
    assert await accessibility_problems(comic.page) == []

    await drawn(device)
    await comic.page.reload()
    await expect(items(comic)).to_have_count(1)
    await expect(sample).to_be_hidden()
