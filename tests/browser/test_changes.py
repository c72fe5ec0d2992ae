"""What a person does to a comic: stop it, have made what is missing, and have a picture drawn again."""

from playwright.async_api import expect

from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

BLOCKED = {"kind": "panel", "subject": "2", "fault": "prompt-blocked", "reason": "PROHIBITED_CONTENT"}
UNAVAILABLE = {"kind": "panel", "subject": "2", "fault": "503"}


async def test_a_comic_that_is_cancelled_keeps_what_is_done_and_can_go_on(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    model.hold_panels_after(3)
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    await comic.some_panels(3)
    await comic.page.get_by_role("button", name="Cancel").click()
    await expect(comic.ending).to_contain_text("Cancelled")
    planned = await comic.panels.count()
    assert app.state(generation_id)["status"] == "cancelled"

    await comic.page.reload()
    await expect(comic.ending).to_contain_text("Cancelled")
    await expect(comic.drawn_panels).to_have_count(3)
    model.release()
    await comic.page.get_by_role("button", name="Go on drawing").click()

    assert await comic.complete() == planned
    await expect(comic.ending).to_be_hidden()
    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["chunking"] == 1


async def test_a_panel_that_failed_is_drawn_when_it_is_tried_again(device: Device, app: RunningApp) -> None:
    app.emulator.fail(UNAVAILABLE)
    comic = await device.visit()
    generation_id = await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("1 panel could not be drawn.")
    await expect(comic.panel(1)).to_contain_text("This often passes: try it again in a minute.")
    await expect(comic.panel(1).get_by_role("button", name="Draw it again")).to_be_enabled()
    app.emulator.reset()

    await comic.page.get_by_role("button", name="Draw what is missing").click()

    panel_count = await comic.complete()
    await expect(comic.ending).to_be_hidden()
    assert calls_by_kind(app) == {"panel": 1}
    assert await comic.panels_out_of_place(generation_id, **{"1": 2}) == []
    assert panel_count == 2


async def test_a_blocked_panel_says_why_and_is_drawn_with_a_gentler_wish(device: Device, app: RunningApp) -> None:
    app.emulator.fail(BLOCKED)
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("1 panel could not be drawn.")
    await expect(comic.panel(1)).to_contain_text("the model takes it for prohibited content")
    await expect(comic.panel(1)).to_contain_text("Draw it again with a wish")
    app.emulator.reset()

    await comic.panel(1).get_by_role("button", name="Draw it again").click()
    await expect(comic.dialog.get_by_label("What should be different?")).to_be_focused()
    await comic.ask_for_another("Show it from far away.")
    await expect(comic.dialog.locator(".frame.is-shown")).to_be_visible()
    await comic.page.keyboard.press("Escape")

    await comic.complete()
    await expect(comic.ending).to_be_hidden()
    assert_wished(app, "panel", "Show it from far away.")


async def test_a_panel_is_drawn_again_and_an_older_version_comes_back(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    first = (await comic.pictures())[0]
    app.emulator.reset()

    await comic.open_picture(comic.panel(0))
    await comic.ask_for_another("Let it rain.")
    latest = comic.dialog.get_by_role("button", name="Version 2 of 2")
    await expect(latest).to_have_attribute("aria-pressed", "true")
    assert_wished(app, "panel", "Let it rain.")
    await expect(comic.dialog.locator("img")).not_to_have_attribute("src", str(first))

    await comic.dialog.get_by_role("button", name="Version 1 of 2").click()
    await expect(comic.dialog.locator("img")).to_have_attribute("src", str(first))
    await comic.page.keyboard.press("Escape")
    assert (await comic.pictures())[0] == first
    # The choice is kept.
    await comic.page.reload()
    await comic.complete()
    await comic.open_picture(comic.panel(0))
    await expect(comic.dialog.get_by_role("button", name="Version 1 of 2")).to_have_attribute("aria-pressed", "true")
    assert await comic.panels_out_of_place(await comic.generation_id()) == []


async def test_a_character_is_drawn_again(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    app.emulator.reset()

    await comic.open_picture(comic.characters.nth(0))
    await comic.ask_for_another("Give her a yellow coat.")

    await expect(comic.dialog.get_by_role("button", name="Version 2 of 2")).to_have_attribute("aria-pressed", "true")
    assert_wished(app, "character", "Give her a yellow coat.")


async def test_a_story_that_can_not_be_understood_says_so_and_is_tried_again(device: Device, app: RunningApp) -> None:
    app.emulator.fail({"kind": "analysis", "fault": "503"})
    comic = await device.visit()
    await comic.draw(SHORT)
    await expect(comic.ending).to_contain_text("The drawing stopped")
    app.emulator.fail()

    await comic.page.get_by_role("button", name="Try again").click()

    await comic.complete()
    await expect(comic.ending).to_be_hidden()


def assert_wished(app: RunningApp, kind: str, wish: str) -> None:
    """Hold that one picture of the kind was asked for since, and with the wish."""
    assert calls_by_kind(app) == {kind: 1}
    (call,) = app.emulator.calls(full=True)["calls"]
    assert any(wish in text for text in call["texts"]), call["texts"]
