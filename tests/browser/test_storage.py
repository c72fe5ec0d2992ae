"""Browsers that keep nothing, or have no room: the page works all the same."""

import pytest

from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import MIDDLE, SHORT
from tests.contract.running_app import RunningApp

QUOTA_BYTES = 300_000

REFUSALS = {
    "open fails": """
        IDBFactory.prototype.open = () => {
          const request = {};
          setTimeout(() => request.onerror?.(new Event("error")));
          return request;
        };
    """,
    "no storage at all": """
        IDBFactory.prototype.open = () => { throw new DOMException("not in this mode", "SecurityError"); };
        Object.defineProperty(window, "localStorage", {
          get() { throw new DOMException("not in this mode", "SecurityError"); },
        });
    """,
    "no room for a row": """
        IDBObjectStore.prototype.put = () => { throw new DOMException("it is full", "QuotaExceededError"); };
    """,
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_browser_that_keeps_nothing_draws_and_comes_back_by_the_address(
    device: Device, app: RunningApp, refusal: str
) -> None:
    await device.context.add_init_script(REFUSALS[refusal])
    comic = await device.visit()
    generation_id = await comic.draw(SHORT)
    await comic.complete()

    await comic.page.reload()
    panel_count = await comic.complete()

    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_disk_that_is_full_makes_room_or_does_without(device: Device, app: RunningApp) -> None:
    """The quota is the browser's own, and so are its errors: a few pictures fit, and not all of them."""
    comic = await device.visit()
    await device.tell_browser(
        comic.page, "Storage.overrideQuotaForOrigin", origin=device.app_url, quotaSize=QUOTA_BYTES
    )
    generation_id = await comic.draw(MIDDLE)
    panel_count = await comic.complete()
    assert await comic.panels_out_of_place(generation_id) == []

    await comic.page.reload()

    assert await comic.complete() == panel_count
    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["panel"] == panel_count


async def test_a_browser_whose_data_is_cleared_while_it_draws_shows_the_whole_comic(
    device: Device, model: ModelGate
) -> None:
    model.hold_panels_after(1)
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    await comic.some_panels()
    await device.tell_browser(comic.page, "Storage.clearDataForOrigin", origin=device.app_url, storageTypes="all")
    model.release()

    panel_count = await comic.complete()
    await comic.page.reload()

    assert await comic.complete() == panel_count
    assert await comic.panels_out_of_place(generation_id) == []
