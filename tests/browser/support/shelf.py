"""Changes what the page has stored, as a browser or a long use would."""

from playwright.async_api import Page

_OPEN = """const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("story-to-manga");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });"""

_ADD_COPIES = f"""async ([id, count]) => {{
  {_OPEN}
  const transaction = database.transaction("generations", "readwrite");
  const table = transaction.objectStore("generations");
  const request = table.get(id);
  request.onsuccess = () => {{
    for (let number = 1; number <= count; number += 1) {{
      const copy = {{ ...request.result, id: String(number).padStart(32, "0"), openedAt: number }};
      table.put({{ ...copy, title: `${{copy.title}} copy ${{number}}` }});
    }}
  }};
  await new Promise(resolve => {{ transaction.oncomplete = resolve; }});
  database.close();
}}"""

_REMOVE_IMAGES = f"""async () => {{
  {_OPEN}
  const transaction = database.transaction("images", "readwrite");
  transaction.objectStore("images").clear();
  await new Promise(resolve => {{ transaction.oncomplete = resolve; }});
  database.close();
}}"""


_IS_MARKED = f"""async id => {{
  {_OPEN}
  const request = database.transaction("generations").objectStore("generations").get(id);
  await new Promise(resolve => {{ request.onsuccess = resolve; }});
  database.close();
  return request.result?.undoUntil !== undefined;
}}"""


async def is_marked_as_deleted(page: Page, generation_id: str) -> None:
    """Wait until the deletion of a comic is stored."""
    await page.wait_for_function(_IS_MARKED, arg=generation_id)


async def add_copies(page: Page, generation_id: str, count: int) -> None:
    """Store so many older comics with the content of one."""
    await page.evaluate(_ADD_COPIES, [generation_id, count])


async def remove_stored_images(page: Page) -> None:
    """Remove all images, as the page itself does when the disk is full."""
    await page.evaluate(_REMOVE_IMAGES)
