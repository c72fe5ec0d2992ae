"""Sharing a comic by a link: copied, or with the device's share sheet."""

import re

from playwright.async_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.support.stories import SHORT

# A share sheet that records what it gets. Like Safari, it refuses the first time, because the click was too long ago.
_SHARE_SHEET = """
window.shared = [];
let isRefused = true;
navigator.share = async what => {
  if (isRefused) {
    isRefused = false;
    throw new DOMException("no click", "NotAllowedError");
  }
  window.shared.push(what);
};
"""


async def test_shared_link_works_until_sharing_is_stopped(new_device: NewDevice) -> None:
    device = await new_device()
    await device.context.grant_permissions(["clipboard-read", "clipboard-write"])
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    dialog = comic.page.get_by_role("dialog", name="Share this comic")
    link = dialog.get_by_label("Link", exact=True)

    await comic.page.get_by_role("button", name="Share the comic").click()
    await expect(dialog.get_by_text("The link is copied.")).to_be_visible()
    await expect(dialog.get_by_text(re.compile(r"The link works until \d+ \w+ 20\d\d\."))).to_be_visible()
    url = str(await comic.page.evaluate("navigator.clipboard.readText()"))
    assert re.fullmatch(re.escape(device.app_url) + r"/c/[\w-]{20,}", url), url
    await expect(link).to_have_value(url)
    # The page knows after a reload that the comic is shared, and the link stays the same.
    await comic.page.reload()
    await comic.complete()
    await comic.page.get_by_role("button", name="Share the comic").click()
    await expect(link).to_have_value(url)

    device.expect_errors("status of 404")
    friend = await (await new_device()).tab()
    opened = await friend.goto(url)
    assert opened is not None
    assert opened.ok
    await dialog.get_by_role("button", name="Stop sharing").click()
    await comic.page.get_by_role("dialog", name="Stop sharing?").get_by_role("button", name="Keep sharing").click()
    await expect(dialog.get_by_role("button", name="Stop sharing")).to_be_visible()
    await dialog.get_by_role("button", name="Stop sharing").click()
    await comic.page.get_by_role("dialog", name="Stop sharing?").get_by_role("button", name="Stop sharing").click()
    await expect(dialog.get_by_text("The comic is no longer shared.")).to_be_visible()
    await expect(link).to_have_value("")
    assert (await comic.page.request.get(url)).status == 404


async def test_share_sheet_gets_the_link_with_the_next_click(new_device: NewDevice) -> None:
    device = await new_device()
    await device.context.add_init_script(_SHARE_SHEET)
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()
    dialog = comic.page.get_by_role("dialog", name="Share this comic")

    await comic.page.get_by_role("button", name="Share the comic").click()
    await expect(dialog.get_by_text("The link is ready. Share it now.")).to_be_visible()
    await dialog.get_by_role("button", name="Share the link").click()

    url = await dialog.get_by_label("Link", exact=True).input_value()
    title = await comic.title.inner_text()
    await comic.page.wait_for_function("() => window.shared.length === 1")
    assert await comic.page.evaluate("window.shared") == [{"title": title, "url": url}]
