/** One panel in the reader, in its final size before its image arrives. */

import { infoOf, shownOf } from "../../comic/image_info.js";
import { button, element, setText } from "../element.js";
import { Balloons } from "../image/balloons.js";
import { Picture } from "../image/picture.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { PanelTexts } from "./reader_words.js" */
/** @import { StoreState } from "../../state/store_state.js" */

export class ReaderPanel {
  #index;
  #picture;
  #balloons = new Balloons();
  #status = element("p", { dir: "auto" });
  #redo;
  root = element("figure", { className: "reader-panel" });
  /** Its texts: what screen readers hear after a turn, scene and dialogue. @type {PanelTexts} */
  texts = { told: "", title: "", scene: "", spoken: "" };
  /** Width / height. */
  ratio = 1;

  /** @param {PictureLoader} loader @param {number} index counts from 0 @param {(index: number) => void} onRedo */
  constructor(loader, index, onRedo) {
    this.#index = index;
    this.#picture = new Picture(loader, (state) => {
      if (state === "shown" || state === "empty") this.root.classList.toggle("is-shown", state === "shown");
      if (state === "shown") this.#balloons.fit(this.#picture.root);
      if (state === "unloaded") setText(this.#status, "The image could not be loaded.");
    });
    this.#redo = button("button small", "Draw it again", () => onRedo(index));
    const status = element("div", { className: "reader-status" }, this.#status, this.#redo);
    this.root.append(status, this.#picture.root, this.#balloons.root);
  }

  /** @param {StoreState} state */
  update(state) {
    const info = infoOf(state, "panel", this.#index);
    if (info === null) return;
    const shown = shownOf(state, "panel", this.#index);
    const told = info.lettering === null ? info.alt : `${info.alt} ${info.spoken}`;
    this.texts = { told, title: info.title, scene: info.sketch, spoken: info.spoken, language: info.lettering?.language };
    this.ratio = info.ratio;
    this.root.style.setProperty("--ratio", String(info.ratio));
    setText(this.#status, statusOf(info.title, shown));
    this.#redo.hidden = shown.path !== null || shown.problem === null || !shown.canRedo;
    this.#picture.show(shown.path, info.alt);
    this.#balloons.show(shown.path === null ? null : info.lettering);
  }
}

/** @param {string} title @param {ReturnType<typeof shownOf>} shown */
function statusOf(title, { path, problem, isDrawing }) {
  if (path !== null) return "";
  if (problem !== null) return `${title} could not be drawn. ${problem.message}`;
  return isDrawing ? `${title} is being drawn.` : `${title} is not drawn yet.`;
}
