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
      url = this.#make(path);
      url.catch(() => this.#urls.delete(path));
      this.#urls.set(path, url);
    }
    return url;
  }

  /** Give the pictures' memory back. */
  close() {
    this.#isClosed = true;
    for (const made of this.#urls.values()) made.then(URL.revokeObjectURL, () => undefined);
    this.#urls.clear();
  }

  /** @param {string} path */
  async #make(path) {
    const blob = await this.#fetched(path);
    if (this.#isClosed) throw new Error("nobody looks at this picture any more");
    return URL.createObjectURL(blob);
  }

  /**
   * Fetch a picture over as many attempts as it takes: there may be no further news that would bring it.
   *
   * @param {string} path
   */
  async #fetched(path) {
    const pace = new Pace();
    for (;;) {
      try {
        return await this.#images.get(this.#generationId, path);
      } catch (error) {
        if (this.#isClosed || (error instanceof Refused && !error.isPassing)) throw error;
        const retryAfterS = error instanceof Refused ? error.retryAfterS : null;
        await new Waiting().wait(pace.nextDelayMs({ retryAfterS }));
        if (this.#isClosed) throw error;
      }
    }
  }
}
