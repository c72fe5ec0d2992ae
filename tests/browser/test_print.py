"""Printing: the PDF if the browser can show it, or else the page."""

import pytest
from playwright.async_api import expect

from tests.browser.support.device import Device

# Records the calls that would open the browser's print dialog.
_RECORD_PRINTS = """
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
async def test_print_uses_the_pdf_if_the_browser_has_a_viewer(device: Device, viewer: str, printed: str) -> None:
    # The viewer is an extension of the browser with its own files.
    device.expect_errors("chrome(-extension)?://")
    await device.context.add_init_script(f"({_RECORD_PRINTS})({viewer})")
    comic = await device.visit()
    await comic.draw('Mira met Jon at the harbour. "Hello," said Mira. Jon smiled.')
    await comic.complete()

    await comic.page.get_by_role("button", name="Print").click()

    await comic.page.wait_for_function("() => window.prints.length === 1")
    (what,) = await comic.page.evaluate("window.prints")
    assert what.endswith(printed)
    await comic.page.emulate_media(media="print")
    await expect(comic.panel(0)).to_be_visible()
    for name in ("Continue the story", "Print"):
        await expect(comic.page.get_by_role("button", name=name)).to_be_hidden()
    await comic.page.emulate_media(media="screen")
    frames = comic.page.locator("iframe")
    await expect(frames).to_have_count(1 if viewer == "true" else 0)
    assert len(device.requests_to("/api/generations/[0-9a-f]+/export")) == (1 if viewer == "true" else 0)
