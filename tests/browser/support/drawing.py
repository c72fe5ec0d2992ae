"""Steps that many tests share: a generation that is held in the middle, and a complete comic."""

from tests.browser.support.comic_page import ComicPage
from tests.browser.support.device import Device
from tests.browser.support.model import ModelGate, calls_by_kind
from tests.browser.support.stories import MIDDLE
from tests.support.running_app import RunningApp


async def draw_in_part(device: Device, model: ModelGate, panels: int = 1) -> ComicPage:
    """Start a generation and wait for so many panels; the model holds the others."""
    model.hold_panels_after(panels)
    comic = await device.visit()
    await comic.draw(MIDDLE)
    await comic.some_panels(panels)
    return comic


async def assert_complete(comic: ComicPage, app: RunningApp) -> int:
    """Wait for the complete comic, and check that each panel was drawn once and shows its own image."""
    panel_count = await comic.complete()
    assert await comic.wrong_panels() == []
    assert calls_by_kind(app)["analysis"] == 1
    assert calls_by_kind(app)["panel"] == panel_count
    return panel_count
