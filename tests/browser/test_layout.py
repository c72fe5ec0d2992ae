"""Nothing jumps while pictures come: whoever reads a panel keeps their place."""

import pytest
from playwright.async_api import ViewportSize

from tests.browser.conftest import SwitchOn
from tests.browser.stories import MIDDLE
from tests.support.running_app import RunningApp

# Google calls a page stable up to this sum: https://web.dev/articles/cls
MOST_SHIFT = 0.1

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


@pytest.mark.parametrize("viewport", [{"width": 360, "height": 740}, {"width": 1280, "height": 800}], ids=str)
async def test_nothing_jumps_from_the_click_to_the_last_picture(
    switch_on: SwitchOn, app: RunningApp, viewport: ViewportSize
) -> None:
    # What moves within half a second of the click is put down to it; the first that is drawn comes after that.
    app.emulator.delay(text=0.6, image=0.2)
    device = await switch_on(viewport)
    await device.context.add_init_script(_WATCH_SHIFTS)
    comic = await device.visit()

    await comic.draw(MIDDLE)
    await comic.complete()

    shifts: list[tuple[float, str]] = await comic.page.evaluate("window.__shifts")
    assert sum(shift for shift, _ in shifts) < MOST_SHIFT, shifts
