/** Pictures of one generation as addresses that an `<img>` can show, given back when it is left. */

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
   * @throws whatever the cache throws; the next call tries again
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
    const blob = await this.#images.get(this.#generationId, path);
    if (this.#isClosed) throw new Error("nobody looks at this picture any more");
    return URL.createObjectURL(blob);
  }
}
