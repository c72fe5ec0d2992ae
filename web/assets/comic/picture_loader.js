/** Images of one generation as object URLs, released when the page leaves it. */

import { Refused } from "../net/refused.js";
import { retry } from "../net/retry.js";

/** @import { ImageCache } from "../storage/image_cache.js" */

export class PictureLoader {
  #images;
  #generationId;
  /** @type {Map<string, Promise<string>>} */
  #urls = new Map();
  #isClosed = false;

  /** @param {ImageCache} images @param {string} generationId */
  constructor(images, generationId) {
    this.#images = images;
    this.#generationId = generationId;
  }

  /**
   * Return the URL of an image. It is loaded over as many attempts as necessary, as no later message would trigger one.
   *
   * @param {string} path
   * @throws {Refused} the app has no such image for us; the next call tries again
   */
  url(path) {
    return this.#urls.get(path) ?? this.#make(path, () => this.#images.get(this.#generationId, path));
  }

  /**
   * Return an image as a file.
   *
   * @param {string} path
   * @throws {Refused | TypeError} as the API
   */
  blob(path) {
    return this.#images.get(this.#generationId, path);
  }

  /** Load an image again, because the browser could not show the stored one. @param {string} path */
  renewedUrl(path) {
    this.#urls.get(path)?.then(URL.revokeObjectURL, () => undefined);
    return this.#make(path, () => this.#images.refetch(this.#generationId, path));
  }

  /** Release the images' memory. */
  close() {
    this.#isClosed = true;
    for (const url of this.#urls.values()) url.then(URL.revokeObjectURL, () => undefined);
    this.#urls.clear();
  }

  /** @param {string} path @param {() => Promise<Blob>} load */
  #make(path, load) {
    const url = this.#load(load);
    url.catch(() => this.#urls.get(path) === url && this.#urls.delete(path));
    this.#urls.set(path, url);
    return url;
  }

  /** @param {() => Promise<Blob>} load */
  async #load(load) {
    const isFinal = (/** @type {unknown} */ error) => this.#isClosed || (error instanceof Refused && !error.isPassing);
    const blob = await retry(load, { isFinal });
    if (this.#isClosed) throw new Error("the page has left this comic");
    return URL.createObjectURL(blob);
  }
}
