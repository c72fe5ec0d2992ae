/** What the app takes for a space (Python's `str.split`), which is not quite what `\s` is here. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * Count words as the app does: runs of what is no space.
 *
 * @param {string} text
 */
export function countWords(text) {
  return text.split(SPACE).filter((word) => word !== "").length;
}
