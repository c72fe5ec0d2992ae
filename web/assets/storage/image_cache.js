/** Caches images in this browser. A version of an image never changes, so the cache never expires. */

/** @import { Tables } from "./tables.js" */
/** @typedef {{ path: string, generationId: string, bytes: ArrayBuffer, mediaType: string, seenAt: number }} CachedImage */

/** Browsers open about six connections to a server; one is for the stream, and one for the user's requests. */
const MOST_AT_ONCE = 4;

export class ImageCache {
  #tables;
  #fetchImage;
  #now;
  #queue = new Queue(MOST_AT_ONCE);
  /** @type {Map<string, Promise<Blob>>} */
  #loading = new Map();

  /**
   * @param {Tables} tables
   * @param {(path: string) => Promise<Blob>} fetchImage
   * @param {() => number} now milliseconds since 1970
   */
  constructor(tables, fetchImage, now = Date.now) {
    this.#tables = tables;
    this.#fetchImage = fetchImage;
    this.#now = now;
  }

  /**
   * Return an image; simultaneous calls share one load.
   *
   * @param {string} generationId
   * @param {string} path
   * @returns {Promise<Blob>}
   * @throws whatever `fetchImage` throws
   */
  get(generationId, path) {
    let image = this.#loading.get(path);
    if (image === undefined) {
      image = this.#load(generationId, path).finally(() => this.#loading.delete(path));
      this.#loading.set(path, image);
    }
    return image;
  }

  /**
   * Fetch an image to replace a damaged one.
   *
   * @param {string} generationId
   * @param {string} path
   * @returns {Promise<Blob>}
   * @throws whatever `fetchImage` throws
   */
  async refetch(generationId, path) {
    const blob = await this.#queue.run(() => this.#fetchImage(path));
    void this.#keep(generationId, path, blob);
    return blob;
  }

  /** @param {string} generationId @param {string} path */
  async #load(generationId, path) {
    return storedBlob(await this.#tables.read("images", path)) ?? this.refetch(generationId, path);
  }

  /**
   * Store an image. One that can't be stored is fetched again next time.
   *
   * @param {string} generationId
   * @param {string} path
   * @param {Blob} blob
   */
  async #keep(generationId, path, blob) {
    try {
      const bytes = await blob.arrayBuffer();
      const image = { path, generationId, bytes, mediaType: blob.type, seenAt: this.#now() };
      await this.#tables.change(["images"], async (transaction) => transaction.put("images", image));
    } catch {
      // The browser can't read the blob.
    }
  }
}

/** Return the image of a row, or null if there is none or it is damaged. @param {CachedImage | undefined} row */
export function storedBlob(row) {
  const isIntact = row?.bytes instanceof ArrayBuffer && row.bytes.byteLength > 0;
  return isIntact ? new Blob([row.bytes], { type: row.mediaType }) : null;
}

/** Limits how many tasks run at once. */
class Queue {
  #free;
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {number} width */
  constructor(width) {
    this.#free = width;
  }

  /**
   * @template Result
   * @param {() => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  async run(work) {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise((resolve) => this.#waiting.push(() => resolve(undefined)));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
