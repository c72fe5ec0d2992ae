/** Chooses a language: one of those that are offered, or another one by its tag. */

import { languageTag, offeredLanguages } from "../comic/languages.js";
import { element } from "./element.js";

const ANOTHER = "another";

export class LanguageSelect {
  /** For the tag of another language. */
  #tag;

  /**
   * @param {string} id
   * @param {string} label
   * @param {{ none?: string, without?: string[], onChange?: () => void }} options `none` is the text of the choice of no
   *   language; `without` are languages that are not offered
   */
  constructor(id, label, { none, without = [], onChange }) {
    this.#tag = element("input", { type: "text", id: `${id}-tag`, hidden: true, spellcheck: false, placeholder: "pt-BR" });
    this.#tag.setAttribute("aria-label", "Tag of the language, such as pt-BR");
    const options = offeredLanguages(without).map(({ tag, name }) => element("option", { value: tag, textContent: name, lang: tag }));
    this.select = element(
      "select",
      { id },
      none !== undefined && element("option", { value: "", textContent: none }),
      ...options,
      element("option", { value: ANOTHER, textContent: "Another language…" }),
    );
    this.select.addEventListener("change", () => {
      this.#show();
      if (!this.#tag.hidden) this.#tag.focus();
      onChange?.();
    });
    this.root = element(
      "div",
      { className: "field", attrs: { "data-field": true } },
      element("label", { htmlFor: id, textContent: label }),
      this.select,
      this.#tag,
    );
  }

  /** The chosen language; empty for none or for what is no tag. */
  get value() {
    return this.select.value === ANOTHER ? (languageTag(this.#tag.value) ?? "") : this.select.value;
  }

  set value(tag) {
    this.select.value = tag;
    if (this.select.value !== tag) this.select.value = ANOTHER;
    this.#tag.value = this.select.value === ANOTHER ? tag : "";
    this.#show();
  }

  /** The field to correct. */
  get field() {
    return this.#tag.hidden ? this.select : this.#tag;
  }

  /** What is wrong, or null. */
  get problem() {
    return this.select.value === ANOTHER && this.value === "" ? "Write the tag of a language, such as pt-BR." : null;
  }

  #show() {
    this.#tag.hidden = this.select.value !== ANOTHER;
  }
}
