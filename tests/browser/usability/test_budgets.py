"""The page paints early, and nothing moves for users who want reduced motion."""

from collections.abc import Callable

from playwright.async_api import Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.drawing import draw_in_part
from tests.browser.support.model import ModelGate

LOADS = 3
# The page may paint this much later than a plain text from the same server, on a busy machine.
MOST_EXTRA_MS = 1000
MOST_BLOCKING = 12

_FIRST_PAINT_MS = """() => new Promise(resolve => new PerformanceObserver(list => {
  const [entry] = list.getEntriesByName("first-contentful-paint");
  if (entry) resolve(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""

_BLOCKING = """() => performance.getEntriesByType("resource")
  .filter(entry => entry.renderBlockingStatus === "blocking").map(entry => new URL(entry.name).pathname)"""

# Modules that were requested only after another module had arrived.
_LATE_MODULES = """() => {
  const preloaded = new Set([...document.querySelectorAll("link[rel=modulepreload]")].map(link => link.href));
  return performance.getEntriesByType("resource")
    .map(entry => entry.name)
    .filter(name => name.endsWith(".js") && !preloaded.has(name));
}"""

# Styles that would move something, also of pseudo-elements, and running animations.
_MOTION = """() => {
  const moving = document.getAnimations().map(animation => `animation of ${animation.effect?.target?.outerHTML}`);
  for (const element of document.querySelectorAll("*")) {
    for (const pseudo of [null, "::before", "::after", "::backdrop"]) {
      const style = getComputedStyle(element, pseudo);
      const lasts = style.transitionDuration.split(", ").some(duration => parseFloat(duration) > 0);
      if (lasts || style.animationName !== "none" || style.scrollBehavior === "smooth") {
        moving.push(`${element.outerHTML.slice(0, 80)} ${pseudo}`);
      }
    }
  }
  // The parts of controls have no computed style.
  const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).flatMap(rule =>
    rule instanceof CSSMediaRule ? (matchMedia(rule.conditionText).matches ? [...rule.cssRules] : []) : [rule]);
  for (const { selectorText, style } of rules) {
    if (/::-/.test(selectorText) && (style.transitionProperty || style.animationName)) moving.push(selectorText);
  }
  return moving;
}"""


async def first_paint_ms(device: Device, path: str) -> float:
    """Return when something is visible, in the best of several loads without a cache."""
    times: list[float] = []
    for _ in range(LOADS):
        comic = await device.visit()
        await device.send_devtools(comic.page, "Network.setCacheDisabled", cacheDisabled=True)
        await comic.page.goto(device.app_url + path)
        times.append(await comic.page.evaluate(_FIRST_PAINT_MS))
        await comic.page.close()
    return min(times)


async def test_page_paints_about_as_early_as_a_plain_text(
    device: Device, record_property: Callable[[str, object], None]
) -> None:
    # A text has no icon, so the browser looks for the usual one.
    device.expect_errors("favicon.ico")
    text_ms = await first_paint_ms(device, "/examples/robot.txt")
    page_ms = await first_paint_ms(device, "/")

    record_property("first_paint_ms", page_ms)
    print(f"first contentful paint: {page_ms:.0f} ms; of a plain text: {text_ms:.0f} ms")
    assert page_ms < text_ms + MOST_EXTRA_MS


async def test_only_styles_block_the_first_paint_and_all_modules_load_in_parallel(device: Device) -> None:
    comic = await device.visit()
    await expect(comic.page.locator("#sample")).to_be_visible()

    blocking: list[str] = await comic.page.evaluate(_BLOCKING)
    assert len(blocking) <= MOST_BLOCKING
    assert all(path.endswith(".css") for path in blocking)
    assert await comic.page.evaluate(_LATE_MODULES) == []


async def test_nothing_moves_with_reduced_motion(new_device: NewDevice, model: ModelGate) -> None:
    device = await new_device()
    comic = await draw_in_part(device, model, 2)
    await comic.page.emulate_media(reduced_motion="no-preference")
    assert await comic.page.evaluate(_MOTION) != [], "the page moves, unless the user does not want it"

    await comic.page.emulate_media(reduced_motion="reduce")
    await assert_still(comic)
    model.release()
    await comic.complete()
    await comic.open_picture(comic.panel(0))
    await assert_still(comic)
    await comic.page.keyboard.press("Escape")
    await comic.page.get_by_role("link", name="Write a story").click()
    await expect(comic.page.locator("#shelf-list li")).to_have_count(1)
    await assert_still(comic)


async def assert_still(comic: ComicPage) -> None:
    page: Page = comic.page
    assert await page.evaluate(_MOTION) == []
