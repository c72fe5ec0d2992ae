"""Nothing keeps people out of the page, whatever it shows: neither axe nor a narrow screen finds anything."""

from playwright.async_api import expect

from tests.browser.device import Device
from tests.browser.model import ModelGate
from tests.browser.reach import FEW_LOOKS, barriers
from tests.browser.stories import MIDDLE, SHORT
from tests.support.fakes.pictures import png
from tests.support.running_app import RunningApp


async def test_the_start_page_keeps_nobody_out(device: Device) -> None:
    comic = await device.visit()
    await expect(comic.page.locator("#example-list button")).not_to_have_count(0)
    assert await barriers(comic.page) == []

    await comic.page.get_by_text("From Reddit").click()
    await comic.bring_character("Mira", png((60, 80)))
    await comic.write("word " * 501)
    await comic.draw_button.click()
    await expect(comic.page.get_by_role("alert")).to_be_visible()

    assert await barriers(comic.page, FEW_LOOKS) == []


async def test_a_comic_that_is_being_drawn_keeps_nobody_out(device: Device, model: ModelGate) -> None:
    model.hold_panels_after(3)
    comic = await device.visit()
    await comic.draw(MIDDLE)
    await comic.some_panels(3)

    assert await barriers(comic.page) == []


async def test_a_finished_comic_and_its_large_pictures_keep_nobody_out(device: Device) -> None:
    comic = await device.visit()
    await comic.draw(MIDDLE, "comic")
    await comic.complete()
    await comic.page.get_by_text("What you wrote").click()
    assert await barriers(comic.page) == []

    await comic.open_picture(comic.panel(0))
    assert await barriers(comic.page, FEW_LOOKS) == []
    await comic.page.keyboard.press("Escape")
    await comic.page.get_by_role("button", name="Delete this comic").click()
    assert await barriers(comic.page, FEW_LOOKS) == []


async def test_a_comic_with_failures_keeps_nobody_out(device: Device, app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "panel", "subject": "2", "fault": "prompt-blocked"}, {"kind": "character", "fault": "400"}
    )
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("could not be drawn")
    assert await barriers(comic.page) == []

    await comic.page.get_by_role("link", name="New story").click()
    await expect(comic.page.locator("#shelf-list").get_by_role("link")).to_be_visible()
    assert await barriers(comic.page, FEW_LOOKS) == []
