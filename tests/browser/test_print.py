"""Printing a comic: the pages of its PDF, where the browser can show one."""

import pytest
from playwright.async_api import expect

from tests.browser.device import Device

# The dialog itself is the browser's: what is asked of it is noted instead.
_NOTE_PRINTS = """
(viewer) => {
  window.prints = [];
  window.print = () => window.prints.push("this page");
  Object.defineProperty(navigator, "pdfViewerEnabled", { value: viewer });
  Object.defineProperty(HTMLIFrameElement.prototype, "contentWindow", {
    get() {
      return { focus() {}, print: () => window.prints.push(this.title) };
    },
  });
}
"""


@pytest.mark.parametrize(("viewer", "printed"), [("true", ".pdf"), ("false", "this page")], ids=["viewer", "none"])
async def test_print_takes_the_pdf_where_it_can_be_shown_and_the_page_elsewhere(
    device: Device, viewer: str, printed: str
) -> None:
    # The viewer is an extension of the browser, with files of its own.
    device.expect_errors("chrome(-extension)?://")
    await device.context.add_init_script(f"({_NOTE_PRINTS})({viewer})")
    comic = await device.visit()
    await comic.draw('Mira met Jon at the harbour. "Hello," said Mira. Jon smiled.')
    await comic.complete()

    await comic.page.get_by_role("button", name="Print").click()

    await comic.page.wait_for_function("() => window.prints.length === 1")
    (what,) = await comic.page.evaluate("window.prints")
    assert what.endswith(printed)
    frames = comic.page.locator("iframe")
    await expect(frames).to_have_count(1 if viewer == "true" else 0)
    assert len(device.requests_to("/api/generations/[0-9a-f]+/export")) == (1 if viewer == "true" else 0)
