"""The page works in browsers without storage, or with damaged or full storage."""

import pytest

from tests.browser.support.device import Device
from tests.browser.support.drawing import assert_complete, draw_in_part
from tests.browser.support.model import ModelGate
from tests.browser.support.stories import MIDDLE, SHORT
from tests.support.running_app import RunningApp

QUOTA_BYTES = 300_000

# The page's timeout of storage calls; a shorter one saves time in each step of a test.
SHORTEN_TIMEOUT = """{
    const original = window.setTimeout;
    window.setTimeout = (call, delayMs, ...rest) => original(call, delayMs === 3000 ? 300 : delayMs, ...rest);
}"""

FAULTS = {
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
    "access fails": """
        Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("not here", "SecurityError"); } });
    """,
    "reading never answers": "IDBObjectStore.prototype.get = IDBObjectStore.prototype.getAll = () => ({});",
    "no transaction completes": 'Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });',
    "every transaction fails": """
        IDBDatabase.prototype.transaction = () => { throw new DOMException("it is broken", "UnknownError"); };
    """,
    "no room for a row": """
        IDBObjectStore.prototype.put = () => { throw new DOMException("it is full", "QuotaExceededError"); };
    """,
}

# A newer page waits until all connections of older ones are closed, and this one stays open.
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
COUNT_STORED_IMAGES = f"async count => await {_WITH_IMAGES.replace('WORK', '0')} >= count"
# The damage depends on the panel's index; every fourth image can't be read at all.
DAMAGE_STORED_IMAGES = "() => " + _WITH_IMAGES.replace(
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


async def draw_and_reload(device: Device, app: RunningApp) -> None:
    """Draw a comic, reload the page, and check that it shows the same comic without another model call."""
    comic = await device.visit()
    await comic.draw(SHORT)
    await comic.complete()

    await comic.page.reload()

    await assert_complete(comic, app)


@pytest.mark.parametrize("fault", FAULTS)
async def test_page_works_without_storage(device: Device, app: RunningApp, fault: str) -> None:
    await device.context.add_init_script(SHORTEN_TIMEOUT + FAULTS[fault])

    await draw_and_reload(device, app)


async def test_page_works_with_full_storage(device: Device, app: RunningApp) -> None:
    # The quota is the browser's own: only a few images fit.
    comic = await device.visit()
    await device.send_devtools(
        comic.page, "Storage.overrideQuotaForOrigin", origin=device.app_url, quotaSize=QUOTA_BYTES
    )
    await comic.draw(MIDDLE)
    panel_count = await assert_complete(comic, app)

    await comic.page.reload()

    assert await assert_complete(comic, app) == panel_count


async def test_page_works_if_its_data_is_cleared_during_the_drawing(
    device: Device, app: RunningApp, model: ModelGate
) -> None:
    comic = await draw_in_part(device, model)
    await device.send_devtools(comic.page, "Storage.clearDataForOrigin", origin=device.app_url, storageTypes="all")
    model.release()

    panel_count = await comic.complete()
    await comic.page.reload()

    assert await assert_complete(comic, app) == panel_count


async def test_page_works_if_another_tab_blocks_the_database(device: Device, app: RunningApp) -> None:
    other = await device.visit()
    await other.page.evaluate(BLOCK_DATABASE)
    await device.context.add_init_script(SHORTEN_TIMEOUT)

    await draw_and_reload(device, app)


async def test_damaged_stored_images_are_fetched_again(device: Device, app: RunningApp) -> None:
    comic = await device.visit()
    await comic.draw(MIDDLE)
    panel_count = await comic.complete()
    assert panel_count >= 4
    await comic.page.wait_for_function(COUNT_STORED_IMAGES, arg=panel_count + await comic.characters.count())
    await comic.page.evaluate(DAMAGE_STORED_IMAGES)
    await device.context.add_init_script(FAIL_TO_READ_IMAGES)

    await comic.page.reload()

    assert await assert_complete(comic, app) == panel_count
