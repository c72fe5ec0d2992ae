/** Saves a file to the user's downloads. */

import { element } from "./element.js";

/** @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: name }).click();
  // The URL is needed only until the download has begun.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
