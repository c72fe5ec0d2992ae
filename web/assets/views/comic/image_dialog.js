/** Shows one image large, with its versions and a form to draw it again. */

import { itemKey, progressOf } from "../../state/generation_state.js";
import { button, element, find, setText } from "../element.js";
import { Frame } from "./frame.js";
import { infoOf, shownOf } from "./image_info.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */

const MAX_INSTRUCTIONS = 1000;

export class ImageDialog {
  #dialog = find("image-dialog", HTMLDialogElement);
  #store;
  #loader;
  /** @type {{ kind: ItemKind, index: number } | null} */
  #item = null;
  /** @type {Frame | null} */
  #frame = null;
  #title = element("h2", { id: "image-dialog-title", dir: "auto" });
  #scene = element("p", { dir: "auto" });
  #spoken = element("blockquote", { dir: "auto" });
  #problem = element("p", { className: "problem", dir: "auto" });
  #versions = element("div", { className: "versions" });
  #instructions = element("textarea", { id: "instructions", rows: 2, maxLength: MAX_INSTRUCTIONS, dir: "auto" });
  #redo = element("button", { type: "submit", className: "button primary", textContent: "Draw it again" });
  #note = element("p", { className: "hint", attrs: { role: "status" } });
  #previous = this.#step("‹", "Previous", -1);
  #next = this.#step("›", "Next", 1);
  #stage = element("div", { className: "stage" });

  /** @param {GenerationStore} store @param {PictureLoader} loader */
  constructor(store, loader) {
    this.#store = store;
    this.#loader = loader;
    const form = element(
      "form",
      { className: "redo", on: { submit: (event) => this.#submit(event) } },
      element("label", { htmlFor: "instructions", textContent: "What should be different?" }),
      this.#instructions,
      element("div", { className: "dialog-actions" }, this.#note, this.#redo),
    );
    const texts = [this.#title, this.#scene, this.#spoken, this.#problem, this.#versions];
    const words = element("div", { className: "words" }, ...texts, form);
    const close = button("close", "×", () => this.#dialog.close(), { "aria-label": "Close" });
    this.#dialog.replaceChildren(this.#stage, this.#previous, this.#next, words, close);
    this.#dialog.onclick = (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    };
    this.#dialog.onkeydown = (event) => this.#key(event);
  }

  /** @param {ItemKind} kind @param {number} index */
  open(kind, index) {
    this.#show({ kind, index });
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Open it with the focus on the instructions. @param {ItemKind} kind @param {number} index */
  openForRedo(kind, index) {
    this.open(kind, index);
    this.#instructions.focus();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {StoreState} state */
  update(state) {
    if (this.#item === null || this.#frame === null) return;
    const { kind, index } = this.#item;
    const info = infoOf(state, kind, index);
    if (info === null) return;
    const shown = shownOf(state, kind, index);
    // The problem is shown beside the image.
    this.#frame.update({ ...shown, ...info, label: "", isFresh: false, problem: null });
    setText(this.#title, info.title);
    setText(this.#scene, info.sketch);
    setText(this.#spoken, info.spoken);
    this.#spoken.hidden = info.spoken === "";
    setText(this.#problem, shown.problem === null ? "" : `${shown.problem.message} ${shown.problem.suggestion}`);
    this.#problem.hidden = shown.problem === null;
    this.#redo.disabled = !shown.canRedo;
    setText(this.#note, shown.canRedo ? (state.notice ?? "") : whyNot(shown.isDrawing));
    this.#previous.disabled = index === 0;
    this.#next.disabled = index >= (progressOf(state, kind).total ?? 0) - 1;
    this.#showVersions(state);
  }

  /** @param {StoreState} state */
  #showVersions(state) {
    if (this.#item === null) return;
    const { kind, index } = this.#item;
    const drawn = kind === "panel" ? state.generatedPanels[index] : state.characterReferences[index];
    const versions = Object.keys(drawn?.versions ?? {}).map(Number);
    const latest = versions.at(-1) ?? 0;
    const shown = state.choices[itemKey(kind, index)] ?? latest;
    this.#versions.hidden = versions.length < 2;
    this.#versions.replaceChildren(
      element("span", { className: "hint", textContent: "Versions" }),
      ...versions.map((version) =>
        button("version", String(version), () => this.#choose(version), {
          "aria-pressed": String(version === shown),
          "aria-label": `Version ${version} of ${latest}`,
        }),
      ),
    );
  }

  /** @param {number} version */
  #choose(version) {
    if (this.#item === null) return;
    this.#store.choose(this.#item.kind, this.#item.index, version);
    // The buttons are replaced: the new one gets the focus.
    queueMicrotask(() => {
      const pressed = this.#versions.querySelector("[aria-pressed=true]");
      if (pressed instanceof HTMLElement) pressed.focus();
    });
  }

  /** @param {{ kind: ItemKind, index: number }} item */
  #show(item) {
    this.#item = item;
    this.#instructions.value = "";
    this.#frame = new Frame(this.#loader, { onOpen: () => undefined, onRedo: () => this.#instructions.focus() });
    this.#stage.replaceChildren(this.#frame.root);
    this.update(this.#store.state);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.#item === null || this.#redo.disabled) return;
    const { kind, index } = this.#item;
    void this.#store.redo(kind, index, this.#instructions.value.trim());
    this.#instructions.value = "";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof HTMLTextAreaElement) return;
    if (event.key === "ArrowLeft") this.#previous.click();
    if (event.key === "ArrowRight") this.#next.click();
  }

  /** @param {string} sign @param {string} name @param {number} by */
  #step(sign, name, by) {
    const move = () => {
      if (this.#item !== null) this.#show({ kind: this.#item.kind, index: this.#item.index + by });
    };
    return button(`step ${name.toLowerCase()}`, sign, move, { "aria-label": name });
  }
}

/** @param {boolean} isDrawing */
function whyNot(isDrawing) {
  return isDrawing ? "Drawing…" : "Available when the drawing has ended.";
}
