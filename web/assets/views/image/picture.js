/** An image element that loads its image, and loads it again if the browser can't show the stored one. */

import { element } from "../element.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @typedef {"empty" | "loading" | "shown" | "unloaded"} PictureState `unloaded` images could not be loaded. */

export class Picture {
  #loader;
  #onState;
  /** @type {string | null} */
  #path = null;
  /** The path that was fetched again because the browser could not show the image. @type {string | null} */
  #renewed = null;

  /** @param {PictureLoader} loader @param {(state: PictureState) => void} onState */
  constructor(loader, onState) {
    this.#loader = loader;
    this.#onState = onState;
    this.root = element("img", { alt: "", decoding: "sync", draggable: false });
    this.root.addEventListener("load", () => onState("shown"));
    this.root.addEventListener("error", () => this.#renew());
  }

  /** Show an image; the earlier one stays until it is loaded. @param {string | null} path @param {string} alt */
  show(path, alt) {
    if (this.root.alt !== alt) this.root.alt = alt;
    if (path === this.#path) return;
    if (path === null) return this.clear();
    this.#path = path;
    void this.#load(path, this.#loader.url(path));
  }

  clear() {
    this.#path = null;
    this.root.removeAttribute("src");
    this.#onState("empty");
  }

  /** Fetch the image from the app, once: the stored one may be damaged. */
  #renew() {
    const path = this.#path;
    if (path === null) return;
    if (path === this.#renewed) return this.#onState("unloaded");
    this.#renewed = path;
    void this.#load(path, this.#loader.renewedUrl(path));
  }

  /** @param {string} path @param {Promise<string>} loading */
  async #load(path, loading) {
    this.#onState("loading");
    try {
      const url = await loading;
      if (this.#path === path) this.root.src = url;
    } catch {
      if (this.#path !== path) return;
      // It is loaded again at the next update, or when the user opens it.
      this.#path = null;
      this.#onState("unloaded");
    }
  }
}
