"""Accessibility checks: axe, horizontal overflow, broken words, and visible focus."""

from collections.abc import Sequence
from functools import cache
from typing import Literal, cast

from playwright.async_api import Locator, Page

from tools.devstack.stack import REPOSITORY

type ColourScheme = Literal["light", "dark"]

SCHEMES: tuple[ColourScheme, ...] = ("light", "dark")
# Each width in both colour schemes; for parts of a page, each width once.
LOOKS: tuple[tuple[int, ColourScheme], ...] = ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"))
FEW_LOOKS = (LOOKS[0], LOOKS[3])
HEIGHT = 800

_RUN_AXE = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.target} ${node.failureSummary}`));
}"""

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter(element => element.getBoundingClientRect().right > width + 1)
    .map(element => element.outerHTML.slice(0, 120));
}"""

# Words of the page that are broken over two lines. Texts of a story (dir="auto") may have words of any length.
_BROKEN_WORDS = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility() || text.parentElement.closest("[dir=auto], script, noscript")) continue;
    for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) found.push(`${word} in ${text.parentElement.outerHTML.slice(0, 80)}`);
    }
  }
  return found;
}"""


@cache
def _axe() -> str:
    return (REPOSITORY / "node_modules" / "axe-core" / "axe.min.js").read_text()


async def accessibility_problems(page: Page, looks: Sequence[tuple[int, ColourScheme]] = LOOKS) -> list[str]:
    """Return the problems of the page at these widths in pixels and colour schemes."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe())
    before = page.viewport_size
    found: list[str] = []
    for width, scheme in looks:
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await page.emulate_media(color_scheme=scheme)
        where = f"{scheme}, {width} px: "
        found += [where + violation for violation in cast("list[str]", await page.evaluate(_RUN_AXE))]
        found += [f"{where}too wide: {element}" for element in cast("list[str]", await page.evaluate(_TOO_WIDE))]
        found += [f"{where}broken: {word}" for word in cast("list[str]", await page.evaluate(_BROKEN_WORDS))]
    await page.emulate_media(color_scheme="light")
    if before is not None:
        await page.set_viewport_size(before)
    return found


# Whether the focus changes the style of the focused element, or of one that represents it.
_SHOWS_FOCUS = """() => {
  const focused = document.activeElement;
  const { nextElementSibling, parentElement, children } = focused;
  const around = [focused, nextElementSibling, parentElement, focused.closest("label"), ...children];
  const style = () => around.filter(Boolean).map(element => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, clipPath, transform } =
      getComputedStyle(element);
    const outline = outlineStyle === "none" ? "" : outlineWidth + outlineColor;
    return [outline, boxShadow, borderColor, clipPath, transform].join();
  }).join("; ");
  const withFocus = style();
  focused.blur();
  const without = style();
  focused.focus({ focusVisible: true, preventScroll: true });
  return withFocus !== without;
}"""

MOST_STOPS = 60


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until an element has the focus, and check that the focus is visible at every stop."""
    stops: list[str] = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement === document.body"):
            # The browser's own controls are between the end and the beginning of the page.
            continue
        stop = cast("str", await page.evaluate("document.activeElement.outerHTML.slice(0, 160)"))
        stops.append(stop)
        assert await page.evaluate(_SHOWS_FOCUS), f"the focus is not visible on {stop}"
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("\n".join(["Tab does not reach the element, only:", *stops]))
