"""The page has no accessibility problems, whatever it shows."""

from playwright.async_api import expect

from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.device import Device
from tests.browser.support.drawing import draw_in_part
from tests.browser.support.model import ModelGate
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.fakes.pictures import png
from tests.support.running_app import RunningApp


async def test_start_page_is_accessible(device: Device) -> None:
    comic = await device.visit()
    await expect(comic.page.locator("#example-list button")).not_to_have_count(0)
    assert await accessibility_problems(comic.page) == []

    await comic.page.get_by_text("Load a post from Reddit").click()
    await comic.add_character("Mira", png((60, 80)))
    await comic.write("word " * 501)
    await comic.draw_button.click()
    await expect(comic.page.get_by_role("alert")).to_be_visible()

    assert await accessibility_problems(comic.page, FEW_LOOKS) == []


async def test_running_generation_is_accessible(device: Device, model: ModelGate) -> None:
    comic = await draw_in_part(device, model, 3)
    await comic.page.reload()
    await comic.some_panels(3)
    await expect(comic.step).to_have_text("Drawing panel 4 of 5")
    await expect(comic.page.locator("#progress-time")).to_contain_text("so far")

    assert await accessibility_problems(comic.page) == []


async def test_finished_comic_and_its_dialogs_are_accessible(device: Device) -> None:
    comic = await device.visit()
    await comic.draw(MIDDLE, "comic")
    await comic.complete()
    await comic.page.get_by_text("What you wrote").click()
    assert await accessibility_problems(comic.page) == []

    await comic.open_picture(comic.panel(0))
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    await comic.page.keyboard.press("Escape")
    await comic.page.get_by_role("button", name="Share the comic").click()
    await expect(comic.page.locator("#share-link")).not_to_have_value("")
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
    shared = await device.visit(await comic.page.locator("#share-link").input_value())
    assert await accessibility_problems(shared.page) == []
    await shared.page.close()
    await comic.page.keyboard.press("Escape")
    await comic.page.get_by_role("button", name="Delete this comic").click()
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []


async def test_reader_is_accessible(device: Device, model: ModelGate) -> None:
    comic = await draw_in_part(device, model, 3)
    reader = ReaderPage(comic)
    await reader.open()
    await reader.root.get_by_role("button", name="Show text").click()
    for mode in ("One panel", "One page", "Strip"):
        await reader.show(mode)
        assert await accessibility_problems(comic.page, FEW_LOOKS) == []


async def test_comic_with_failures_is_accessible(device: Device, app: RunningApp) -> None:
    app.emulator.fail(
        {"kind": "panel", "subject": "2", "fault": "prompt-blocked"}, {"kind": "character", "fault": "400"}
    )
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("could not be drawn")
    assert await accessibility_problems(comic.page) == []

    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(comic.page.locator("#shelf-list").get_by_role("link")).to_be_visible()
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []
