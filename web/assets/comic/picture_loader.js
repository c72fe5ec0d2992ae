/** Pictures of one generation as addresses that an `<img>` can show, given back when it is left. */

import { Refused } from "../net/refused.js";
import { Pace } from "../stream/pace.js";
import { Waiting } from "../stream/waiting.js";

/** @typedef {import("../storage/image_cache.js").ImageCache} ImageCache */

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
   * @param {string} path
   * @returns {Promise<string>}
   * @throws {Refused} the app has no such picture for us, and waiting won't help; the next call tries again
   */
  url(path) {
    let url = this.#urls.get(path);
    if (url === undefined) {
      url = this.#make(path, () => this.#images.get(this.#generationId, path));
    }
    return url;
  }

  /**
   * Fetch a picture again, because the browser could not show the one it had.
   *
   * @param {string} path
   * @returns {Promise<string>}
   */
  renewedUrl(path) {
    this.#urls.get(path)?.then(URL.revokeObjectURL, () => undefined);
    return this.#make(path, () => this.#images.refetch(this.#generationId, path));
  }

  /** Give the pictures' memory back. */
  close() {
    this.#isClosed = true;
    for (const made of this.#urls.values()) made.then(URL.revokeObjectURL, () => undefined);
    this.#urls.clear();
  }

  /**
   * @param {string} path
   * @param {() => Promise<Blob>} load
   */
  #make(path, load) {
    const url = this.#urlOf(load);
    url.catch(() => this.#urls.get(path) === url && this.#urls.delete(path));
    this.#urls.set(path, url);
    return url;
  }

  /** @param {() => Promise<Blob>} load */
  async #urlOf(load) {
    const blob = await this.#loaded(load);
    if (this.#isClosed) throw new Error("nobody looks at this picture any more");
    return URL.createObjectURL(blob);
  }

  /**
   * Load a picture over as many attempts as it takes: no later message would trigger another one.
   *
   * @param {() => Promise<Blob>} load
   */
  async #loaded(load) {
    const pace = new Pace();
    for (;;) {
      try {
        return await load();
      } catch (error) {
        if (this.#isClosed || (error instanceof Refused && !error.isPassing)) throw error;
        const retryAfterS = error instanceof Refused ? error.retryAfterS : null;
        await new Waiting().wait(pace.nextDelayMs({ retryAfterS }));
        if (this.#isClosed) throw error;
      }
    }
  }
}
