"""One comic in two tabs, on two devices, and in a tab that was closed."""

from playwright.async_api import expect

from tests.browser.conftest import SwitchOn
from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp


async def test_two_tabs_on_one_comic_both_show_all_of_it(device: Device, app: RunningApp, model: ModelGate) -> None:
    model.hold_panels_after(1)
    first = await device.visit()
    generation_id = await first.draw(MIDDLE)
    await first.some_panels()
    second = await device.visit(first.page.url)
    await second.some_panels()
    model.release()

    counts = [await first.complete(), await second.complete()]

    assert counts[0] == counts[1] == calls_by_kind(app)["panel"]
    assert await first.panels_out_of_place(generation_id) == []
    assert await second.panels_out_of_place(generation_id) == []
    # What the two have kept is one whole comic.
    device.paths.clear()
    await second.page.reload()
    assert await second.complete() == counts[0]
    assert device.requests_to("/api/generations/.*/images/.*") == []


async def test_a_story_that_two_tabs_send_is_drawn_once(device: Device, app: RunningApp) -> None:
    device.expect_errors("net::ERR_FAILED")
    first = await device.visit()
    await first.write(SHORT)
    # The network fails until both have it to send.
    await device.context.route("**/api/generate-manga-stream", lambda route: route.abort())
    await first.draw_button.click()
    await first.page.wait_for_url("**/#/starting/*")
    second = await device.visit(first.page.url)
    await expect(second.page.locator("#connection")).to_contain_text("sent as soon as it can be")
    await device.context.unroute("**/api/generate-manga-stream")

    await first.complete()
    panel_count = await second.complete()

    assert await first.generation_id() == await second.generation_id()
    assert calls_by_kind(app)["analysis"] == 1
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_second_device_shows_a_comic_that_it_only_has_the_address_of(
    device: Device, switch_on: SwitchOn, app: RunningApp, model: ModelGate
) -> None:
    model.hold_panels_after(1)
    phone = await switch_on({"width": 390, "height": 844})
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE, "manga")
    await comic.some_panels()
    elsewhere = await phone.visit(comic.page.url)
    await elsewhere.some_panels()
    assert await elsewhere.title.inner_text() == await comic.title.inner_text()
    model.release()

    panel_count = await elsewhere.complete()

    assert panel_count == await comic.complete()
    assert await elsewhere.panels_out_of_place(generation_id) == []
    assert await elsewhere.page.locator("#panels").get_attribute("data-direction") == "rtl"
    await elsewhere.page.get_by_text("What you wrote").click()
    await expect(elsewhere.page.locator("#told-story")).to_have_text(
        "It was written on another device, and is not kept with the comic."
    )


async def test_a_closed_tab_goes_on_from_its_address(device: Device, app: RunningApp, model: ModelGate) -> None:
    model.hold_panels_after(1)
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    await comic.some_panels()
    address = comic.page.url
    fetched = {path for path in device.paths if "/images/" in path}
    await comic.page.close()
    device.paths.clear()
    model.release()

    comic = await device.visit(address)
    panel_count = await comic.complete()

    # What the closed tab had is not fetched again.
    assert len(fetched) > 1
    assert fetched.isdisjoint(device.paths)
    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["panel"] == panel_count
    await comic.page.get_by_text("What you wrote").click()
    await expect(comic.page.locator("#told-story")).to_have_text(MIDDLE.strip())


async def test_an_address_of_a_comic_that_is_gone_says_so(device: Device) -> None:
    device.expect_errors("status of 404")
    comic = await device.visit(f"/#/g/{'0' * 32}")

    await expect(comic.ending).to_contain_text("Not there")
    await comic.page.get_by_role("link", name="New story").click()
    await expect(comic.story).to_be_visible()


async def test_a_comic_that_is_deleted_is_gone_everywhere(device: Device, switch_on: SwitchOn, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    address = comic.page.url

    await comic.page.get_by_text("What you wrote").click()
    await comic.page.get_by_role("button", name="Delete this comic").click()
    await comic.page.get_by_role("button", name="Delete it").click()

    await expect(comic.story).to_be_visible()
    await expect(comic.page.locator("#shelf")).to_be_hidden()
    elsewhere = await switch_on()
    elsewhere.expect_errors("status of 404")
    gone = await elsewhere.visit(address)
    await expect(gone.ending).to_contain_text("Not there")
