/** Above a comic: the language that is shown, and the way to another one. */

import { languageName } from "../comic/languages.js";
import { button, element, setText } from "../views/element.js";
import { LanguageSelect } from "../views/language_select.js";

/** @import { LanguageState } from "../lettering_types.d.ts" */
/** @typedef {{ onChoose: (language: string) => void, onTranslate: (language: string) => void }} BarActions */

export class LanguageBar {
  #root;
  #onTranslate;
  #select = element("select", { id: "shown-language" });
  #note = element("span", { className: "hint", attrs: { role: "status" } });
  #more = button("button quiet small", "Translate…", () => this.#open());
  #again = button("link", "Try again", () => {
    // The button will be hidden.
    this.#select.focus();
    this.#onTranslate(this.#failed);
  });
  #failed = "";
  /** @type {LanguageState[]} */
  #languages = [];
  #shown = "";
  #told = "";
  #dialog = element("dialog", { id: "translate-dialog", className: "small-dialog", attrs: { "aria-labelledby": "translate-title" } });

  /** @param {HTMLElement} root @param {BarActions} actions */
  constructor(root, { onChoose, onTranslate }) {
    this.#root = root;
    this.#onTranslate = onTranslate;
    this.#select.addEventListener("change", () => onChoose(this.#select.value));
    document.body.append(this.#dialog);
  }

  /** @param {{ language: string, languages: LanguageState[] } | null} words null: they are not known yet */
  update(words) {
    const shown = JSON.stringify(words && [words.language, words.languages]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (words === null) return this.#root.replaceChildren();
    this.#languages = words.languages;
    const done = words.languages.filter(({ status }) => status === "done").map(({ language }) => language);
    const options = done.map((tag) => element("option", { value: tag, lang: tag, textContent: languageName(tag) }));
    this.#select.replaceChildren(...options);
    this.#select.value = words.language;
    const label = element("label", { htmlFor: "shown-language", textContent: "Language" });
    if (this.#root.childElementCount === 0) this.#root.append(label, this.#select, this.#more, this.#note, this.#again);
    this.#tellState();
  }

  /** @param {string} text */
  tell(text) {
    this.#told = text;
    this.#tellState();
  }

  #tellState() {
    const named = (/** @type {LanguageState["status"]} */ status) =>
      this.#languages.filter((one) => one.status === status).map(({ language }) => language);
    const [running, failed] = [named("running"), named("failed")];
    this.#failed = failed.at(-1) ?? "";
    const list = (/** @type {string[]} */ tags) => tags.map(languageName).join(", ");
    const states = [
      running.length > 0 ? `Translating: ${list(running)}…` : "",
      failed.length > 0 ? `Could not be translated: ${list(failed)}.` : "",
    ];
    setText(this.#note, this.#told === "" ? states.join(" ").trim() : this.#told);
    this.#again.hidden = failed.length === 0 || running.length > 0;
  }

  #open() {
    const existing = this.#languages.filter(({ status }) => status !== "failed").map(({ language }) => language);
    const select = new LanguageSelect("translation", "Language", { without: existing });
    const problem = element("p", { className: "problem", hidden: true, attrs: { role: "alert" } });
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      problem.hidden = select.problem === null;
      setText(problem, select.problem ?? "");
      if (select.problem !== null) return select.field.focus();
      this.#dialog.close();
      this.#onTranslate(select.value);
    };
    const actions = [
      button("button quiet", "Cancel", () => this.#dialog.close()),
      element("button", { type: "submit", className: "button primary", textContent: "Translate" }),
    ];
    this.#dialog.replaceChildren(
      element(
        "form",
        { noValidate: true, on: { submit } },
        element("h2", { id: "translate-title", textContent: "Translate the words" }),
        element("p", { className: "hint", textContent: "This is one short call of the text model. No picture is drawn again." }),
        select.root,
        problem,
        element("div", { className: "dialog-actions" }, ...actions),
      ),
    );
    this.#dialog.showModal();
    select.select.focus();
  }
}
