/**
 * Count words as the app does: runs of what is no space.
 *
 * @param {string} text
 */
export function countWords(text) {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
