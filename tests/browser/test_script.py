"""The script: read and edited before anything is drawn, and edited in a finished comic."""

import asyncio
import re

from playwright.async_api import Route, ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems, tab_to
from tests.browser.support.device import Device
from tests.browser.support.model import calls_by_kind
from tests.browser.support.script_editor import ScriptEditor
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

PHONE: ViewportSize = {"width": 360, "height": 740}
PRICE = re.compile(r"^About \$\d+\.\d\d \(at most \$\d+\.\d\d\)$")
READ_FIRST = "Read the script first"


async def test_script_is_read_and_edited_before_anything_is_drawn(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    page, editor = comic.page, ScriptEditor(comic)
    await expect(page.get_by_role("checkbox", name=READ_FIRST)).not_to_be_checked()
    await comic.write(MIDDLE)
    await page.get_by_text(READ_FIRST).click()
    await page.reload()
    await expect(page.get_by_role("checkbox", name=READ_FIRST)).to_be_checked()
    await expect(page.locator("#price")).to_contain_text("Only the script")
    await page.get_by_role("button", name="Write the script").click()

    await expect(comic.ending).to_contain_text("The script is ready")
    await expect(comic.ending.locator(".ending-price")).to_have_text(PRICE)
    await expect(page.locator("#layout > li")).to_have_count(5)
    await expect(comic.panels.first).to_be_hidden()
    assert calls_by_kind(app) == {"analysis": 1, "chunking": 1}
    assert await accessibility_problems(page) == []

    # What is not saved is there after a reload.
    await editor.open()
    await expect(editor.heading).to_be_focused()
    await editor.title.fill("The Green Sail")
    await editor.character(2).get_by_label("Name").fill("Johanna")
    await expect(editor.panel(1).get_by_role("checkbox", name="Johanna")).to_be_visible()
    await editor.scene(2).fill("A whale jumps over the lighthouse.")
    await editor.panel(2).get_by_role("checkbox", name="Johanna").uncheck()
    await editor.panel(2).get_by_role("checkbox", name="Mira").check()
    await editor.panel(1).get_by_role("button", name="Remove").click()
    await expect(editor.note).to_contain_text("Panel 1 is removed.")
    assert await accessibility_problems(page) == []
    await page.reload()
    await expect(editor.note).to_contain_text("Your unsaved changes are still here.")
    await expect(editor.scene(1)).to_have_value("A whale jumps over the lighthouse.")
    await page.go_back()
    await expect(page.get_by_text("It has unsaved changes in this browser.")).to_be_visible()
    await page.go_forward()
    await editor.save()

    await expect(comic.title).to_have_text("The Green Sail")
    await expect(comic.ending).to_contain_text("The script is ready")
    await comic.page.get_by_role("button", name="Draw the comic", exact=True).click()
    assert await comic.complete() == 4
    await expect(comic.ending).to_be_hidden()
    assert await comic.wrong_panels() == []
    calls = calls_by_kind(app)
    assert [calls[kind] for kind in ("analysis", "chunking", "character", "panel")] == [1, 1, 3, 4]
    prompts = app.emulator.prompts()
    assert any("A whale jumps over the lighthouse." in prompt for prompt in prompts)
    assert not any("counted the boats" in prompt for prompt in prompts[-4:])


async def test_only_edited_panels_of_a_finished_comic_are_drawn_again(
    device: Device, new_device: NewDevice, app: RunningApp
) -> None:
    comic = await device.visit()
    page, editor = comic.page, ScriptEditor(comic)
    await comic.draw(SHORT)
    await comic.complete()
    app.emulator.reset()
    await editor.open()
    await editor.scene(2).fill("It snows.")

    # Somebody else changes the title meanwhile.
    other = await (await new_device(PHONE)).visit(page.url)
    other_editor = ScriptEditor(other)
    await expect(other_editor.title).to_be_visible()
    await other_editor.title.fill("Gone")
    await other_editor.save()
    device.expect_errors("status of 412")
    await editor.save_button.click()
    await expect(editor.root.get_by_role("alert")).to_contain_text("changed elsewhere")
    await expect(editor.root.get_by_role("button", name="Load theirs")).to_be_focused()
    # Also after a reload, with the unsaved changes.
    await page.reload()
    await expect(editor.root.get_by_role("alert")).to_contain_text("changed elsewhere")
    await expect(editor.scene(2)).to_have_value("It snows.")
    await expect(editor.title).not_to_have_value("Gone")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await editor.root.get_by_role("button", name="Keep mine").click()
    await expect(editor.save_button).to_be_focused()
    await editor.save()

    await expect(comic.ending).to_contain_text("The script has changed")
    await expect(comic.ending.locator(".ending-price")).to_have_text(PRICE)
    await expect(comic.panel(1)).to_contain_text("Drawn from an earlier script.")
    assert await comic.wrong_panels() == []
    assert calls_by_kind(app) == {}
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.reload()
    await expect(comic.panel(1)).to_contain_text("Drawn from an earlier script.")
    await comic.ending.get_by_role("button", name="Draw 1 panel").click()

    await comic.complete()
    await expect(comic.ending).to_be_hidden()
    await expect(comic.panel(1)).not_to_contain_text("earlier script")
    assert calls_by_kind(app) == {"panel": 1}
    # Each round has its own versions.
    (version,) = app.state(await comic.generation_id())["images"]["panels"][1]["versions"]
    assert await comic.wrong_panels(**{"1": version}) == []

    # A panel that is only moved keeps its image.
    await editor.open()
    await editor.panel(2).get_by_role("button", name="Move up").click()
    await editor.save()
    await comic.complete()
    await expect(comic.ending).to_be_hidden()
    assert calls_by_kind(app) == {"panel": 1}


async def test_script_is_edited_by_keyboard(new_device: NewDevice, app: RunningApp) -> None:
    device = await new_device(PHONE)
    comic = await device.visit()
    page, editor = comic.page, ScriptEditor(comic)
    await comic.write(SHORT)
    await page.get_by_text(READ_FIRST).click()
    await page.get_by_role("button", name="Write the script").click()
    await expect(comic.ending).to_contain_text("The script is ready")

    await tab_to(page, comic.ending.get_by_role("link", name="Edit the script"))
    await page.keyboard.press("Enter")
    await expect(editor.heading).to_be_focused()
    down = editor.panel(1).get_by_role("button", name="Move down")
    await expect(editor.panel(1).get_by_role("button", name="Remove")).to_be_disabled()
    scenes = [await editor.scene(number).input_value() for number in (1, 2)]
    await tab_to(page, down)
    await page.keyboard.press("Enter")
    await expect(editor.note).to_have_text("It is panel 2 of 2 now.")
    await expect(editor.panel(2).get_by_role("button", name="Move up")).to_be_focused()
    await expect(editor.scene(1)).to_have_value(scenes[1])
    await tab_to(page, editor.root.get_by_role("button", name="Add a panel"))
    await page.keyboard.press("Enter")
    await expect(editor.scene(3)).to_be_focused()

    # The problem leads to its field.
    await tab_to(page, editor.save_button)
    await page.keyboard.press("Enter")
    await expect(editor.scene(3)).to_be_focused()
    await expect(editor.scene(3)).to_have_accessible_description("Describe what panel 3 shows.")
    assert await accessibility_problems(page, FEW_LOOKS) == []
    await page.keyboard.type("The harbour is empty.")
    await tab_to(page, editor.panel(2).get_by_role("button", name="Remove"))
    await page.keyboard.press("Enter")
    await expect(editor.panel(2).locator("legend").first).to_be_focused()
    await editor.note.get_by_role("button", name="Undo").press("Enter")
    await expect(editor.panels).to_have_count(3)

    # What the app refuses is told at its field.
    device.expect_errors("status of 400")
    await editor.scene(3).fill("x" * 4001)
    await editor.save_button.press("Enter")
    await expect(editor.scene(3)).to_be_focused()
    await expect(editor.scene(3)).to_have_attribute("aria-invalid", "true")
    await editor.scene(3).fill("The harbour is empty.")
    await editor.save_button.press("Enter")
    await expect(editor.root).to_be_hidden()
    await expect(comic.title).to_be_focused()
    await expect(page.locator("#layout > li")).to_have_count(3)
    assert calls_by_kind(app) == {"analysis": 1, "chunking": 1}


async def test_script_that_is_being_saved_takes_no_more_edits(device: Device) -> None:
    comic = await device.visit()
    page, editor = comic.page, ScriptEditor(comic)
    await comic.draw(SHORT)
    await comic.complete()
    await editor.open()
    await editor.title.fill("The Green Sail")
    is_answered = asyncio.Event()
    problem = {"field": "chunks.panels[0].sceneDescription", "message": "Nobody can draw this."}

    async def refuse(route: Route) -> None:
        if route.request.method != "PUT":
            return await route.continue_()
        await is_answered.wait()
        refusal = {"error": "Correct it.", "code": "invalid-input", "details": [problem]}
        return await route.fulfill(status=400, json=refusal)

    await page.route("**/plan", refuse)
    device.expect_errors("status of 400")
    await editor.save_button.click()
    await editor.title.focus()
    await page.keyboard.type("!")
    await expect(editor.title).to_have_value("The Green Sail")

    # Refused, so that it can be corrected.
    is_answered.set()
    await expect(editor.scene(1)).to_be_focused()
    await editor.scene(1).fill("A whale.")
