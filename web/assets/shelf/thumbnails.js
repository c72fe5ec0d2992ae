/** Small copies of images for the shelf: made once from the stored image, then stored. */

import { storedBlob } from "../storage/image_cache.js";
import { thumbnailPath } from "../storage/tables.js";

/** @import { Tables } from "../storage/tables.js" */
/** @typedef {(image: Blob) => Promise<Blob>} Shrink */

const WIDTH_PX = 320;
const HEIGHT_PX = 240;
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
    const stored = storedBlob(await this.#tables.read("images", thumbnailPath(path)));
    if (stored !== null) return stored;
    const image = storedBlob(await this.#tables.read("images", path));
    if (image === null) return null;
    const made = await this.#shrink(image);
    const row = { path: thumbnailPath(path), generationId, bytes: await made.arrayBuffer(), mediaType: made.type, seenAt: 0 };
    await this.#tables.change(["images"], async (transaction) => transaction.put("images", row));
    return made;
  }
}

/** Crop the middle of an image to the shape of a thumbnail. @type {Shrink} */
async function toThumbnail(image) {
  const bitmap = await createImageBitmap(image);
  const scale = Math.max(WIDTH_PX / bitmap.width, HEIGHT_PX / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const small = scaled(halved(bitmap, width), WIDTH_PX, HEIGHT_PX, width, height);
  bitmap.close();
  return new Promise((resolve, reject) => {
    const give = (/** @type {Blob | null} */ blob) => (blob === null ? reject(new Error("no thumbnail")) : resolve(blob));
    small.toBlob(give, "image/jpeg", JPEG_QUALITY);
  });
}

/**
 * Halve an image until it is less than twice as wide as wanted: browsers skip pixels when they shrink more than that.
 *
 * @param {ImageBitmap | HTMLCanvasElement} image
 * @param {number} width
 * @returns {ImageBitmap | HTMLCanvasElement}
 */
function halved(image, width) {
  if (image.width < 2 * width) return image;
  const [half, halfHeight] = [Math.ceil(image.width / 2), Math.ceil(image.height / 2)];
  return halved(scaled(image, half, halfHeight, half, halfHeight), width);
}

/**
 * Draw an image in a size into the middle of a canvas.
 *
 * @param {ImageBitmap | HTMLCanvasElement} image
 * @param {number} canvasWidth
 * @param {number} canvasHeight
 * @param {number} width
 * @param {number} height
 */
function scaled(image, canvasWidth, canvasHeight, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [canvasWidth, canvasHeight];
  canvas.getContext("2d")?.drawImage(image, (canvasWidth - width) / 2, (canvasHeight - height) / 2, width, height);
  return canvas;
}
