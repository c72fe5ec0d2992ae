"""An app with access keys: the page asks for the key once, stores it, and sends it with every request."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.stories import SHORT
from tests.support.running_app import RunningApp, running_app
from tests.support.unlimited import NO_LIMITS
from tools.devstack.stack import Stack, StackOptions


@pytest.fixture(scope="module")
def guarded_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """A stack whose host requires keys."""
    options = StackOptions(tmp_path_factory.mktemp("stack"), settings=NO_LIMITS, keys_enforced=True)
    with Stack(options) as stack, running_app(stack) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def device(chromium: Browser, guarded_app: RunningApp) -> AsyncIterator[Device]:
    """A device without a key."""
    device = await Device.create(chromium, guarded_app.url)
    device.expect_errors("status of 401")
    yield device
    await device.close()


async def enter_key(comic: ComicPage, key: str) -> None:
    await comic.page.get_by_label("Key", exact=True).fill(key)
    await comic.page.get_by_role("button", name="Continue").click()


async def test_page_asks_for_the_key_once(device: Device, guarded_app: RunningApp) -> None:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click()
    await enter_key(comic, "not the key")
    await expect(comic.page.get_by_text("This key is not accepted.")).to_be_visible()
    await enter_key(comic, guarded_app.stack.keys().default)

    panel_count = await comic.complete()

    assert panel_count == 2
    download = await comic.export("PDF")
    assert download.suggested_filename.endswith(".pdf")
    # Another tab of this browser does not ask again, even for images.
    other = await device.visit(comic.page.url)
    assert await other.complete() == panel_count
    await other.page.evaluate("indexedDB.deleteDatabase('story-to-manga')")
    await other.page.reload()
    assert await other.complete() == panel_count
    await expect(other.page.locator("#key-dialog")).to_be_hidden()


async def test_valid_key_of_a_lower_level_is_distinguished_from_a_wrong_one(
    device: Device, guarded_app: RunningApp
) -> None:
    device.expect_errors("status of 403")

    async def refuse_any_key(route: Route) -> None:
        await (route.fulfill(status=403) if "x-functions-key" in route.request.headers else route.continue_())

    comic = await device.visit()
    await comic.page.route("**/api/generate-manga-stream", refuse_any_key)
    await comic.write(SHORT)
    await comic.draw_button.click()
    await enter_key(comic, "one of a lower level")
    await expect(comic.page.get_by_text("This key is valid, but its level is too low.")).to_be_visible()
    await comic.page.unroute("**/api/generate-manga-stream")
    await enter_key(comic, guarded_app.stack.keys().master)

    assert await comic.complete() == 2


async def test_user_without_a_key_gets_advice_and_keeps_the_story(device: Device) -> None:
    comic = await device.visit()
    await comic.write(SHORT)
    await comic.draw_button.click()
    await comic.page.locator("#key-cancel").click()

    await expect(comic.page.get_by_role("alert")).to_contain_text("Ask the operator of this app for an access key.")
    await expect(comic.story).to_have_value(SHORT)
