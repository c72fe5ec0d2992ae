/** The fields of the script editor. Each has a name, such as `p2.sceneDescription`, from which its id is made. */

import { button, element } from "../views/element.js";
import { MOST_TEXTS, textFields } from "./text_fields.js";

/** @import { EditedCharacter, EditedPanel, EditedPlan } from "../comic/stored_scripts.js" */
/**
 * @typedef {{
 *   onEdit: () => void, onRename: () => void, onAdd: (index: number) => void, onMove: (key: string, by: -1 | 1) => void,
 *   onRemove: (kind: "character" | "panel", key: string) => void, onAddText: (key: string) => void,
 *   onMoveText: (key: string, text: string, by: -1 | 1) => void, onRemoveText: (key: string, text: string) => void
 * }} FieldActions
 */

/** Return the id of a field. @param {string} name */
export function fieldId(name) {
  return `script-${name.replaceAll(".", "-")}`;
}

/**
 * Return a text field with its label.
 *
 * @param {string} label
 * @param {string} name
 * @param {string} value
 * @param {(value: string) => void} onInput
 * @param {{ rows?: number, hint?: string }} [more] a field with rows has several lines
 */
export function textField(label, name, value, onInput, { rows = 1, hint = "" } = {}) {
  const properties = { id: fieldId(name), value, dir: "auto" };
  const on = { input: (/** @type {Event} */ { target }) => onInput(/** @type {HTMLInputElement} */ (target).value) };
  const field =
    rows > 1 ? element("textarea", { ...properties, rows, on }) : element("input", { ...properties, type: "text", on });
  const after = hint !== "" && element("span", { className: "hint", textContent: ` ${hint}` });
  return element(
    "div",
    { className: `field ${rows > 1 ? "is-wide" : ""}`, attrs: { "data-field": true } },
    element("label", { htmlFor: properties.id }, label, after),
    field,
  );
}

/** @param {EditedPlan} edited @param {FieldActions} actions */
export function settingFields(edited, { onEdit }) {
  const { setting } = edited;
  const of = (/** @type {"timePeriod" | "location" | "mood"} */ name, /** @type {string} */ label) =>
    textField(label, `setting.${name}`, setting[name], (value) => {
      setting[name] = value;
      onEdit();
    });
  const title = textField("Title", "title", edited.title, (value) => {
    edited.title = value;
    onEdit();
  });
  return group("Title and setting", [title, of("location", "Place"), of("timePeriod", "Time"), of("mood", "Mood")]);
}

/** @param {EditedCharacter} character @param {number} index @param {boolean} isOnly @param {FieldActions} actions */
export function characterFields(character, index, isOnly, actions) {
  const { key } = character;
  const of = (/** @type {"role" | "physicalDescription" | "personality"} */ name, /** @type {string} */ label, rows = 1) =>
    textField(
      label,
      `${key}.${name}`,
      character[name],
      (value) => {
        character[name] = value;
        actions.onEdit();
      },
      { rows },
    );
  const name = textField("Name", `${key}.name`, character.name, (value) => {
    character.name = value;
    actions.onRename();
  });
  const fields = [name, of("role", "Role"), of("physicalDescription", "Looks", 3), of("personality", "Personality", 2)];
  const remove = button("button quiet small danger", "Remove", () => actions.onRemove("character", key), {
    "aria-label": `Remove character ${index + 1}`,
  });
  remove.disabled = isOnly;
  return group(`Character ${index + 1}`, fields, [remove], key);
}

/**
 * @param {EditedPlan} edited
 * @param {EditedPanel} panel
 * @param {number} index
 * @param {{ remove: boolean, add: boolean, speak: boolean }} can what is possible
 * @param {FieldActions} actions
 */
