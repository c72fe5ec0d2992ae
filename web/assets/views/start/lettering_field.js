/** Whether the words are drawn by the model or set as text, and their language. */

import { find } from "../element.js";
import { LanguageSelect } from "../language_select.js";
import { labelled, select } from "./look_field.js";

/** @import { Look } from "../../wire.js" */

export class LetteringField {
  #mode = select("lettering-mode", [
    ["drawn", "Drawn by the model"],
    ["text", "Set as text, to edit and translate"],
  ]);
  #language = new LanguageSelect("language", "Language", { none: "As in the story" });

  constructor() {
    find("lettering-fields", HTMLElement).append(labelled(this.#mode, "Speech bubbles"), this.#language.root);
  }

  /** What differs from the defaults. @returns {Look} */
  get look() {
    const language = this.#language.value;
    const isText = this.#mode.value === "text" && !this.#mode.disabled;
    return { ...(isText ? { lettering: "text" } : {}), ...(language === "" ? {} : { language }) };
  }

  /** @param {Look} look */
  fill({ lettering = "drawn", language = "" }) {
    this.#mode.value = lettering;
    this.#language.value = language;
  }

  /** A comic without speech has no speech bubbles. @param {boolean} isOn */
  offer(isOn) {
    this.#mode.disabled = !isOn;
  }

  get problems() {
    const message = this.#language.problem;
    return message === null ? [] : [{ field: this.#language.field, message }];
  }

  /** Return the field that an error answer names, or null. @param {string} path */
  fieldNamed(path) {
    return path === "lettering" ? this.#mode : path === "language" ? this.#language.field : null;
  }
}
