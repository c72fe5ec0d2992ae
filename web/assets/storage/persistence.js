/** Asks the browser not to remove what the page has stored when the device runs short of space. */

/** @param {StorageManager | undefined} storage undefined if the browser has none @returns {Promise<boolean>} */
export async function askToKeep(storage) {
  try {
    return (await storage?.persisted()) === true || (await storage?.persist()) === true;
  } catch {
    // The browser has no such permission, or denies storage.
    return false;
  }
}
