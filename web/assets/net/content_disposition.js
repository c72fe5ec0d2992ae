/** The file name of a download. */

/** Names that Windows reserves, and hidden files. The app's `file_name` has the same rules. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)|^\.|[. ]$|[<>:"/\\|?*\p{C}]/iu;

/**
 * Return the file name of a Content-Disposition (RFC 6266), preferably the encoded one; null if no system-independent
 * name is given.
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