export function panelFields(edited, panel, index, can, actions) {
  const { key } = panel;
  const of = (
    /** @type {"sceneDescription" | "dialogue" | "cameraAngle" | "visualMood"} */ name,
    /** @type {string} */ label,
    more = {},
  ) =>
    textField(
      label,
      `${key}.${name}`,
      panel[name],
      (value) => {
        panel[name] = value;
        actions.onEdit();
      },
      more,
    );
  const cast = element("fieldset", { className: "cast-choice is-wide", id: fieldId(`${key}.characters`), attrs: { "data-field": true } });
  showCast(cast, edited, panel, actions.onEdit);
  const fields = [
    of("sceneDescription", "What the panel shows", { rows: 3 }),
    cast,
    ...spokenFields(edited, panel, can.speak, actions, () => of("dialogue", "Speech", { rows: 2, hint: "may be empty" })),
    of("cameraAngle", "Camera"),
    of("visualMood", "Mood"),
  ];
  const place = `panel ${index + 1}`;
  const up = button("button quiet small", "Move up", () => actions.onMove(key, -1), { "aria-label": `Move up ${place}` });
  const down = button("button quiet small", "Move down", () => actions.onMove(key, 1), { "aria-label": `Move down ${place}` });
  const remove = button("button quiet small danger", "Remove", () => actions.onRemove("panel", key), {
    "aria-label": `Remove ${place}`,
  });
  const add = button("button quiet small", "Add below", () => actions.onAdd(index + 1), { "aria-label": `Add below ${place}` });
  add.disabled = !can.add;
  [up.id, down.id] = [fieldId(`${key}.up`), fieldId(`${key}.down`)];
  [up.disabled, down.disabled, remove.disabled] = [index === 0, index === edited.panels.length - 1, !can.remove];
  return group(`Panel ${index + 1}`, fields, [up, down, add, remove], key);
}

/**
 * @param {EditedPlan} edited
 * @param {EditedPanel} panel
 * @param {boolean} canSpeak
 * @param {FieldActions} actions
 * @param {() => HTMLElement} dialogue makes the field of a comic whose words are drawn
 */
function spokenFields(edited, panel, canSpeak, actions, dialogue) {
  const { key, texts } = panel;
  if (!canSpeak) return [];
  if (texts === undefined) return [dialogue()];
  const named = edited.characters.map((character, index) => ({ value: character.key, name: shownName(character, index) }));
  const ofTexts = {
    id: (/** @type {string} */ name) => fieldId(`${key}.${name}`),
    speakers: named,
    count: texts.length,
    onEdit: actions.onEdit,
    onMove: (/** @type {string} */ text, /** @type {-1 | 1} */ by) => actions.onMoveText(key, text, by),
    onRemove: (/** @type {string} */ text) => actions.onRemoveText(key, text),
  };
  const add = button("button quiet small", "Add a text", () => actions.onAddText(key));
  [add.id, add.disabled] = [fieldId(`${key}.texts`), texts.length >= MOST_TEXTS];
  const foot = element("div", { className: "script-tools", attrs: { "data-field": true } }, add);
  return [...texts.map((text, index) => textFields(text, index, ofTexts)), foot];
}

/** @param {EditedCharacter} character @param {number} index */
function shownName({ name }, index) {
  return name.trim() === "" ? `Character ${index + 1}` : name;
}

/**
 * Show a checkbox for each character.
 *
 * @param {HTMLElement} root
 * @param {EditedPlan} edited
 * @param {EditedPanel} panel
 * @param {() => void} onEdit
 */
export function showCast(root, edited, panel, onEdit) {
  const choices = edited.characters.map((character, index) => {
    const { key } = character;
    const change = (/** @type {Event} */ { target }) => {
      const others = panel.cast.filter((other) => other !== key);
      panel.cast = /** @type {HTMLInputElement} */ (target).checked ? [...others, key] : others;
      onEdit();
    };
    const box = element("input", { type: "checkbox", checked: panel.cast.includes(key), on: { change } });
    return element("label", {}, box, element("span", { textContent: shownName(character, index), dir: "auto" }));
  });
  root.replaceChildren(element("legend", { textContent: "Who is in it" }), ...choices);
}

/** @param {string} legend @param {HTMLElement[]} fields @param {HTMLElement[]} [tools] @param {string} [key] */
function group(legend, fields, tools = [], key = "setting") {
  const title = element("legend", { id: fieldId(`${key}.legend`), textContent: legend, tabIndex: -1 });
  const foot = tools.length > 0 && element("div", { className: "script-tools" }, ...tools);
  return element("fieldset", { className: "script-group" }, title, ...fields, foot);
}
