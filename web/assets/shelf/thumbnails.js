/** Small copies of images for the shelf: made once from the stored image, then stored. */

import { thumbnailPath } from "../storage/tables.js";

/** @import { Tables } from "../storage/tables.js" */
/** @typedef {(image: Blob) => Promise<Blob>} Shrink */

const WIDTH_PX = 192;
const HEIGHT_PX = 144;
const JPEG_QUALITY = 0.75;

export class Thumbnails {
  #tables;
  #shrink;
  /** Decoding one image at a time keeps the page responsive. @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {Tables} tables @param {Shrink} shrink */
  constructor(tables, shrink = toThumbnail) {
    this.#tables = tables;
    this.#shrink = shrink;
  }

  /**
   * Return the small copy of an image, or null if this browser has stored neither.
   *
   * @param {string} generationId
   * @param {string} path of the image
   * @returns {Promise<Blob | null>}
   */
  get(generationId, path) {
    const thumbnail = this.#last.then(() => this.#load(generationId, path)).catch(() => null);
    this.#last = thumbnail;
    return thumbnail;
  }

  /** @param {string} generationId @param {string} path */
  async #load(generationId, path) {
    const stored = blobOf(await this.#tables.read("images", thumbnailPath(path)));
    if (stored !== null) return stored;
    const image = blobOf(await this.#tables.read("images", path));
    if (image === null) return null;
    const made = await this.#shrink(image);
    const row = { path: thumbnailPath(path), generationId, bytes: await made.arrayBuffer(), mediaType: made.type, seenAt: 0 };
    await this.#tables.change(["images"], async (transaction) => transaction.put("images", row));
    return made;
  }
}

/** @param {import("../storage/image_cache.js").CachedImage | undefined} row */
function blobOf(row) {
  const isStored = row?.bytes instanceof ArrayBuffer && row.bytes.byteLength > 0;
  return isStored ? new Blob([row.bytes], { type: row.mediaType }) : null;
}

/** Crop the middle of an image to the shape of a thumbnail. @type {Shrink} */
async function toThumbnail(image) {
  const bitmap = await createImageBitmap(image);
  const scale = Math.max(WIDTH_PX / bitmap.width, HEIGHT_PX / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH_PX, HEIGHT_PX];
  const context = canvas.getContext("2d");
  context?.drawImage(bitmap, (WIDTH_PX - width) / 2, (HEIGHT_PX - height) / 2, width, height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    const give = (/** @type {Blob | null} */ blob) => (blob === null ? reject(new Error("no thumbnail")) : resolve(blob));
    canvas.toBlob(give, "image/jpeg", JPEG_QUALITY);
  });
}
