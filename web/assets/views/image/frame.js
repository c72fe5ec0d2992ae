/** The frame of an image. It has its final size before the image arrives. */

import { button, element, setText } from "../element.js";
import { Balloons } from "./balloons.js";
import { Picture } from "./picture.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { Problem } from "../../state/problem.js" */
/** @import { PanelLettering } from "../../lettering_types.d.ts" */
/** @import { PictureState } from "./picture.js" */
/**
 * @typedef {{
 *   ratio: number, label: string, alt: string, sketch: string, path: string | null, problem: Problem | null,
 *   notice: string, isDrawing: boolean, isFresh: boolean, canRedo: boolean, isOutdated: boolean,
 *   lettering: PanelLettering | null
 * }} Shown `ratio` is width / height; `sketch` is the text until the image at `path` is loaded; `notice` says why the
 *   last change of the image failed; `isOutdated`: the image is of an earlier script.
 * @typedef {{ onOpen?: () => void, onRedo: () => void }} Actions without `onOpen` it is only an image
 */

const OUTDATED = "Drawn from an earlier script.";

export class Frame {
  #picture;
  #balloons = new Balloons();
  #sketch = element("span", { className: "frame-sketch", dir: "auto" });
  #label = element("span", { className: "frame-label", attrs: { "aria-hidden": "true" } });
  #problemText = element("p", { dir: "auto" });
  #problemHelp = element("p", { className: "hint" });
  #notice = element("p", { className: "frame-notice", dir: "auto", attrs: { role: "status" } });
  #redo;
  #open;

  /** @param {PictureLoader} loader @param {Actions} actions */
  constructor(loader, { onOpen, onRedo }) {
    this.#picture = new Picture(loader, (state) => this.#show(state));
    const content = [this.#sketch, this.#picture.root];
    this.#open =
      onOpen === undefined
        ? element("div", { className: "frame-open" }, ...content)
        : element("button", { type: "button", className: "frame-open", on: { click: onOpen } }, ...content);
    this.#redo = button("button small", "Draw it again", onRedo);
    const problem = element("div", { className: "frame-problem" }, this.#problemText, this.#problemHelp, this.#redo);
    const over = [problem, this.#label, this.#notice];
    this.root = element("div", { className: "frame" }, this.#open, this.#balloons.root, ...over);
    this.#balloons.root.addEventListener("click", () => {
      // Unless it ends the selection of words.
      if (getSelection()?.isCollapsed !== false) onOpen?.();
    });
  }

  /** @param {Shown} shown */
  update(shown) {
    const { path, alt, problem } = shown;
    this.root.style.setProperty("--ratio", String(shown.ratio));
    setText(this.#label, shown.label);
    setText(this.#sketch, shown.sketch);
    const state = path === null ? "Not drawn yet." : shown.isOutdated ? OUTDATED : "";
    const name = `${alt} ${state}`.trim();
    if (this.#open.tagName === "BUTTON") this.#open.setAttribute("aria-label", name);
    this.#mark("drawing", shown.isDrawing);
    this.#mark("fresh", shown.isFresh);
    this.#mark("failed", problem !== null && path === null);
    setText(this.#problemText, problem?.message ?? "");
    setText(this.#problemHelp, problem?.suggestion ?? "");
    const failedRedo = problem !== null && path !== null ? `${problem.message} The image is unchanged.` : "";
    setText(this.#notice, shown.notice || failedRedo || (shown.isOutdated ? OUTDATED : ""));
    this.#mark("outdated", shown.isOutdated);
    this.#redo.disabled = !shown.canRedo;
    this.#picture.show(path, alt);
    this.#balloons.show(path === null ? null : shown.lettering);
  }

  /** Show nothing until the next update, for another image. */
  clear() {
    this.#picture.clear();
  }

  /** @param {PictureState} state */
  #show(state) {
    if (state === "shown") this.#balloons.fit(this.#picture.root);
    if (state === "shown") this.#mark("shown", true);
    if (state === "empty") this.#mark("shown", false);
    this.#mark("unloaded", state === "unloaded");
  }

  /** @param {string} state @param {boolean} isOn */
  #mark(state, isOn) {
    this.root.classList.toggle(`is-${state}`, isOn);
  }
}
