/** Edits the script of a comic. Unsaved changes stay in this browser. */

import { Refused } from "../net/refused.js";
import {
  editedPlan, FEWEST_PANELS, isSame, MOST_CHARACTERS, MOST_PANELS, planOf, withCharacter, withMovedPanel, withMovedText,
  withoutCharacter, withoutPanel, withoutText, withPanelAt, withRemoved, withRemovedText, withText,
} from "./edited_plan.js";
import { fieldNamed, problemsOf } from "./plan_problems.js";
import { problemFrom } from "../state/problem.js";
import { button, element, find, setText } from "../views/element.js";
import { FormProblems } from "../views/start/form_problems.js";
import { characterFields, fieldId, panelFields, settingFields, showCast } from "./fields.js";

/** @import { Api } from "../net/api.js" */
/** @import { EditedPlan } from "../comic/stored_scripts.js" */
/** @import { PlanProblem } from "./plan_problems.js" */
/** @import { StoredScripts } from "../comic/stored_scripts.js" */
/** @import { FieldActions } from "./fields.js" */
/** @typedef {{ version: string, saved: EditedPlan }} Base The script in the app, from which the edits began. */

const CHANGED_ELSEWHERE = "The script was changed elsewhere since you began. Your changes are kept here.";

export class ScriptEditor {
  #api;
  #stored;
  #actions;
  #root = find("script-editor", HTMLElement);
  #fields = element("div", { className: "script-form" });
  #note = element("p", { id: "script-note", attrs: { role: "status" } });
  #conflict = element("div", { className: "problem", attrs: { role: "alert" } });
  #problem = element("div", { id: "script-problem", className: "problem", hidden: true, tabIndex: -1, attrs: { role: "alert" } });
  #save = element("button", { type: "submit", className: "button primary", textContent: "Save the script" });
  #problems = new FormProblems(this.#problem);
  #hasSpeech = true;
  /** @type {string | null} */
  #id = null;
  /** @type {Base | null} */
  #base = null;
  /** @type {EditedPlan | null} */
  #edited = null;
  /** @type {FieldActions} */
  #fieldActions = {
    onEdit: () => this.#keep(),
    onRename: () => this.#renamed(),
    onAdd: (index) => this.#addPanel(index),
    onMove: (key, by) => this.#move(key, by),
    onRemove: (kind, key) => this.#remove(kind, key),
    onAddText: (key) => this.#addText(key),
    onMoveText: (key, text, by) => this.#moveText(key, text, by),
    onRemoveText: (key, text) => this.#removeText(key, text),
  };

  /**
   * @param {Pick<Api, "plan" | "savePlan">} api
   * @param {StoredScripts} stored
   * @param {{ onSaved: () => Promise<void>, onClose: () => void }} actions
   */
  constructor(api, stored, actions) {
    this.#api = api;
    this.#stored = stored;
    this.#actions = actions;
    const title = element("h2", { id: "script-editor-title", textContent: "Edit the script", tabIndex: -1 });
    const hint = element("p", { className: "hint", textContent: "Only what you change is drawn again, and you see its price first." });
    const close = button("button quiet", "Close", () => this.#actions.onClose());
    // Always visible, so that a note is seen wherever the user is.
    const foot = element("div", { className: "script-foot" }, this.#note, this.#save, close);
    const form = element("form", { className: "script-form", noValidate: true }, this.#fields, this.#problem, foot);
    this.#root.replaceChildren(title, hint, this.#conflict, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    form.addEventListener("input", ({ target }) => this.#problems.clearField(target));
  }

  /** Edit the script of a generation. @param {string} id @param {{ hasSpeech: boolean }} comic */
  async open(id, { hasSpeech }) {
    if (this.#id === id) return;
    this.#reset(id);
    this.#hasSpeech = hasSpeech;
    this.#root.hidden = false;
    find("script-editor-title", HTMLElement).focus({ preventScroll: true });
    setText(this.#note, "Loading the script…");
    await this.#load();
  }

  close() {
    this.#reset(null);
    this.#root.hidden = true;
  }

  /** @param {string | null} id */
  #reset(id) {
    this.#id = id;
    this.#base = this.#edited = null;
    this.#problems.clear();
    this.#fields.replaceChildren();
    this.#conflict.replaceChildren();
    this.#note.replaceChildren();
    this.#setSaving(false);
    this.#save.disabled = true;
  }

  async #load() {
    const id = this.#id;
    if (id === null) return;
    try {
      const base = await this.#fetch(id);
      if (this.#id !== id) return;
      const draft = this.#stored.read(id);
      if (draft === null || isSame(draft.edited, base.saved)) return this.#begin(base);
      this.#base = base;
      this.#show(draft.edited);
      if (draft.version === base.version) return this.#tellDraft();
      this.#base = { ...base, version: draft.version };
      this.#tellConflict(base);
    } catch (error) {
      if (this.#id !== id) return;
      const again = button("button small", "Try again", () => void this.#load());
      this.#note.replaceChildren(`The script could not be loaded. ${problemFrom(error).message} `, again);
    }
  }

  /** @param {string} id @returns {Promise<Base>} */
  async #fetch(id) {
    const { plan, version } = await this.#api.plan(id);
    return { version, saved: editedPlan(plan) };
  }

  /** Edit the script of the app; earlier edits are discarded. @param {Base} base */
  #begin(base) {
    this.#base = base;
    if (this.#id !== null) this.#stored.remove(this.#id);
    this.#conflict.replaceChildren();
    this.#note.replaceChildren();
    this.#show(structuredClone(base.saved));
  }

  #tellDraft() {
    const discard = button("link", "Discard them", () => {
      if (this.#base !== null) this.#begin(this.#base);
      find("script-editor-title", HTMLElement).focus();
    });
    this.#note.replaceChildren("Your unsaved changes are still here. ", discard);
  }

  /** @param {Base} theirs */
  #tellConflict(theirs) {
    this.#note.replaceChildren();
    const load = button("button small", "Load theirs", () => {
      this.#begin(theirs);
      find("script-editor-title", HTMLElement).focus();
    });
    const keep = button("button small", "Keep mine", () => {
      this.#base = theirs;
      this.#keep();
      this.#conflict.replaceChildren();
      setText(this.#note, "Your script replaces theirs when you save it.");
      this.#save.focus();
    });
    const actions = element("div", { className: "script-tools" }, load, keep);
    this.#conflict.replaceChildren(element("p", { textContent: CHANGED_ELSEWHERE }), actions);
    this.#conflict.scrollIntoView({ block: "center" });
    load.focus({ preventScroll: true });
  }

  /** Show all fields. @param {EditedPlan} edited */
  #show(edited) {
    this.#edited = edited;
    this.#problems.clear();
    this.#save.disabled = false;
    const { characters, panels } = edited;
    const addCharacter = button("button", "Add a character", () => this.#addCharacter());
    addCharacter.disabled = characters.length >= MOST_CHARACTERS;
    const addPanel = button("button", "Add a panel", () => this.#addPanel(panels.length));
    addPanel.disabled = panels.length >= MOST_PANELS;
    const can = { remove: panels.length > FEWEST_PANELS, add: !addPanel.disabled, speak: this.#hasSpeech };
    this.#fields.replaceChildren(
      settingFields(edited, this.#fieldActions),
      heading("Characters", `1 to ${MOST_CHARACTERS}`),
      ...characters.map((each, index) => characterFields(each, index, characters.length === 1, this.#fieldActions)),
      holder("characters", addCharacter),
      heading("Panels", `${FEWEST_PANELS} to ${MOST_PANELS}`),
      ...panels.map((each, index) => panelFields(edited, each, index, can, this.#fieldActions)),
      holder("panels", addPanel),
    );
  }

  /** Store the changes in this browser. */
  #keep() {
    if (this.#id === null || this.#base === null || this.#edited === null) return;
    if (isSame(this.#edited, this.#base.saved)) this.#stored.remove(this.#id);
    else this.#stored.write(this.#id, { version: this.#base.version, edited: this.#edited });
  }

  /** Show the names in the casts. */
  #renamed() {
    const edited = this.#edited;
    if (edited === null) return;
    for (const panel of edited.panels) {
      showCast(find(fieldId(`${panel.key}.characters`), HTMLElement), edited, panel, this.#fieldActions.onEdit);
    }
    this.#keep();
  }

  #addCharacter() {
    if (this.#edited === null) return;
    const changed = withCharacter(this.#edited);
    this.#change(changed, "");
    find(fieldId(`${changed.characters.at(-1)?.key}.name`), HTMLElement).focus();
  }

  /** @param {number} index its place */
  #addPanel(index) {
    if (this.#edited === null) return;
    const changed = withPanelAt(this.#edited, index);
    this.#change(changed, "");
    find(fieldId(`${changed.panels[index]?.key}.sceneDescription`), HTMLElement).focus();
  }

  /** @param {string} key @param {-1 | 1} by */
  #move(key, by) {
    if (this.#edited === null) return;
    const changed = withMovedPanel(this.#edited, key, by);
    const place = changed.panels.findIndex((panel) => panel.key === key) + 1;
    this.#change(changed, `It is panel ${place} of ${changed.panels.length} now.`);
    focusAfterMove(key, by);
  }

  /** @param {string} key of the panel */
  #addText(key) {
    if (this.#edited === null) return;
    const changed = withText(this.#edited, key);
    this.#change(changed, "");
    find(fieldId(`${key}.${textsOf(changed, key).at(-1)?.key}.text`), HTMLElement).focus();
  }

  /** @param {string} key of the panel @param {string} text its key @param {-1 | 1} by */
  #moveText(key, text, by) {
    if (this.#edited === null) return;
    const changed = withMovedText(this.#edited, key, text, by);
    const texts = textsOf(changed, key);
    this.#change(changed, `It is text ${texts.findIndex((each) => each.key === text) + 1} of ${texts.length} now.`);
    focusAfterMove(`${key}.${text}`, by);
  }

  /** @param {string} key of the panel @param {string} text its key */
  #removeText(key, text) {
    const before = this.#edited;
    if (before === null) return;
    const texts = textsOf(before, key);
    const index = texts.findIndex((each) => each.key === text);
    this.#change(withoutText(before, key, text), "");
    const undo = button("link", "Undo", () => {
      if (this.#edited !== null) this.#change(withRemovedText(this.#edited, before, key), "");
      find(fieldId(`${key}.${text}.legend`), HTMLElement).focus();
    });
    this.#note.replaceChildren(`Text ${index + 1} is removed. `, undo);
    const next = texts[index + 1] ?? texts[index - 1];
    find(fieldId(next === undefined ? `${key}.texts` : `${key}.${next.key}.legend`), HTMLElement).focus();
  }

  /** @param {"character" | "panel"} kind @param {string} key */
  #remove(kind, key) {
    const before = this.#edited;
    if (before === null) return;
    const items = kind === "character" ? before.characters : before.panels;
    const index = items.findIndex((item) => item.key === key);
    this.#change(kind === "character" ? withoutCharacter(before, key) : withoutPanel(before, key), "");
    const undo = button("link", "Undo", () => {
      if (this.#edited !== null) this.#change(withRemoved(this.#edited, before, key), "");
      find(fieldId(`${key}.legend`), HTMLElement).focus();
    });
    this.#note.replaceChildren(`${kind === "character" ? "Character" : "Panel"} ${index + 1} is removed. `, undo);
    const next = items[index + 1] ?? items[index - 1];
    find(fieldId(`${next?.key ?? "setting"}.legend`), HTMLElement).focus();
  }

  /** @param {EditedPlan} edited @param {string} note */
  #change(edited, note) {
    this.#show(edited);
    this.#keep();
    setText(this.#note, note);
  }

  async #submit() {
    const [id, edited, base] = [this.#id, this.#edited, this.#base];
    if (id === null || edited === null || base === null) return;
    const problems = problemsOf(edited);
    if (problems.length > 0) return this.#showProblems(problems);
    this.#problems.clear();
    this.#setSaving(true);
    setText(this.#note, "Saving the script…");
    try {
      await this.#api.savePlan(id, planOf(edited), base.version);
      await this.#saved(id);
    } catch (error) {
      if (this.#id === id) await this.#failed(error, id, edited);
    } finally {
      if (this.#id === id) this.#setSaving(false);
    }
  }

  /** What is written while the script is being saved would be lost. @param {boolean} isSaving */
  #setSaving(isSaving) {
    this.#save.disabled = this.#fields.inert = isSaving;
  }

  /** @param {string} id */
  async #saved(id) {
    this.#stored.remove(id);
    if (this.#id === id) await this.#actions.onSaved();
  }

  /** @param {unknown} error @param {string} id @param {EditedPlan} edited */
  async #failed(error, id, edited) {
    setText(this.#note, "");
    this.#setSaving(false);
    if (error instanceof Refused && error.status === 412) {
      const theirs = await this.#fetch(id).catch(() => null);
      if (this.#id !== id) return;
      // The answer to an earlier attempt was lost.
      if (theirs !== null && isSame(theirs.saved, edited)) return this.#saved(id);
      if (theirs !== null) return this.#tellConflict(theirs);
    }
    const { message, suggestion, details = [] } = problemFrom(error);
    const found = details.map(({ field, message: text }) => ({ field: fieldNamed(edited, field) ?? "", message: text }));
    this.#showProblems(found, found.length > 0 ? "" : `${message} ${suggestion}`.trim());
  }

  /** @param {PlanProblem[]} problems @param {string} [general] */
  #showProblems(problems, general = "") {
    const placed = problems.flatMap(({ field, message }) => {
      const found = document.getElementById(fieldId(field));
      return found === null ? [] : [{ field: found, message }];
    });
    const unplaced = problems.filter(({ field }) => document.getElementById(fieldId(field)) === null);
    this.#problems.show(placed, [general, ...unplaced.map(({ message }) => message)].join(" ").trim());
  }
}

/** Return the editor. @param {ConstructorParameters<typeof ScriptEditor>} parts */
export function scriptEditor(...parts) {
  return new ScriptEditor(...parts);
}

/** @param {EditedPlan} edited @param {string} key of a panel */
function textsOf({ panels }, key) {
  return panels.find((panel) => panel.key === key)?.texts ?? [];
}

/** Move the focus to the button that has moved a panel or a text. @param {string} name @param {-1 | 1} by */
function focusAfterMove(name, by) {
  const [same, other] = [by === -1 ? "up" : "down", by === -1 ? "down" : "up"];
  const wanted = find(fieldId(`${name}.${same}`), HTMLButtonElement);
  // At the first or last place, the same button can't be used again.
  (wanted.disabled ? find(fieldId(`${name}.${other}`), HTMLButtonElement) : wanted).focus();
}

/** @param {string} title @param {string} range */
function heading(title, range) {
  return element("h3", {}, title, " ", element("span", { className: "hint", textContent: range }));
}

/** Return a place for the problems of a list. @param {string} name @param {HTMLElement} add */
function holder(name, add) {
  add.id = fieldId(name);
  return element("div", { className: "script-add", attrs: { "data-field": true } }, add);
}
