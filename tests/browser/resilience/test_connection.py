"""The page reconnects after network failures and restarts of the server."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.cable import Cable, cable_to
from tests.browser.support.device import Device
from tests.browser.support.drawing import assert_complete, draw_in_part
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.stories import SHORT
from tests.support.running_app import RunningApp

LOST = "Connection lost. The drawing continues on the server"


@pytest_asyncio.fixture(loop_scope="session")
async def cable(app: RunningApp) -> AsyncIterator[Cable]:
    """A proxy to the app."""
    async with cable_to(app.url) as cable:
        yield cable


async def test_page_catches_up_after_it_was_offline(
    new_device: NewDevice, cable: Cable, app: RunningApp, model: ModelGate
) -> None:
    device = await new_device(app_url=cable.url)
    device.expect_errors("net::ERR_")
    comic = await draw_in_part(device, model)
    # Offline affects new requests only; the proxy cuts the running ones.
    await device.context.set_offline(offline=True)
    cable.cut()
    await expect(comic.page.locator("#connection")).to_contain_text(LOST)
    model.release()
    state = app.follow(await comic.generation_id())
    assert state.last["type"] == "complete"
    await expect(comic.drawn_panels).to_have_count(1)
    cable.mend()
    await device.context.set_offline(offline=False)

    assert await assert_complete(comic, app) == state.last["totalPanels"]


async def test_story_is_sent_when_the_network_is_back(device: Device, app: RunningApp) -> None:
    device.expect_errors("net::ERR_INTERNET_DISCONNECTED")
    comic = await device.visit()
    await comic.write(SHORT)
    await device.context.set_offline(offline=True)
    await comic.draw_button.click()
    await expect(comic.page.locator("#connection")).to_contain_text("Your story will be sent as soon as possible.")
    assert calls_by_kind(app) == {}
    await device.context.set_offline(offline=False)

    await assert_complete(comic, app)


async def test_story_is_sent_again_after_an_outage(device: Device, app: RunningApp) -> None:
    device.expect_errors("status of 503")
    comic = await device.visit()

    async def fail(route: Route) -> None:
        await route.fulfill(status=503, headers={"Retry-After": "1"})

    await comic.page.route("**/api/generate-manga-stream", fail, times=2)
    await comic.write(SHORT)
    await comic.draw_button.click()
    await expect(comic.page.locator("#connection")).to_contain_text("Your story will be sent as soon as possible.")

    await assert_complete(comic, app)


async def test_page_survives_a_restart_of_the_server(device: Device, app: RunningApp, model: ModelGate) -> None:
    device.expect_errors("net::ERR_")
    comic = await draw_in_part(device, model)
    assert app.stack.host is not None
    try:
        app.stack.host.kill()
        await expect(comic.page.locator("#connection")).to_contain_text(LOST)
        model.release()
    finally:
        app.stack.start_host()

    panel_count = await assert_complete(comic, app)
    pictures = await comic.pictures()
    assert len(set(pictures)) == panel_count


async def test_failed_image_is_fetched_again(device: Device, app: RunningApp) -> None:
    device.expect_errors("net::ERR_FAILED")
    comic = await device.visit()
    await comic.page.route("**/images/panels/1/*", lambda route: route.abort(), times=1)
    await comic.draw(SHORT)

    await assert_complete(comic, app)
