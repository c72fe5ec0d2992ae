/** Shows one image large, with its versions, its actions and a form to change it or to draw it again. */

import { infoOf, shownOf } from "../../comic/image_info.js";
import { indexAfter, turnOfKey, turnTo } from "../../comic/turns.js";
import { itemKey, progressOf } from "../../state/generation_state.js";
import { button, element, find, setText } from "../element.js";
import { onSwipe } from "../swipe.js";
import { Frame } from "./frame.js";
import { VersionButtons } from "./version_buttons.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { StoredInstructions } from "../../comic/stored_instructions.js" */
/** @import { Direction, Turn } from "../../comic/turns.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind, Origin } from "../../wire.js" */
/** @import { ImageActions } from "./image_actions.js" */

const MAX_INSTRUCTIONS = 1000;

export class ImageDialog {
  #dialog = find("image-dialog", HTMLDialogElement);
  #store;
  #actions;
  #storedInstructions;
  /** @type {{ kind: ItemKind, index: number } | null} */
  #item = null;
  /** The comic's. @type {Direction} */
  #reading = "ltr";
  #frame;
  #title = element("h2", { id: "image-dialog-title", dir: "auto", tabIndex: -1, attrs: { "aria-live": "polite" } });
  #scene = element("p", { dir: "auto" });
  #spoken = element("blockquote", { dir: "auto" });
  #facts = element("p", { className: "hint", dir: "auto" });
  #problem = element("p", { className: "problem", dir: "auto" });
  #versions = new VersionButtons((version) => this.#choose(version));
  #save;
  #words = button("button quiet small", "Edit the words", () => undefined);
  #report = button("button quiet small", "Report a problem", () => undefined);
  #instructions = element("textarea", { id: "instructions", rows: 2, maxLength: MAX_INSTRUCTIONS, dir: "auto" });
  #change = element("button", { type: "submit", className: "button primary", textContent: "Change this picture" });
  #redo = button("button", "Draw again", () => this.#send("nothing"));
  #note = element("p", { className: "hint", dir: "auto", attrs: { role: "status" } });
  #left = button("step left", "‹", () => this.#turn(turnTo("left", this.#direction)));
  #right = button("step right", "›", () => this.#turn(turnTo("right", this.#direction)));
  #stage = element("div", { className: "stage" });

