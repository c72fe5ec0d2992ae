"""The reader: one panel, one page or a strip, by keys, fingers and mouse."""

import re

from playwright.async_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.support.device import Device
from tests.browser.support.drawing import draw_in_part
from tests.browser.support.model import ModelGate
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.stories import MIDDLE, SHORT
from tests.browser.support.touch import touch

PHONE = {"width": 390, "height": 844}
# The width of the shown panel, in pixels.
_PANEL_WIDTH = "() => document.querySelector('.reader-panel').getBoundingClientRect().width"


async def test_reader_follows_the_drawing_and_has_an_address(device: Device, model: ModelGate) -> None:
    comic = await draw_in_part(device, model, 3)
    reader = ReaderPage(comic)
    await reader.open()
    await reader.show("One panel")
    await reader.expect_place("Panel 1 of 5", 1)
    await expect(reader.root.get_by_text("← Read from right to left")).to_be_visible()

    # A manga is read to the left.
    for key, panel in (
        ("ArrowLeft", 2), ("ArrowLeft", 3), ("ArrowRight", 2), ("End", 5), ("Home", 1), ("Space", 2), ("PageDown", 3),
        ("Shift+Space", 2), ("PageUp", 1), ("PageUp", 1), ("End", 5),
    ):  # fmt: skip
        await comic.page.keyboard.press(key)
        await reader.expect_place(f"Panel {panel} of 5", panel)
    await expect(reader.root.get_by_text("Read from")).to_be_hidden()
    await expect(reader.root.get_by_text("Panel 5 is being drawn.")).to_be_visible()
    await comic.page.reload()
    await expect(reader.root.get_by_text("Panel 5 is being drawn.")).to_be_visible()
    await reader.expect_place("Panel 5 of 5", 5)
    model.release()
    await expect(reader.image(5)).to_have_js_property("complete", True)
    await expect(reader.shown).to_have_count(1)

    await comic.page.keyboard.press("Escape")
    await expect(reader.root).to_be_hidden()
    await comic.generation_id()
    await reader.open()
    await comic.page.go_back()
    await expect(reader.root).to_be_hidden()
    await expect(comic.page.get_by_role("link", name="Read the comic")).to_be_focused()


async def test_pages_and_strip_show_all_panels_and_the_mode_is_kept(new_device: NewDevice) -> None:
    device = await new_device(PHONE)
    comic = await device.visit()
    await comic.draw(MIDDLE, "comic")
    count = await comic.complete()
    reader = ReaderPage(comic)
    await reader.open()
    await reader.show("One page")
    for name in ("Show text", "Enter full screen", "Close"):
        await expect(reader.root.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    await expect(reader.root.get_by_text("Read from left to right →")).to_be_visible()
    await expect(reader.place).to_have_text(re.compile("^Page 1 of "))
    await expect(reader.shown.nth(1)).to_be_visible()
    await reader.root.get_by_role("button", name="Next").click()
    await expect(reader.place).to_have_text("Page 2 of 2")
    await expect(reader.image(count)).to_be_visible()
    # At the end the button keeps the focus, so that the keys still work.
    await expect(reader.root.get_by_role("button", name="Next")).to_be_focused()
    await comic.page.keyboard.press("ArrowLeft")
    await expect(reader.place).to_have_text("Page 1 of 2")

    await reader.show("Strip")
    await expect(reader.shown).to_have_count(count)
    await comic.page.keyboard.press("Home")
    await reader.expect_place(f"Panel 1 of {count}", 1)
    await reader.image(3).scroll_into_view_if_needed()
    await comic.page.keyboard.press("End")
    await reader.expect_place(f"Panel {count} of {count}", count)
    await comic.page.reload()
    await reader.expect_place(f"Panel {count} of {count}", count)
    await expect(reader.root.get_by_label("Show", exact=True)).to_have_value("strip")
    await reader.root.get_by_role("button", name="Close").click()
    await expect(reader.root).to_be_hidden()
    await comic.generation_id()


async def test_fingers_and_mouse_turn_and_enlarge(new_device: NewDevice) -> None:
    device = await new_device(PHONE)
    comic = await device.visit()
    await comic.draw(MIDDLE)
    count = await comic.complete()
    # A swipe to the right shows what is on the left. A slow browser would take it as a step back in its history.
    await comic.open_picture(comic.panel(0))
    await expect(comic.dialog.locator(".stage")).to_have_css("touch-action", "pan-y pinch-zoom")
    await touch(comic.page, [[(100, 200)], [(200, 200)], [(300, 205)]])
    await expect(comic.dialog.get_by_role("heading")).to_have_text("Panel 2")
    await comic.page.keyboard.press("Escape")
    reader = ReaderPage(comic)
    await reader.open()
    await reader.show("One panel")

    # Tap at the left side, swipe to the left, swipe to the right.
    await reader.stage.click(position={"x": 20, "y": 300})
    await reader.expect_place(f"Panel 2 of {count}", 2)
    await touch(comic.page, [[(300, 400)], [(200, 400)], [(100, 405)]])
    await reader.expect_place(f"Panel 1 of {count}", 1)
    await touch(comic.page, [[(100, 400)], [(200, 400)], [(300, 405)]])
    await reader.expect_place(f"Panel 2 of {count}", 2)

    width = await comic.page.evaluate(_PANEL_WIDTH)
    await touch(comic.page, [[(150, 400), (250, 400)], [(100, 400), (300, 400)], [(50, 400), (350, 400)]])
    assert await comic.page.evaluate(_PANEL_WIDTH) > 2 * width
    # An enlarged image is moved, not turned.
    before = await reader.stage.evaluate("stage => stage.scrollLeft")
    await comic.page.keyboard.press("ArrowLeft")
    assert await reader.stage.evaluate("stage => stage.scrollLeft") < before
    await reader.expect_place(f"Panel 2 of {count}", 2)
    await reader.stage.dblclick()
    assert await comic.page.evaluate(_PANEL_WIDTH) == width
    await comic.page.keyboard.press("+")
    assert await comic.page.evaluate(_PANEL_WIDTH) > width
    await comic.page.keyboard.press("-")
    assert await comic.page.evaluate(_PANEL_WIDTH) == width

    # A tap in the middle hides the controls.
    await reader.stage.click()
    await expect(reader.root.locator("header")).to_have_css("opacity", "0")
    await reader.stage.click()
    await expect(reader.root.locator("header")).to_have_css("opacity", "1")
    await reader.root.get_by_role("button", name="Enter full screen").click()
    await expect(reader.root.get_by_role("button", name="Exit full screen")).to_be_visible()
    assert await comic.page.evaluate("document.fullscreenElement.className") == "reader-surface"
    # The screen of this browser is smaller than its window, so the mouse can't reach the button.
    await reader.root.get_by_role("button", name="Close").dispatch_event("click")
    await comic.page.wait_for_function("() => document.fullscreenElement === null")


async def test_reader_that_can_not_be_loaded_is_told_and_loaded_again(device: Device) -> None:
    device.expect_errors("ERR_FAILED")
    comic = await device.visit()
    await comic.page.route("**/views/reader/reader.js", lambda route: route.abort())
    await comic.draw(SHORT)
    await comic.complete()

    await comic.page.get_by_role("link", name="Read the comic").click()
    await expect(comic.page.locator("#read-note")).to_contain_text("could not be loaded")
    await comic.generation_id()
    await comic.page.unroute("**/views/reader/reader.js")
    reader = ReaderPage(comic)
    await reader.open()

    await expect(reader.shown).not_to_have_count(0)
    await expect(comic.page.locator("#read-note")).to_be_empty()
