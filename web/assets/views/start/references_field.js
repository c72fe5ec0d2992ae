/** A list of the user's pictures: choose or drop files, name them, and remove them. */

import { readPicture, UnusablePicture } from "../../references/read_picture.js";
import { nameFrom, problemsWith } from "../../references/reference_list.js";
import { button, element, find, setText } from "../element.js";

/** @import { PageSettings } from "../../page_settings.js" */
/** @import { Reference } from "../../references/reference_list.js" */
/** @import { FieldProblem } from "./form_problems.js" */
/** @typedef {{ id: string, title: string, hint: string, nameHint: string }} Words */

export class ReferencesField {
  /** @type {Reference[]} */
  #references = [];
  #settings;
  #words;
  #onChange;
  #list = element("ul", { className: "reference-list" });
  #note = element("p", { className: "hint", attrs: { role: "status" } });
  #made = 0;
  #chooser;

  /**
   * @param {Words} words `id` is the id of the container
   * @param {PageSettings} settings
   * @param {() => void} onChange
   */
  constructor(words, settings, onChange) {
    this.#words = words;
    this.#settings = settings;
    this.#onChange = onChange;
    const chooser = element("input", {
      type: "file",
      id: `${words.id}-files`,
      className: "visually-hidden",
      accept: "image/png,image/jpeg,image/webp",
      multiple: true,
      on: { change: () => this.#choose(chooser) },
    });
    const zone = element(
      "label",
      { className: "drop-zone", htmlFor: chooser.id },
      element("strong", { textContent: words.title }),
      element("span", { className: "hint", textContent: words.hint }),
    );
    this.#chooser = chooser;
    this.#acceptDrops(zone);
    find(words.id, HTMLElement).replaceChildren(chooser, zone, this.#list, this.#note);
  }

  /** The pictures with their current names. */
  get references() {
    return this.#references;
  }

  /** @returns {FieldProblem[]} */
  get problems() {
    const found = problemsWith(this.#references, this.#settings);
    return found.map(({ index, message }) => ({ field: this.fieldOf(index), message }));
  }

  /** Return the field of a reference by its place, or the field that adds pictures. @param {number | null} index */
  fieldOf(index) {
    const reference = index === null ? undefined : this.#references[index];
    return reference === undefined ? this.#chooser : find(nameIdOf(reference), HTMLInputElement);
  }

  clear() {
    this.#references = [];
    this.#list.replaceChildren();
    setText(this.#note, "");
    this.#onChange();
  }

  /** @param {HTMLInputElement} chooser */
  #choose(chooser) {
    const files = [...(chooser.files ?? [])];
    // Otherwise the same file could not be chosen again after it was removed.
    chooser.value = "";
    void this.#add(files);
  }

  /** @param {HTMLElement} zone */
  #acceptDrops(zone) {
    const mark = (/** @type {boolean} */ isOver) => zone.classList.toggle("is-over", isOver);
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      mark(true);
    });
    zone.addEventListener("dragleave", () => mark(false));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      void this.#add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** @param {File[]} files */
  async #add(files) {
    const room = this.#settings.maxReferences - this.#references.length;
    const problems = await Promise.all(files.slice(0, room).map((file) => this.#addOne(file)));
    if (files.length > room) problems.push(`Use at most ${this.#settings.maxReferences} pictures here.`);
    setText(this.#note, problems.filter((problem) => problem !== null).join(" "));
  }

  /** @param {File} file @returns {Promise<string | null>} the problem with the file */
  async #addOne(file) {
    try {
      const image = await readPicture(file);
      this.#made += 1;
      const name = nameFrom(file.name, this.#settings.maxNameLength);
      const reference = { id: `${this.#words.id}-${this.#made}`, name, image, fileName: file.name };
      this.#references.push(reference);
      this.#list.append(this.#item(reference));
      this.#onChange();
      return null;
    } catch (error) {
      if (!(error instanceof UnusablePicture)) throw error;
      return error.message;
    }
  }

  /** @param {Reference} reference */
  #item(reference) {
    const name = element("input", {
      type: "text",
      id: nameIdOf(reference),
      value: reference.name,
      maxLength: this.#settings.maxNameLength,
      placeholder: this.#words.nameHint,
      dir: "auto",
      attrs: { "aria-label": `${this.#words.nameHint} of ${reference.fileName}` },
      on: {
        input: () => {
          reference.name = name.value;
          this.#onChange();
        },
      },
    });
    const onRemove = () => {
      this.#references = this.#references.filter((other) => other !== reference);
      item.remove();
      setText(this.#note, "");
      this.#onChange();
    };
    const remove = button("remove", "×", onRemove, { "aria-label": `Remove ${reference.fileName}` });
    const item = element("li", { attrs: { "data-field": "" } }, element("img", { src: reference.image, alt: "" }), name, remove);
    return item;
  }
}

/** @param {Reference} reference */
function nameIdOf({ id }) {
  return `${id}-name`;
}
