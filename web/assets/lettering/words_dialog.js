/** Edits the texts of a panel in one language, and their places. Unsaved changes stay in this browser. */

import { chosen, field, MOST_TEXTS, textFields } from "../editor/text_fields.js";
import { generationPath } from "../net/api.js";
import { Refused } from "../net/refused.js";
import { problemFrom } from "../state/problem.js";
import { isBlank } from "../story_words.js";
import { button, element, setText } from "../views/element.js";
import { FormProblems } from "../views/start/form_problems.js";
import { bodyOf, editedTexts, fieldNamed, isSame, withMovedText, withText } from "./edited_texts.js";
import { PlaceBoxes } from "./place_boxes.js";
import { UnsavedWords } from "./stored_words.js";

/** @import { PanelLettering, Place } from "../lettering_types.d.ts" */
/** @import { Api } from "../net/api.js" */
/** @import { EditedText } from "./edited_texts.js" */
/** @typedef {{ id: string, index: number, language: string, names: string[], picture: string }} EditedPanel */
/** @typedef {{ version: string, lettering: PanelLettering }} Base What the app has. */

const CHANGED_ELSEWHERE = "The words were changed elsewhere since you began. Your changes are kept here.";

class WordsDialog {
  #api;
  /** @type {(panel: PanelLettering) => void} */
  #onSaved = () => undefined;
  #title = element("h2", { id: "words-title", tabIndex: -1 });
  #places = new PlaceBoxes((key, place) => this.#place(key, place));
  #list = element("div", { className: "words-list" });
  #note = element("p", { id: "words-note", attrs: { role: "status" } });
  #conflict = element("div", { className: "problem", attrs: { role: "alert" } });
  #problem = element("div", { className: "problem", hidden: true, tabIndex: -1, attrs: { role: "alert" } });
  #problems = new FormProblems(this.#problem);
  #add = button("button", "Add a text", () => this.#addText());
  #save = element("button", { type: "submit", className: "button primary", textContent: "Save the words" });
  #dialog = element("dialog", { id: "words-dialog", className: "words-dialog", attrs: { "aria-labelledby": "words-title" } });
  /** @type {EditedPanel | null} */
  #panel = null;
  /** @type {Base | null} */
  #base = null;
  /** @type {EditedText[]} */
  #texts = [];

