/** File names of images. */

const LONGEST_TITLE = 60;

/** @type {Readonly<Record<string, string>>} */
const EXTENSIONS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" };

/**
 * Return a name such as `The-Red-Sail-Panel-3.png`, without characters that a file system refuses.
 *
 * @param {string} comic its title
 * @param {string} image such as `Panel 3`
 * @param {string} mediaType
 */
export function imageFileName(comic, image, mediaType) {
  const title = Array.from(safe(comic)).slice(0, LONGEST_TITLE).join("").replace(/-+$/, "");
  const name = [title, safe(image)].filter((part) => part !== "").join("-");
  return `${name}.${EXTENSIONS[mediaType] ?? "png"}`;
}

/** @param {string} text */
function safe(text) {
  return text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}
