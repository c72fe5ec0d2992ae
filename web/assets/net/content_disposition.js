/** The file name of a download. */

/** Devices, endings and characters that Windows reserves, and hidden files. `file_name` of the app has the same rules. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)|^\.|[. ]$|[<>:"/\\|?*\p{C}]/iu;

/**
 * Return the file name of a Content-Disposition (RFC 6266), the one in any script if there is one; null if there is none
 * that every system can store.
 *
 * @param {string} disposition
 */
export function fileNameIn(disposition) {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="([^"]+)"/i.exec(disposition)?.[1];
  return [encoded === undefined ? null : decoded(encoded), plain ?? null].find(isUsable) ?? null;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return null;
  }
}

/** @param {string | null} name */
function isUsable(name) {
  return name !== null && !RESERVED.test(name);
}
