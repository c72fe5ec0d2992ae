"""Reporting a problem to the maintainers."""

import json

from playwright.async_api import expect

from tests.browser.support.accessibility import FEW_LOOKS, accessibility_problems
from tests.browser.support.device import Device
from tests.support.outside_world import REPOSITORY_NAME, OutsideWorld, Reply

DISPATCHES = f"/repos/{REPOSITORY_NAME}/dispatches"
TEXT = "Panel 3 shows no Mira."
NOT_CONFIGURED = {"error": "GITHUB_TOKEN is not set.", "code": "not-configured"}


async def test_report_is_sent_as_shown_and_kept_until_then(device: Device, outside: OutsideWorld) -> None:
    device.expect_errors("status of 503")
    comic = await device.visit()
    page, dialog = comic.page, comic.page.get_by_role("dialog", name="Report a problem")
    await page.get_by_role("button", name="Report a problem").click()
    description = dialog.get_by_label("What did you do")
    await expect(description).to_be_focused()
    agent = await page.evaluate("navigator.userAgent")
    await expect(dialog).to_contain_text(
        f"Only this is sent: the kind, your text, and the name of your browser: {agent}"
    )
    send = dialog.get_by_role("button", name="Send report")
    await send.click()
    await expect(dialog.get_by_role("alert")).to_have_text("Describe the problem first.")
    await description.fill(TEXT)
    assert await accessibility_problems(page, FEW_LOOKS) == []

    await send.click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Your text is kept here.")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Report a problem").click()
    await expect(description).to_have_value(TEXT)
    outside.say(DISPATCHES, Reply(204))
    await dialog.get_by_label("Kind of problem").select_option("An idea")
    await send.click()

    link = dialog.get_by_role("link", name="Open the issue")
    await expect(link).to_be_visible()
    sent = json.loads(outside.received[-1].body)["client_payload"]
    assert (sent["type"], sent["description"], sent["userAgent"]) == ("An idea", TEXT, agent)
    await expect(link).to_have_attribute("href", f"{outside.url}/{REPOSITORY_NAME}/issues?q={sent['reference']}")
    await expect(description).to_have_value("")
    await expect(send).to_be_disabled()


async def test_app_without_a_tracker_says_what_to_do_instead(device: Device) -> None:
    device.expect_errors("status of 503")
    comic = await device.visit()
    await comic.page.route("**/api/report-issue", lambda route: route.fulfill(status=503, json=NOT_CONFIGURED))
    await comic.page.get_by_role("button", name="Report a problem").click()
    dialog = comic.page.get_by_role("dialog", name="Report a problem")
    await dialog.get_by_label("What did you do").fill(TEXT)
    await dialog.get_by_role("button", name="Send report").click()

    await expect(dialog.get_by_role("alert")).to_contain_text(
        "Copy your text, and send it to the operator of this app."
    )
    await expect(dialog.get_by_label("What did you do")).to_have_value(TEXT)