  /**
   * @param {GenerationStore} store
   * @param {PictureLoader} loader
   * @param {ImageActions} actions
   * @param {StoredInstructions} storedInstructions
   * @param {(index: number) => void} onEditWords
   */
  constructor(store, loader, actions, storedInstructions, onEditWords) {
    this.#store = store;
    this.#actions = actions;
    this.#storedInstructions = storedInstructions;
    this.#frame = new Frame(loader, { onRedo: () => this.#instructions.focus() });
    this.#save = button("button quiet small", "Save the image", () => {
      if (this.#item !== null) void actions.save(this.#item.kind, this.#item.index);
    });
    this.#words.addEventListener("click", () => {
      if (this.#item !== null) onEditWords(this.#item.index);
    });
    this.#instructions.addEventListener("input", () => {
      this.#storeInstructions();
      this.#showButtons();
    });
    const form = element(
      "form",
      { className: "redo", on: { submit: (event) => this.#submit(event) } },
      element("label", { htmlFor: "instructions", textContent: "What should be different?" }),
      this.#instructions,
      element("div", { className: "dialog-actions" }, this.#note, this.#redo, this.#change),
    );
    const texts = [this.#title, this.#scene, this.#spoken, this.#facts, this.#problem, this.#versions.root];
    const others = element("div", { className: "image-actions" }, this.#words, this.#save, this.#report);
    const words = element("div", { className: "words" }, ...texts, form, others);
    const close = button("close", "×", () => this.#dialog.close(), { "aria-label": "Close" });
    this.#stage.append(this.#frame.root, this.#left, this.#right);
    this.#dialog.replaceChildren(this.#stage, words, close);
    this.#dialog.onclick = (event) => {
      if (event.target === this.#dialog) this.#dialog.close();
    };
    this.#dialog.onkeydown = (event) => this.#key(event);
    onSwipe(this.#stage, (side) => this.#turn(turnTo(side, this.#direction)));
  }

  /** Only panels have a reading direction. @returns {Direction} */
  get #direction() {
    return this.#item?.kind === "panel" ? this.#reading : "ltr";
  }

  /** @param {ItemKind} kind @param {number} index */
  open(kind, index) {
    this.#show({ kind, index });
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#title.focus();
  }

  /** Open it with the focus on the instructions. @param {ItemKind} kind @param {number} index */
  openForRedo(kind, index) {
    this.open(kind, index);
    this.#instructions.focus();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {StoreState} state @param {Direction} direction */
  update(state, direction) {
    this.#reading = direction;
    if (this.#item === null) return;
    const { kind, index } = this.#item;
    const info = infoOf(state, kind, index);
    if (info === null) return;
    const shown = shownOf(state, kind, index);
    // The problem is shown beside the image.
    this.#frame.update({ ...shown, ...info, label: "", isFresh: false, problem: null, notice: "" });
    setText(this.#title, info.title);
    setText(this.#scene, info.sketch);
    setText(this.#spoken, info.spoken);
    this.#words.hidden = info.lettering === null;
    this.#spoken.hidden = info.spoken === "" || info.lettering !== null;
    setText(this.#facts, info.facts);
    setText(this.#problem, shown.problem === null ? "" : `${shown.problem.message} ${shown.problem.suggestion}`);
    this.#problem.hidden = shown.problem === null;
    this.#versions.update(shown);
    this.#save.disabled = this.#words.disabled = shown.path === null;
    this.#report.dataset.report = info.report;
    setText(this.#note, shown.canRedo ? shown.notice : whyNot(shown.isDrawing));
    this.#showInstructions(state.generationId, itemKey(kind, index), shown.versions.at(-1) ?? 0);
    this.#showButtons();
    this.#showSteps(index, progressOf(state, kind).total ?? 0);
  }

  /** A picture can be changed once there is one, and only by words. */
  #showButtons() {
    if (this.#item === null) return;
    const { canRedo, path, isOutdated } = shownOf(this.#store.state, this.#item.kind, this.#item.index);
    this.#redo.disabled = !canRedo;
    this.#change.disabled = !canRedo || path === null || isOutdated || this.#instructions.value.trim() === "";
  }

  /** @param {string | null} id @param {string} key @param {number} latest */
  #showInstructions(id, key, latest) {
    const text = id === null ? "" : this.#storedInstructions.text(id, key, latest);
    if (this.#instructions.value !== text) this.#instructions.value = text;
  }

  #storeInstructions() {
    const { generationId } = this.#store.state;
    if (this.#item === null || generationId === null) return;
    this.#storedInstructions.write(generationId, itemKey(this.#item.kind, this.#item.index), this.#instructions.value);
  }

  /**
   * A step that leads nowhere stays focusable, so that the focus is not lost.
   *
   * @param {number} index
   * @param {number} count
   */
  #showSteps(index, count) {
    for (const [step, side] of /** @type {const} */ ([[this.#left, "left"], [this.#right, "right"]])) {
      const turn = turnTo(side, this.#direction);
      step.setAttribute("aria-label", turn === "forward" ? "Next" : "Previous");
      step.setAttribute("aria-disabled", String(indexAfter(turn, index, count) === index));
    }
  }

  /** @param {number} version */
  #choose(version) {
    if (this.#item === null) return;
    const { kind, index } = this.#item;
    this.#actions.choose(kind, index, version);
  }

  /** @param {{ kind: ItemKind, index: number }} item */
  #show(item) {
    if (this.#item?.kind !== item.kind || this.#item.index !== item.index) this.#frame.clear();
    this.#item = item;
    this.update(this.#store.state, this.#reading);
  }

  /** @param {Turn} turn */
  #turn(turn) {
    if (this.#item === null) return;
    const { kind, index } = this.#item;
    this.#show({ kind, index: indexAfter(turn, index, progressOf(this.#store.state, kind).total ?? 0) });
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (!this.#change.disabled) this.#send("current");
  }

  /** @param {Origin} origin */
  #send(origin) {
    const { generationId } = this.#store.state;
    if (this.#item === null || this.#redo.disabled || generationId === null) return;
    const { kind, index } = this.#item;
    const text = this.#instructions.value.trim();
    const latest = shownOf(this.#store.state, kind, index).versions.at(-1) ?? 0;
    this.#storedInstructions.send(generationId, itemKey(kind, index), text, latest);
    void this.#store.redo(kind, index, text, origin);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target instanceof HTMLTextAreaElement) return;
    // Space presses the focused button; these arrows scroll the text.
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return;
    const turn = turnOfKey(event, this.#direction);
    if (turn === null) return;
    event.preventDefault();
    this.#turn(turn);
  }
}

/** @param {boolean} isDrawing */
function whyNot(isDrawing) {
  return isDrawing ? "Drawing…" : "Available when the drawing has ended.";
}
