"""One comic in several tabs and on several devices."""

from playwright.async_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.support.device import Device
from tests.browser.support.drawing import assert_complete, draw_in_part
from tests.browser.support.model import ModelGate
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp


async def test_two_tabs_show_the_whole_comic(device: Device, app: RunningApp, model: ModelGate) -> None:
    first = await draw_in_part(device, model)
    second = await device.visit(first.page.url)
    await second.some_panels()
    model.release()

    panel_count = await assert_complete(first, app)
    assert await assert_complete(second, app) == panel_count
    # Together they have stored one whole comic.
    device.paths.clear()
    await second.page.reload()
    assert await second.complete() == panel_count
    assert device.requests_to("/api/generations/.*/images/.*") == []


async def test_story_that_two_tabs_send_is_drawn_once(device: Device, app: RunningApp) -> None:
    device.expect_errors("net::ERR_FAILED")
    first = await device.visit()
    await first.write(SHORT)
    # The network fails until both tabs try to send the story.
    await device.context.route("**/api/generate-manga-stream", lambda route: route.abort())
    await first.draw_button.click()
    await first.page.wait_for_url("**/#/starting/*")
    second = await device.visit(first.page.url)
    await expect(second.page.locator("#connection")).to_contain_text("sent as soon as possible")
    await device.context.unroute("**/api/generate-manga-stream")

    await assert_complete(first, app)
    await assert_complete(second, app)
    assert await first.generation_id() == await second.generation_id()


async def test_another_device_shows_the_comic_by_its_address(
    device: Device, new_device: NewDevice, app: RunningApp, model: ModelGate
) -> None:
    phone = await new_device({"width": 390, "height": 844})
    comic = await draw_in_part(device, model)
    elsewhere = await phone.visit(comic.page.url)
    await elsewhere.some_panels()
    assert await elsewhere.title.inner_text() == await comic.title.inner_text()
    model.release()

    assert await assert_complete(elsewhere, app) == await comic.complete()
    assert await elsewhere.page.locator("#panels").get_attribute("data-direction") == "rtl"
    await elsewhere.page.get_by_text("What you wrote").click()
    await expect(elsewhere.page.locator("#request-story")).to_have_text(
        "This story was written on another device and is not stored with the comic."
    )


async def test_closed_tab_is_resumed_by_its_address(device: Device, app: RunningApp, model: ModelGate) -> None:
    comic = await draw_in_part(device, model)
    address = comic.page.url
    fetched = {path for path in device.paths if "/images/" in path}
    await comic.page.close()
    device.paths.clear()
    model.release()

    comic = await device.visit(address)
    await comic.complete()

    # Images of the closed tab are not fetched again.
    assert len(fetched) > 1
    assert fetched.isdisjoint(device.paths)
    await assert_complete(comic, app)
    await comic.page.get_by_text("What you wrote").click()
    await expect(comic.page.locator("#request-story")).to_have_text(MIDDLE.strip())


async def test_address_of_a_missing_comic_shows_an_error(device: Device) -> None:
    device.expect_errors("status of 404")
    comic = await device.visit(f"/#/g/{'0' * 32}")

    await expect(comic.ending).to_contain_text("Comic not found")
    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(comic.story).to_be_visible()


async def test_deleted_comic_is_gone_everywhere(device: Device, new_device: NewDevice, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    address = comic.page.url

    await comic.page.get_by_text("What you wrote").click()
    await comic.page.get_by_role("button", name="Delete this comic").click()
    await comic.page.get_by_role("button", name="Delete", exact=True).click()

    await expect(comic.story).to_be_visible()
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    elsewhere = await new_device()
    elsewhere.expect_errors("status of 404")
    gone = await elsewhere.visit(address)
    await expect(gone.ending).to_contain_text("Comic not found")
