"""The page and finished comics open without a network, and a new version of the page is taken up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.cable import cable_to
from tests.browser.support.model import ModelGate
from tests.browser.support.page_server import PageServer, page_server
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

# Whether this version of the page is stored for use without a network.
_IS_STORED = """async version => {
  const registration = await navigator.serviceWorker.ready;
  const isActive = registration.installing === null && registration.waiting === null;
  return isActive && (await caches.match(`/?version=${version}`)) !== undefined;
}"""
_IS_GONE = "async version => (await caches.match(`/?version=${version}`)) === undefined"
_VERSION = "() => document.querySelector('script[type=module]').src.split('/').at(-2)"
_FETCH_ADDRESS_MODULE = "async version => (await fetch(`/assets/${version}/address.js`)).text()"


@pytest.fixture
def pages(app: RunningApp, tmp_path: Path) -> Iterator[PageServer]:
    """A copy of the page that can be deployed again."""
    with page_server(app.url, tmp_path) as pages:
        yield pages


async def version_of(page: Page) -> str:
    return str(await page.evaluate(_VERSION))


async def stored(page: Page, version: str) -> None:
    """Wait until this version of the page is stored."""
    await page.wait_for_function(_IS_STORED, arg=version)


async def test_shell_and_finished_comics_open_offline(new_device: NewDevice, app: RunningApp) -> None:
    async with cable_to(app.url) as cable:
        device = await new_device(app_url=cable.url, has_service_worker=True)
        device.expect_errors("net::ERR_")
        comic = await device.visit()
        await comic.draw(SHORT)
        panel_count = await comic.complete()
        title = await comic.title.inner_text()
        await stored(comic.page, await version_of(comic.page))
        address = comic.page.url
        await comic.page.close()
        cable.cut()

        offline = await device.visit(address)
        assert await offline.complete() == panel_count
        assert await offline.title.inner_text() == title
        assert None not in await offline.pictures()
        reader = ReaderPage(offline)
        await reader.open()
        await reader.show("Strip")
        await expect(reader.shown).to_have_count(panel_count)
        await offline.page.keyboard.press("Escape")
        await offline.page.get_by_role("link", name="Write a story").click()

        item = offline.page.locator("#shelf-list li")
        await expect(item.get_by_role("link", name=title)).to_be_visible()
        await expect(item.locator("img")).to_have_js_property("naturalWidth", 320)
        cable.mend()


async def test_new_version_is_taken_up_and_interrupts_no_stream(
    new_device: NewDevice, app: RunningApp, model: ModelGate, pages: PageServer
) -> None:
    old = pages.version
    device = await new_device(app_url=pages.url, has_service_worker=True)
    model.hold_panels_after(1)
    comic = await device.visit()
    await stored(comic.page, old)
    await comic.draw(MIDDLE)
    await comic.some_panels()
    new = pages.deploy()

    # A normal navigation shows the new version, and stores it.
    other = await device.visit()
    assert await version_of(other.page) == new
    await stored(other.page, new)
    # The running page stays as it is, with its own version of every file.
    await expect(comic.page.get_by_text("A new version of this page is ready.")).to_be_visible()
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    assert await version_of(comic.page) == old
    assert "A new version" not in await comic.page.evaluate(_FETCH_ADDRESS_MODULE, old)
    model.release()
    panel_count = await comic.complete()
    # The stream of the start was not resumed by another one.
    assert device.requests_to("/api/generate-manga-stream/.*") == []

    await comic.page.get_by_role("button", name="Reload").click()
    await expect(comic.page.get_by_text("A new version of this page is ready.")).to_be_hidden()
    assert await comic.complete() == panel_count
    assert await version_of(comic.page) == new
    # One more deployment removes the version that no page shows any more.
    newest = pages.deploy()
    await other.page.reload()
    await stored(other.page, newest)
    await other.page.wait_for_function(_IS_GONE, arg=old)
    await stored(other.page, new)


async def test_error_of_the_server_is_not_stored(new_device: NewDevice, pages: PageServer) -> None:
    device = await new_device(app_url=pages.url, has_service_worker=True)
    device.expect_errors("status of 503")
    version = pages.version
    comic = await device.visit()
    await stored(comic.page, version)
    pages.is_down = True

    await comic.page.reload()

    await expect(comic.story).to_be_visible()
    assert await version_of(comic.page) == version
    pages.is_down = False
    new = pages.deploy()
    await comic.page.reload()
    assert await version_of(comic.page) == new
    await stored(comic.page, new)
