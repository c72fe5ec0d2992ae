"""Networks that go away, and a server that is killed: the page comes back by itself."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Route, expect

from tests.browser.cable import Cable, cable_to
from tests.browser.conftest import SwitchOn
from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

LOST = "The connection is lost. The drawing goes on"


@pytest_asyncio.fixture(loop_scope="session")
async def cable(app: RunningApp) -> AsyncIterator[Cable]:
    """A wire to the app."""
    async with cable_to(app.url) as laid:
        yield laid


async def test_a_page_that_was_offline_catches_up(
    switch_on: SwitchOn, cable: Cable, app: RunningApp, model: ModelGate
) -> None:
    model.hold_panels_after(1)
    device = await switch_on(app_url=cable.url)
    device.expect_errors("net::ERR_")
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    await comic.some_panels()
    # Offline is for what is begun from now on; what is under way breaks off with the wire.
    await device.context.set_offline(offline=True)
    cable.cut()
    await expect(comic.page.locator("#connection")).to_contain_text(LOST)
    model.release()
    state = app.follow(generation_id)
    assert state.last["type"] == "complete"
    await expect(comic.drawn_panels).to_have_count(1)
    cable.mend()
    await device.context.set_offline(offline=False)

    panel_count = await comic.complete()

    assert panel_count == state.last["totalPanels"]
    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_story_that_was_sent_without_a_network_is_sent_once_there_is_one(
    device: Device, app: RunningApp
) -> None:
    device.expect_errors("net::ERR_INTERNET_DISCONNECTED")
    comic = await device.visit()
    await comic.write(SHORT)
    await device.context.set_offline(offline=True)
    await comic.draw_button.click()
    await expect(comic.page.locator("#connection")).to_contain_text("Your story is sent as soon as it can be.")
    assert calls_by_kind(app) == {}
    await device.context.set_offline(offline=False)

    panel_count = await comic.complete()

    assert calls_by_kind(app)["analysis"] == 1
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_story_that_is_sent_during_an_outage_is_sent_again_by_itself(device: Device, app: RunningApp) -> None:
    device.expect_errors("status of 503")
    comic = await device.visit()

    async def be_away(route: Route) -> None:
        await route.fulfill(status=503, headers={"Retry-After": "1"})

    await comic.page.route("**/api/generate-manga-stream", be_away, times=2)
    await comic.write(SHORT)
    await comic.draw_button.click()
    await expect(comic.page.locator("#connection")).to_contain_text("Your story is sent as soon as it can be.")

    panel_count = await comic.complete()

    assert calls_by_kind(app)["analysis"] == 1
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_page_outlives_the_server_that_it_reads_from(device: Device, app: RunningApp, model: ModelGate) -> None:
    device.expect_errors("net::ERR_")
    model.hold_panels_after(1)
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    await comic.some_panels()
    assert app.stack.host is not None
    try:
        app.stack.host.kill()
        await expect(comic.page.locator("#connection")).to_contain_text(LOST)
        model.release()
    finally:
        app.stack.start_host()

    panel_count = await comic.complete()

    assert calls_by_kind(app)["panel"] == panel_count
    assert await comic.panels_out_of_place(generation_id) == []
    pictures = await comic.pictures()
    assert len(set(pictures)) == panel_count


async def test_a_picture_that_did_not_come_is_fetched_again(device: Device, app: RunningApp) -> None:
    device.expect_errors("net::ERR_FAILED")
    comic = await device.visit()
    await comic.page.route("**/images/panels/1/*", lambda route: route.abort(), times=1)
    generation_id = await comic.draw(SHORT)

    await comic.complete()

    assert await comic.panels_out_of_place(generation_id) == []
