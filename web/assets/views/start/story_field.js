/** The story's text field, with its length. */

import { isBlank, lengthOf } from "../../story_words.js";
import { find, setText } from "../element.js";

/** @import { CutField } from "../chapters/cut_field.js" */

export class StoryField {
  field = find("story", HTMLTextAreaElement);
  #words = find("word-count", HTMLElement);
  #cut;

  /** @param {CutField} cut */
  constructor(cut) {
    this.#cut = cut;
  }

  get text() {
    return this.field.value;
  }

  /** Return the problem with the story, or null. */
  get problem() {
    const { count, most, unit } = lengthOf(this.text, this.#cut.limits);
    const or = this.#cut.isFor(this.text) ? ", or cut it into chapters" : "";
    if (count > most) return `The story has ${count} ${unit}. Shorten it to ${most}${or}.`;
    return isBlank(this.text) ? "Write a story first: one sentence is enough." : null;
  }

  /** Replace the text like typing does, so that the browser's own undo brings it back. @param {string} text */
  replace(text) {
    const focused = document.activeElement;
    this.field.focus({ preventScroll: true });
    if (document.activeElement === this.field) {
      this.field.select();
      document.execCommand(text === "" ? "delete" : "insertText", false, text);
    }
    // The field is hidden, or the browser has no such command.
    if (this.field.value !== text) this.field.value = text;
    this.field.scrollTop = 0;
    if (focused instanceof HTMLElement && focused !== this.field) focused.focus({ preventScroll: true });
  }

  /** Show the length. */
  update() {
    this.#cut.update(this.text);
    const { count, most, unit } = lengthOf(this.text, this.#cut.limits);
    setText(this.#words, `${count} of ${most} ${unit}`);
    this.#words.classList.toggle("is-over", count > most);
    if (count > most) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }
}
