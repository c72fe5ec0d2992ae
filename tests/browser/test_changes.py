"""Cancelling, retrying and redoing."""

import re
import zipfile

from playwright.async_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.device import Device
from tests.browser.support.drawing import draw_in_part
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.reader_page import ReaderPage
from tests.browser.support.stories import SHORT
from tests.support.running_app import RunningApp

BLOCKED = {"kind": "panel", "subject": "2", "fault": "prompt-blocked", "reason": "PROHIBITED_CONTENT"}
UNAVAILABLE = {"kind": "panel", "subject": "2", "fault": "503"}


async def test_cancelled_comic_keeps_its_images_and_can_be_continued(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    comic = await draw_in_part(device, model, 3)
    await comic.page.get_by_role("button", name="Cancel").click()
    await expect(comic.ending).to_contain_text("Cancelled")
    planned = await comic.panels.count()
    assert app.state(await comic.generation_id())["status"] == "cancelled"

    await comic.page.reload()
    await expect(comic.ending).to_contain_text("Cancelled")
    await expect(comic.drawn_panels).to_have_count(3)
    model.release()
    await comic.page.get_by_role("button", name="Continue drawing").click()

    assert await comic.complete() == planned
    await expect(comic.ending).to_be_hidden()
    assert await comic.wrong_panels() == []
    assert calls_by_kind(app)["chunking"] == 1


async def test_retry_draws_a_failed_panel(device: Device, app: RunningApp) -> None:
    app.emulator.fail(UNAVAILABLE)
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("1 panel could not be drawn")
    await expect(comic.panel(1)).to_contain_text("This is often temporary. Try again in a minute.")
    await expect(comic.panel(1).get_by_role("button", name="Draw it again")).to_be_enabled()
    reader = ReaderPage(comic)
    await reader.open()
    await comic.page.keyboard.press("End")
    await expect(reader.root.get_by_text("Panel 2 could not be drawn.")).to_be_visible()
    await reader.root.get_by_role("button", name="Draw it again").click()
    await expect(comic.dialog.get_by_role("heading", name="Panel 2")).to_be_visible()
    await comic.page.keyboard.press("Escape")
    app.emulator.reset()

    await comic.page.get_by_role("button", name="Draw all missing images").click()

    panel_count = await comic.complete()
    await expect(comic.ending).to_be_hidden()
    assert calls_by_kind(app) == {"panel": 1}
    assert await comic.wrong_panels(**{"1": 2}) == []
    assert panel_count == 2


async def test_each_missing_image_is_drawn_again_from_the_list(device: Device, app: RunningApp) -> None:
    app.emulator.fail(UNAVAILABLE, {"kind": "character", "subject": "Jon", "fault": "503"})
    comic = await device.visit()
    page, cost = comic.page, comic.page.locator("#cost-total")
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("1 panel and 1 character could not be drawn")
    await expect(comic.ending.get_by_role("listitem")).to_have_count(2)
    await comic.ending.get_by_role("button", name="Report a problem").click()
    description = page.get_by_role("dialog", name="Report a problem").get_by_label("What did you do")
    await expect(description).to_have_value(re.compile("Failed to generate Jon"))
    await page.keyboard.press("Escape")
    await expect(cost).to_be_visible()
    calls = calls_told_in(await cost.inner_text())
    app.emulator.reset()

    await comic.ending.get_by_role("button", name="Draw Jon again").click()
    await expect(comic.ending).to_contain_text("1 panel could not be drawn")
    await comic.ending.get_by_role("button", name="Draw panel 2 again").click()

    await comic.complete()
    await expect(comic.ending).to_be_hidden()
    await expect(page.get_by_text("Failed to generate").filter(visible=True)).to_have_count(0)
    assert calls_by_kind(app) == {"character": 1, "panel": 1}
    await expect(cost).to_have_text(re.compile(rf"\b{calls + 2} calls of the model"))
    await cost.click()
    await expect(page.locator("#cost-parts tbody th")).to_have_text(["Story", "Script", "Characters", "Panels"])
    assert await accessibility_problems(page, FEW_LOOKS) == []


async def test_instructions_for_a_blocked_panel_are_kept_until_it_is_drawn(device: Device, app: RunningApp) -> None:
    app.emulator.fail(BLOCKED)
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("1 panel could not be drawn")
    await expect(comic.panel(1)).to_contain_text("the model considers it prohibited content")
    await expect(comic.panel(1)).to_contain_text("Draw it again with instructions")
    instructions = comic.dialog.get_by_label("What should be different?")

    # Drawn in the same way, it would be blocked again.
    await comic.ending.get_by_role("button", name="Draw panel 2 again").click()
    await expect(comic.dialog.get_by_label("What should be different?")).to_be_focused()
    await comic.page.keyboard.press("Escape")
    await comic.panel(1).get_by_role("button", name="Draw it again").click()
    await expect(instructions).to_be_focused()
    await instructions.fill("Show it from above.")
    await comic.page.reload()
    await comic.panel(1).get_by_role("button", name="Draw it again").click()
    await expect(instructions).to_have_value("Show it from above.")
    await comic.redo("Show it from far away.")
    await comic.ended()
    await expect(comic.dialog.get_by_role("button", name="Draw again")).to_be_enabled()
    await expect(instructions).to_have_value("Show it from far away.")
    await comic.page.reload()
    await comic.panel(1).get_by_role("button", name="Draw it again").click()
    await expect(instructions).to_have_value("Show it from far away.")
    app.emulator.reset()
    await comic.dialog.get_by_role("button", name="Draw again").click()
    await expect(comic.dialog.locator(".frame.is-shown")).to_be_visible()
    await expect(instructions).to_have_value("")
    await comic.page.keyboard.press("Escape")

    await comic.complete()
    await expect(comic.ending).to_be_hidden()
    assert_instructed(app, "panel", "Show it from far away.")


async def test_earlier_version_of_a_redone_panel_can_be_chosen(
    device: Device, new_device: NewDevice, app: RunningApp
) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    first = (await comic.pictures())[0]
    app.emulator.reset()

    await comic.open_picture(comic.panel(0))
    await comic.redo("Let it rain.")
    latest = comic.dialog.get_by_role("button", name="Version 2 of 2")
    await expect(latest).to_have_attribute("aria-pressed", "true")
    assert_instructed(app, "panel", "Let it rain.")
    await expect(comic.dialog.locator("img")).not_to_have_attribute("src", str(first))

    await comic.dialog.get_by_role("button", name="Version 1 of 2").click()
    await expect(comic.dialog.locator("img")).to_have_attribute("src", str(first))
    await comic.page.keyboard.press("Escape")
    assert (await comic.pictures())[0] == first
    async with comic.page.expect_download() as saving:
        await comic.panel(0).get_by_role("button", name="Save: panel 1").click()
    assert (await saving.value).suggested_filename.endswith("-Panel-1.png")

    download = await comic.export("ZIP")
    with zipfile.ZipFile(await download.path()) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    images = f"/api/generations/{await comic.generation_id()}/images/panels/0"
    assert [app.http.get(f"{images}/{version}").content in files for version in (1, 2)] == [True, False]

    # The choice is stored with the generation, so other devices have it, too.
    other = await (await new_device()).visit(comic.page.url)
    await other.complete()
    await other.open_picture(other.panel(0))
    await expect(other.dialog.get_by_role("button", name="Version 1 of 2")).to_have_attribute("aria-pressed", "true")
    assert await other.wrong_panels() == []
    await other.page.keyboard.press("Escape")
    shown = other.panel(0).locator("img")
    before = await shown.get_attribute("src")
    await other.panel(0).get_by_label("Version of panel 1").select_option("Version 2")
    await expect(shown).not_to_have_attribute("src", str(before))
    await other.pictures()
    assert await other.wrong_panels(**{"0": 2}) == []

    # A choice that can't be stored goes back, and says why.
    device.expect_errors("status of 503")
    refusal = {"error": "The storage does not respond.", "code": "storage-unavailable"}
    await comic.page.route("**/version", lambda route: route.fulfill(status=503, json=refusal))
    await comic.panel(0).get_by_label("Version of panel 1").select_option("Version 2")
    await expect(comic.panel(0)).to_contain_text("Version 1 is still used. The storage does not respond.")
    await expect(comic.panel(0).get_by_label("Version of panel 1")).to_have_value("1")
    await expect(comic.panel(0).locator("img")).to_have_attribute("src", str(first))


async def test_character_is_drawn_again(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    app.emulator.reset()

    await comic.open_picture(comic.characters.nth(0))
    await comic.redo("Give her a yellow coat.")

    await expect(comic.dialog.get_by_role("button", name="Version 2 of 2")).to_have_attribute("aria-pressed", "true")
    assert_instructed(app, "character", "Give her a yellow coat.")


async def test_failed_analysis_can_be_retried(device: Device, app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "503"})
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("The comic could not be drawn")
    app.emulator.fail()

    await comic.page.get_by_role("button", name="Try again").click()

    await comic.complete()
    await expect(comic.ending).to_be_hidden()


def calls_told_in(cost: str) -> int:
    """Return the number of model calls in the text of the cost."""
    found = re.search(r"(\d+) calls of the model", cost)
    assert found is not None, cost
    return int(found[1])


def assert_instructed(app: RunningApp, kind: str, instructions: str) -> None:
    """Check that there was one call, of this kind and with these instructions."""
    assert calls_by_kind(app) == {kind: 1}
    (call,) = app.emulator.calls(full=True)["calls"]
    assert any(instructions in text for text in call["texts"]), call["texts"]


async def test_picture_is_changed_or_drawn_again(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT, "comic")
    await comic.complete()
    await comic.open_picture(comic.panel(0))
    change = comic.dialog.get_by_role("button", name="Change this picture")
    instructions = comic.dialog.get_by_label("What should be different?")
    await expect(change).to_be_disabled()
    await instructions.fill("At night.")
    await expect(change).to_be_enabled()
    assert await accessibility_problems(comic.page, FEW_LOOKS) == []

    await change.click()
    await expect(comic.dialog.get_by_role("button", name="Version 2")).to_be_visible()
    await expect(instructions).to_have_value("")
    await expect(change).to_be_disabled()
    (call,) = [call for call in app.emulator.of("panel", "1", full=True) if "At night." in call["texts"][-1]]
    assert '"shows": "the current drawing, to be changed"' in call["texts"][-1]

    await comic.redo("From above.")
    await expect(comic.dialog.get_by_role("button", name="Version 3")).to_be_visible()
    (call,) = [call for call in app.emulator.of("panel", "1", full=True) if "From above." in call["texts"][-1]]
    assert "the current drawing" not in call["texts"][-1]
