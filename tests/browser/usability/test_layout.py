"""The layout does not shift while images arrive."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

# A page is stable up to this sum: https://web.dev/articles/cls
MOST_SHIFT = 0.1
PHONE: ViewportSize = {"width": 360, "height": 740}

_WATCH_SHIFTS = """
window.__shifts = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) {
      const moved = entry.sources.map(source => source.node?.id || source.node?.className || source.node?.nodeName);
      window.__shifts.push([entry.value, moved.join()]);
    }
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("lettering", ["drawn", "text"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=str)
async def test_layout_does_not_shift_from_the_click_to_the_last_image(
    new_device: NewDevice, app: RunningApp, viewport: ViewportSize, lettering: str
) -> None:
    # Shifts within half a second of the click do not count; the first image arrives later.
    app.emulator.delay(text=0.6, image=0.2)
    device = await new_device(viewport)
    await device.context.add_init_script(_WATCH_SHIFTS)
    comic = await device.visit()
    await comic.page.get_by_label("Speech bubbles", exact=True).select_option(lettering)

    await comic.draw(MIDDLE)
    await comic.complete()
    await expect(comic.page.get_by_role("button", name="Translate…")).to_have_count(1 if lettering == "text" else 0)
    await assert_stable(comic.page)

    # Without a click, after which shifts would not count.
    await comic.page.evaluate("location.hash = '#/'")
    await expect(comic.page.locator("#shelf-list img[src]")).to_have_count(1)
    await comic.page.evaluate("history.back()")
    await comic.complete()
    await assert_stable(comic.page)


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}], ids=str)
async def test_layout_does_not_shift_when_the_script_is_read_first(
    new_device: NewDevice, app: RunningApp, viewport: ViewportSize
) -> None:
    app.emulator.delay(text=0.6, image=0.6)
    device = await new_device(viewport)
    await device.context.add_init_script(_WATCH_SHIFTS)
    comic = await device.visit()

    await comic.write(SHORT)
    await comic.page.get_by_text("Read the script first").click()
    await comic.page.get_by_role("button", name="Write the script").click()
    await expect(comic.ending.locator(".ending-price")).not_to_be_empty()
    await assert_stable(comic.page)
    await comic.page.get_by_role("button", name="Draw the comic", exact=True).click()
    await comic.complete()
    await assert_stable(comic.page)


async def test_layout_does_not_shift_while_the_sample_comic_loads(new_device: NewDevice) -> None:
    device = await new_device(PHONE)
    await device.context.add_init_script(_WATCH_SHIFTS)
    page = (await device.visit()).page
    await expect(page.locator("#example-list button")).not_to_have_count(0)

    await page.locator("#sample").evaluate("element => element.scrollIntoView()")
    await expect(page.locator("#sample img").first).to_have_js_property("naturalWidth", 640)
    await page.locator("#sample img").last.evaluate("element => element.scrollIntoView()")
    await expect(page.locator("#sample img").last).to_have_js_property("naturalWidth", 640)

    await assert_stable(page)


async def assert_stable(page: Page) -> None:
    shifts: list[tuple[float, str]] = await page.evaluate("window.__shifts")
    assert sum(shift for shift, _ in shifts) < MOST_SHIFT, shifts
