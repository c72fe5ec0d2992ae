"""Keyboard control and screen reader announcements."""

from playwright.async_api import expect

from tests.browser.support.accessibility import tab_to
from tests.browser.support.device import Device
from tests.browser.support.model import ModelGate
from tests.browser.support.recorder import announcements_on, record
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp


async def test_everything_works_by_keyboard(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    page = comic.page

    async def press(key: str) -> None:
        await page.keyboard.press(key)

    await tab_to(page, page.get_by_role("link", name="Skip to content"))
    await press("Enter")
    await tab_to(page, comic.story)
    await page.keyboard.type(SHORT)
    await tab_to(page, page.get_by_role("radio", name="Manga"))
    await press("ArrowRight")
    await expect(page.get_by_role("radio", name="Comic")).to_be_checked()
    await tab_to(page, page.get_by_role("checkbox", name="No speech bubbles"))
    await press("Space")
    await tab_to(page, page.locator("summary", has_text="Add your own pictures"))
    await press("Enter")
    await tab_to(page, page.locator("#character-references-files"))
    await tab_to(page, comic.draw_button)
    await press("Enter")
    await expect(comic.title).to_be_focused()
    assert await comic.complete() == 2

    opener = comic.panel(0).locator(".frame-open")
    await tab_to(page, opener)
    await press("Enter")
    await expect(comic.dialog.get_by_role("heading")).to_have_text("Panel 1")
    for key, panel in (("ArrowRight", 2), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", 2), ("Home", 1), ("Space", 2)):
        await press(key)
        await expect(comic.dialog.get_by_role("heading")).to_have_text(f"Panel {panel}")
    await tab_to(page, comic.dialog.get_by_label("What should be different?"))
    await page.keyboard.type("Let it rain.")
    await tab_to(page, comic.dialog.get_by_role("button", name="Draw again"))
    await press("Enter")
    await expect(comic.dialog.get_by_role("button", name="Version 2 of 2")).to_have_attribute("aria-pressed", "true")
    await tab_to(page, comic.dialog.get_by_role("button", name="Version 1 of 2"))
    await press("Space")
    await expect(comic.dialog.get_by_role("button", name="Version 1 of 2")).to_be_focused()
    await press("Escape")
    await expect(comic.dialog).to_be_hidden()
    await expect(opener).to_be_focused()

    await tab_to(page, page.locator("#export-links a", has_text="PDF"))
    async with page.expect_download() as downloading:
        await press("Enter")
    assert (await downloading.value).suggested_filename.endswith(".pdf")
    script = page.locator('details[data-section="layout"]')
    await tab_to(page, script.locator("summary"))
    await press("Enter")
    await expect(script).not_to_have_attribute("open", "")


async def test_progress_is_announced_briefly(device: Device, model: ModelGate) -> None:
    await record(device)
    comic = await device.visit()
    live = comic.page.locator("#live")
    model.hold()
    await comic.draw(MIDDLE)
    await expect(live).to_have_text("Reading the story.")
    model.hold_panels_after(3)
    await expect(live).to_have_text("Characters 3 of 3 · Panels 3 of 5.")
    model.release()
    await expect(live).to_have_text("The comic is complete. Characters 3 of 3 · Panels 5 of 5.")

    announcements = await announcements_on(comic.page)
    # Not every image of a burst.
    assert len(announcements) <= 8, announcements
    assert not any("so far" in announcement for announcement in announcements), announcements


async def test_focus_returns_to_a_failed_panel_after_its_dialog(device: Device, app: RunningApp) -> None:
    app.emulator.fail({"kind": "panel", "subject": "2", "fault": "prompt-blocked"})
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("could not be drawn")

    again = comic.panel(1).get_by_role("button", name="Draw it again")
    await tab_to(comic.page, again)
    await comic.page.keyboard.press("Enter")
    await expect(comic.dialog.get_by_label("What should be different?")).to_be_focused()
    await comic.page.keyboard.press("Escape")

    await expect(again).to_be_focused()