  /** @param {Pick<Api, "json">} api */
  constructor(api) {
    this.#api = api;
    const again = button("button quiet", "Choose all places again", () => this.#choosePlaces());
    const close = button("button quiet", "Close", () => this.#dialog.close());
    const hint = "Saving is free, and no picture is drawn again. What has a dashed outline is placed by the app.";
    const side = element(
      "div",
      { className: "words-side" },
      this.#title,
      element("p", { className: "hint", textContent: hint }),
      this.#places.help,
      this.#conflict,
      this.#list,
      element("div", { className: "script-tools" }, this.#add, again),
      this.#problem,
      element("div", { className: "script-foot" }, this.#note, this.#save, close),
    );
    const form = element("form", { className: "words-form", noValidate: true }, this.#places.root, side);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    form.addEventListener("input", ({ target }) => this.#problems.clearField(target));
    this.#dialog.addEventListener("close", () => (this.#panel = null));
    this.#dialog.append(form);
    document.body.append(this.#dialog);
  }

  /** @param {EditedPanel} panel @param {(panel: PanelLettering) => void} onSaved */
  async open(panel, onSaved) {
    this.#panel = panel;
    this.#onSaved = onSaved;
    this.#reset();
    setText(this.#title, `Words of panel ${panel.index + 1}`);
    setText(this.#note, "Loading the words…");
    this.#dialog.showModal();
    this.#title.focus();
    await this.#load(panel);
  }

  #reset() {
    this.#base = null;
    this.#problems.clear();
    this.#conflict.replaceChildren();
    this.#list.replaceChildren();
    this.#places.show([]);
    this.#setSaving(true);
  }

  /** @param {EditedPanel} panel */
  async #load(panel) {
    try {
      const base = await this.#fetch(panel);
      if (this.#panel !== panel) return;
      this.#places.begin(panel.picture, base.lettering);
      this.#setSaving(false);
      const draft = this.#unsaved?.read() ?? null;
      if (draft === null || isSame(draft.texts, editedTexts(base.lettering))) return this.#begin(base);
      this.#base = { ...base, version: draft.version };
      this.#show(draft.texts);
      if (draft.version === base.version) this.#tellDraft(base);
      else this.#tellConflict(base);
    } catch (error) {
      if (this.#panel !== panel) return;
      const again = button("button small", "Try again", () => void this.#load(panel));
      this.#note.replaceChildren(`The words could not be loaded. ${problemFrom(error).message} `, again);
    }
  }

  /** @param {EditedPanel} panel @returns {Promise<Base>} */
  async #fetch(panel) {
    const { answer, version } = await this.#api.json(pathOf(panel));
    return { lettering: answer, version };
  }

  get #unsaved() {
    return this.#panel && new UnsavedWords(this.#panel.id, this.#panel.index, this.#panel.language);
  }

  /** Edit the texts of the app; earlier edits are discarded. @param {Base} base */
  #begin(base) {
    this.#base = base;
    this.#unsaved?.remove();
    this.#conflict.replaceChildren();
    this.#note.replaceChildren();
    this.#show(editedTexts(base.lettering));
  }

  /** @param {Base} base */
  #tellDraft(base) {
    const discard = button("link", "Discard them", () => {
      this.#begin(base);
      this.#title.focus();
    });
    this.#note.replaceChildren("Your unsaved changes are still here. ", discard);
  }

  /** @param {Base} theirs */
  #tellConflict(theirs) {
    this.#note.replaceChildren();
    const load = button("button small", "Load theirs", () => {
      this.#begin(theirs);
      this.#title.focus();
    });
    const keep = button("button small", "Keep mine", () => {
      this.#base = theirs;
      this.#keep();
      this.#conflict.replaceChildren();
      setText(this.#note, "Your words replace theirs when you save them.");
      this.#save.focus();
    });
    const actions = element("div", { className: "script-tools" }, load, keep);
    this.#conflict.replaceChildren(element("p", { textContent: CHANGED_ELSEWHERE }), actions);
    load.focus();
  }

  /** @param {EditedText[]} texts */
  #show(texts) {
    this.#texts = texts;
    this.#problems.clear();
    this.#add.disabled = texts.length >= MOST_TEXTS;
    this.#list.replaceChildren(...texts.map((text, index) => this.#fieldsOf(text, index)));
    this.#places.show(texts);
  }

  /** @param {EditedText} text @param {number} index */
  #fieldsOf(text, index) {
    const { key } = text;
    const places = /** @type {[string, string][]} */ ([["app", "Chosen by the app"], ["hand", "Chosen by hand"]]);
    const place = chosen(fieldId(`${key}.place`), places, text.place === null ? "app" : "hand", (value) => {
      text.place = value === "app" ? null : text.shown;
      if (value === "hand") this.#places.focus(key);
      this.#edited();
    });
    const actions = {
      id: fieldId,
      speakers: (this.#panel?.names ?? []).map((name) => ({ value: name, name })),
      count: this.#texts.length,
      language: this.#panel?.language,
      onEdit: () => this.#edited(),
      onMove: (/** @type {string} */ moved, /** @type {-1 | 1} */ by) => this.#move(moved, by),
      onRemove: (/** @type {string} */ removed) => this.#remove(removed),
    };
    return textFields(text, index, actions, field("Place", place, "is-wide"));
  }

  #edited() {
    this.#keep();
    this.#places.redraw();
  }

  /** Store the changes in this browser. */
  #keep() {
    if (this.#base === null) return;
    if (isSame(this.#texts, editedTexts(this.#base.lettering))) this.#unsaved?.remove();
    else this.#unsaved?.write({ version: this.#base.version, texts: this.#texts });
  }

  /** @param {EditedText[]} texts @param {string} note */
  #change(texts, note) {
    this.#show(texts);
    this.#keep();
    setText(this.#note, note);
  }

  /** A balloon was moved or resized. @param {string} key @param {Place} place */
  #place(key, place) {
    const text = this.#texts.find((each) => each.key === key);
    if (text === undefined) return;
    text.place = text.shown = place;
    const select = document.getElementById(fieldId(`${key}.place`));
    if (select instanceof HTMLSelectElement) select.value = "hand";
    this.#problems.clearField(select);
    this.#keep();
  }

  #choosePlaces() {
    this.#change(this.#texts.map((text) => ({ ...text, place: null })), "The app chooses the places when you save.");
  }

  #addText() {
    const texts = withText(this.#texts);
    this.#change(texts, "");
    focusOn(`${texts.at(-1)?.key}.text`);
  }

  /** @param {string} key @param {-1 | 1} by */
  #move(key, by) {
    const texts = withMovedText(this.#texts, key, by);
    const place = texts.findIndex((text) => text.key === key) + 1;
    this.#change(texts, `It is text ${place} of ${texts.length} now.`);
    const [same, other] = by === -1 ? ["up", "down"] : ["down", "up"];
    // At the first or last place, the same button can't be used again.
    if (!focusOn(`${key}.${same}`)) focusOn(`${key}.${other}`);
  }

  /** @param {string} key */
  #remove(key) {
    const before = this.#texts;
    const index = before.findIndex((text) => text.key === key);
    this.#change(before.filter((text) => text.key !== key), "");
    const undo = button("link", "Undo", () => {
      // Texts that were edited since then stay.
      this.#change(before.map((text) => this.#texts.find((each) => each.key === text.key) ?? text), "");
      focusOn(`${key}.legend`);
    });
    this.#note.replaceChildren(`Text ${index + 1} is removed. `, undo);
    const next = before[index + 1] ?? before[index - 1];
    if (next === undefined) this.#add.focus();
    else focusOn(`${next.key}.legend`);
  }

  async #submit() {
    const [panel, base, texts] = [this.#panel, this.#base, this.#texts];
    if (panel === null || base === null) return;
    const blank = texts.filter(({ text }) => isBlank(text));
    if (blank.length > 0) {
      return this.#showProblems(blank.map(({ key }) => ({ field: `${key}.text`, message: "Write the words, or remove the text." })));
    }
    this.#problems.clear();
    this.#setSaving(true);
    setText(this.#note, "Saving the words…");
    try {
      const { answer } = await this.#api.json(pathOf(panel), { method: "PUT", body: bodyOf(texts), version: base.version });
      this.#saved(panel, answer);
    } catch (error) {
      if (this.#panel === panel) await this.#failed(error, panel, texts);
    } finally {
      if (this.#panel === panel) this.#setSaving(false);
    }
  }

  /** What is written while the words are being saved would be lost. @param {boolean} isSaving */
  #setSaving(isSaving) {
    this.#save.disabled = this.#list.inert = this.#places.root.inert = isSaving;
  }

  /** @param {EditedPanel} panel @param {PanelLettering} lettering */
  #saved(panel, lettering) {
    new UnsavedWords(panel.id, panel.index, panel.language).remove();
    this.#onSaved(lettering);
    if (this.#panel === panel) this.#dialog.close();
  }

  /** @param {unknown} error @param {EditedPanel} panel @param {EditedText[]} texts */
  async #failed(error, panel, texts) {
    setText(this.#note, "");
    this.#setSaving(false);
    if (error instanceof Refused && error.status === 412) {
      const theirs = await this.#fetch(panel).catch(() => null);
      if (this.#panel !== panel) return;
      // The answer to an earlier attempt was lost.
      if (theirs !== null && isSame(editedTexts(theirs.lettering), texts)) return this.#saved(panel, theirs.lettering);
      if (theirs !== null) return this.#tellConflict(theirs);
    }
    const { message, suggestion, details = [] } = problemFrom(error);
    const found = details.map((each) => ({ field: fieldNamed(texts, each.field) ?? "", message: each.message }));
    this.#showProblems(found, found.length > 0 ? "" : `${message} ${suggestion}`.trim());
  }

  /** @param {{ field: string, message: string }[]} problems @param {string} [general] */
  #showProblems(problems, general = "") {
    const placed = problems.flatMap(({ field: name, message }) => {
      const found = document.getElementById(fieldId(name));
      return found === null ? [] : [{ field: found, message }];
    });
    const unplaced = problems.filter(({ field: name }) => document.getElementById(fieldId(name)) === null);
    this.#problems.show(placed, [general, ...unplaced.map(({ message }) => message)].join(" ").trim());
  }
}

/** @type {WordsDialog | null} */
let dialog = null;

/** Open the dialog. @param {Pick<Api, "json">} api @param {EditedPanel} panel @param {(panel: PanelLettering) => void} onSaved */
export async function editWords(api, panel, onSaved) {
  dialog ??= new WordsDialog(api);
  await dialog.open(panel, onSaved);
}

/** @param {EditedPanel} panel */
function pathOf({ id, index, language }) {
  return `${generationPath(id)}/panels/${index}/lettering?lang=${encodeURIComponent(language)}`;
}

/** @param {string} name */
function fieldId(name) {
  return `words-${name.replaceAll(".", "-")}`;
}

/** Return whether the element can have the focus. @param {string} name */
function focusOn(name) {
  const target = document.getElementById(fieldId(name));
  if (target === null || (target instanceof HTMLButtonElement && target.disabled)) return false;
  target.focus();
  return true;
}
