/** The frame of an image. It has its final size before the image arrives. */

import { button, element, setText } from "../element.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { Problem } from "../../state/problem.js" */
/**
 * @typedef {{
 *   ratio: number, label: string, alt: string, sketch: string, path: string | null, problem: Problem | null,
 *   isDrawing: boolean, isFresh: boolean, canRedo: boolean
 * }} Shown `ratio` is width / height; `sketch` is the text until the image at `path` is loaded.
 * @typedef {{ onOpen: () => void, onRedo: () => void }} Actions
 */

export class Frame {
  #loader;
  #image = element("img", { alt: "", decoding: "sync", draggable: false });
  #sketch = element("span", { className: "frame-sketch", dir: "auto" });
  #label = element("span", { className: "frame-label", attrs: { "aria-hidden": "true" } });
  #problemText = element("p", { dir: "auto" });
  #problemHelp = element("p", { className: "hint" });
  #redo;
  #open;
  /** @type {string | null} */
  #path = null;
  /** The path that was fetched again because the browser could not show the image. @type {string | null} */
  #renewed = null;

  /** @param {PictureLoader} loader @param {Actions} actions */
  constructor(loader, { onOpen, onRedo }) {
    this.#loader = loader;
    this.#open = element(
      "button",
      { type: "button", className: "frame-open", on: { click: onOpen } },
      this.#sketch,
      this.#image,
    );
    this.#redo = button("button small", "Draw it again", onRedo);
    const problem = element("div", { className: "frame-problem" }, this.#problemText, this.#problemHelp, this.#redo);
    this.root = element("div", { className: "frame" }, this.#open, problem, this.#label);
    this.#image.addEventListener("load", () => this.#mark("shown", true));
    this.#image.addEventListener("error", () => this.#renew());
  }

  /** @param {Shown} shown */
  update(shown) {
    this.root.style.setProperty("--ratio", String(shown.ratio));
    setText(this.#label, shown.label);
    setText(this.#sketch, shown.sketch);
    this.#open.setAttribute("aria-label", shown.path === null ? `${shown.alt} Not drawn yet.` : shown.alt);
    this.#mark("drawing", shown.isDrawing);
    this.#mark("fresh", shown.isFresh);
    this.#mark("failed", shown.problem !== null && shown.path === null);
    setText(this.#problemText, shown.problem?.message ?? "");
    setText(this.#problemHelp, shown.problem?.suggestion ?? "");
    this.#redo.disabled = !shown.canRedo;
    this.#show(shown.path, shown.alt);
  }

  /** @param {string | null} path @param {string} alt */
  #show(path, alt) {
    this.#image.alt = alt;
    if (path === this.#path) return;
    this.#path = path;
    if (path === null) {
      this.#image.removeAttribute("src");
      this.#mark("shown", false);
      return;
    }
    void this.#load(path, this.#loader.url(path));
  }

  /** Fetch the image from the app, once: the stored one may be damaged. */
  #renew() {
    const path = this.#path;
    if (path === null) return;
    if (path === this.#renewed) return this.#mark("unloaded", true);
    this.#renewed = path;
    void this.#load(path, this.#loader.renewedUrl(path));
  }

  /** @param {string} path @param {Promise<string>} loading */
  async #load(path, loading) {
    this.#mark("unloaded", false);
    try {
      const url = await loading;
      if (this.#path === path) this.#image.src = url;
    } catch {
      if (this.#path !== path) return;
      // It is loaded again at the next update, or when the user opens the frame.
      this.#path = null;
      this.#mark("unloaded", true);
    }
  }

  /** @param {string} state @param {boolean} isOn */
  #mark(state, isOn) {
    this.root.classList.toggle(`is-${state}`, isOn);
  }
}
