"""Browsers that keep nothing, or have no room: the page works all the same."""

import pytest

from tests.browser.device import Device
from tests.browser.model import ModelGate, calls_by_kind
from tests.browser.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

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
    "asking for it fails": """
        Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("not here", "SecurityError"); } });
    """,
    "reading never answers": """
        IDBObjectStore.prototype.get = IDBObjectStore.prototype.getAll = () => ({});
    """,
    "no transaction completes": """
        Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });
    """,
    "every transaction fails": """
        IDBDatabase.prototype.transaction = () => { throw new DOMException("it is broken", "UnknownError"); };
    """,
    "no room for a row": """
        IDBObjectStore.prototype.put = () => { throw new DOMException("it is full", "QuotaExceededError"); };
    """,
}

# A newer page waits until every connection of the older ones is closed, and this one stays open.
BLOCK_DATABASE = """() => new Promise(resolve => {
  const request = indexedDB.open("story-to-manga", 1);
  request.onsuccess = () => {
    window.connection = request.result;
    indexedDB.open("story-to-manga", 2).onblocked = resolve;
  };
})"""

_WITH_IMAGES = """new Promise(resolve => {
  const request = indexedDB.open("story-to-manga");
  request.onsuccess = () => {
    const transaction = request.result.transaction("images", "readwrite");
    const images = transaction.objectStore("images").getAll();
    images.onsuccess = () => WORK;
    transaction.oncomplete = () => { request.result.close(); resolve(images.result.length); };
  };
})"""
COUNT_KEPT_IMAGES = f"async count => await {_WITH_IMAGES.replace('WORK', '0')} >= count"
# The damage of a panel's picture depends on the panel's index; every fourth can't be read at all.
DAMAGE_KEPT_IMAGES = "() => " + _WITH_IMAGES.replace(
    "WORK",
    """images.result.forEach(image => {
      const damages = [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0), undefined];
      const index = Number(image.path.split("/").at(-2)) % 4;
      if (index < 3) images.source.put({ ...image, bytes: damages[index] });
    })""",
)
FAIL_TO_READ_IMAGES = """
    const get = IDBObjectStore.prototype.get;
    IDBObjectStore.prototype.get = function (key) {
      if (this.name !== "images" || Number(key.split("/").at(-2)) % 4 < 3) return get.call(this, key);
      const request = { error: new DOMException("the file is gone", "NotReadableError") };
      setTimeout(() => request.onerror());
      return request;
    };
"""


async def draw_and_come_back(device: Device, app: RunningApp) -> None:
    """Draw a comic, reload its page, and check that the same comic is shown, without another call of the model."""
    comic = await device.visit()
    generation_id = await comic.draw(SHORT)
    await comic.complete()

    await comic.page.reload()
    panel_count = await comic.complete()

    assert await comic.panels_out_of_place(generation_id) == []
    assert calls_by_kind(app)["panel"] == panel_count


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_browser_that_keeps_nothing_draws_and_comes_back_by_the_address(
    device: Device, app: RunningApp, refusal: str
) -> None:
    await device.context.add_init_script(REFUSALS[refusal])

    await draw_and_come_back(device, app)


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


async def test_a_database_that_another_tab_blocks_for_ever_is_done_without(device: Device, app: RunningApp) -> None:
    other = await device.visit()
    await other.page.evaluate(BLOCK_DATABASE)

    await draw_and_come_back(device, app)


async def test_kept_pictures_that_are_damaged_come_from_the_app(device: Device) -> None:
    comic = await device.visit()
    generation_id = await comic.draw(MIDDLE)
    panel_count = await comic.complete()
    assert panel_count >= 4
    await comic.page.wait_for_function(COUNT_KEPT_IMAGES, arg=panel_count + await comic.characters.count())
    await comic.page.evaluate(DAMAGE_KEPT_IMAGES)
    await device.context.add_init_script(FAIL_TO_READ_IMAGES)

    await comic.page.reload()

    assert await comic.complete() == panel_count
    assert await comic.panels_out_of_place(generation_id) == []
