/** A picture's place: as large from the beginning as it will be in the end, whatever it shows meanwhile. */

import { element, setText } from "./element.js";

/** @typedef {import("../comic/picture_loader.js").PictureLoader} PictureLoader */
/** @typedef {import("../state/problem.js").Problem} Problem */
/**
 * @typedef {{
 *   ratio: number, label: string, alt: string, sketch: string, path: string | null, problem: Problem | null,
 *   isDrawing: boolean, isFresh: boolean, canRedo: boolean
 * }} Shown `ratio` is width by height; `sketch` is what stands there until the picture at `path` is there.
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
  /** The path that was fetched again because its picture could not be shown. @type {string | null} */
  #renewed = null;

  /**
   * @param {PictureLoader} loader
   * @param {Actions} actions
   */
  constructor(loader, { onOpen, onRedo }) {
    this.#loader = loader;
    this.#open = element(
      "button",
      { type: "button", className: "frame-open", on: { click: onOpen } },
      this.#sketch,
      this.#image,
    );
    this.#redo = element("button", {
      type: "button",
      className: "button small",
      textContent: "Draw it again",
      on: { click: onRedo },
    });
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

  /** Fetch the picture from the app, once: the stored one may be damaged. */
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
      // Asked for again when anything changes, or when the frame is opened.
      this.#path = null;
      this.#mark("unloaded", true);
    }
  }

  /** @param {string} state @param {boolean} isOn */
  #mark(state, isOn) {
    this.root.classList.toggle(`is-${state}`, isOn);
  }
}
