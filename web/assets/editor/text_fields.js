/** The fields of a text of a panel: its words, its kind and who speaks. */

import { button, element } from "../views/element.js";

/** @import { TextKind } from "../lettering_types.d.ts" */
/** @typedef {{ key: string, kind: TextKind, speaker: string, text: string }} TextInFields `speaker` is empty if unknown. */
/**
 * @typedef {{
 *   id: (name: string) => string, speakers: { value: string, name: string }[], count: number, language?: string | undefined,
 *   onEdit: () => void, onMove: (key: string, by: -1 | 1) => void, onRemove: (key: string) => void
 * }} TextActions `id` returns the id of a field by its name, such as `t1.text`
 */

export const MOST_TEXTS = 8;
const MOST_CHARACTERS = 300;
/** @type {Record<TextKind, string>} */
const KINDS = { dialogue: "Speech", narration: "Narration", effect: "Sound" };

/**
 * @param {TextInFields} text is changed by the fields
 * @param {number} index
 * @param {TextActions} actions
 * @param {HTMLElement[]} more further fields
 */
export function textFields(text, index, { id, speakers, count, language, onEdit, onMove, onRemove }, ...more) {
  const { key } = text;
  const place = `text ${index + 1}`;
  const words = element("textarea", { id: id(`${key}.text`), rows: 2, dir: "auto", value: text.text, maxLength: MOST_CHARACTERS });
  if (language !== undefined) words.lang = language;
  words.addEventListener("input", () => {
    text.text = words.value;
    onEdit();
  });
  const kind = chosen(id(`${key}.kind`), Object.entries(KINDS), text.kind, (value) => {
    text.kind = /** @type {TextKind} */ (value);
    speaker.disabled = value !== "dialogue";
    onEdit();
  });
  const known = speakers.some(({ value }) => value === text.speaker) || text.speaker === "";
  const names = [...speakers, ...(known ? [] : [{ value: text.speaker, name: text.speaker }])];
  const options = /** @type {[string, string][]} */ ([["", "Not named"], ...names.map(({ value, name }) => [value, name])]);
  const speaker = chosen(id(`${key}.speaker`), options, text.speaker, (value) => {
    text.speaker = value;
    onEdit();
  });
  speaker.disabled = text.kind !== "dialogue";
  const tool = (/** @type {string} */ label, /** @type {() => void} */ act, className = "button quiet small") =>
    button(className, label, act, { "aria-label": `${label} ${place}` });
  const up = tool("Move up", () => onMove(key, -1));
  const down = tool("Move down", () => onMove(key, 1));
  const remove = tool("Remove", () => onRemove(key), "button quiet small danger");
  [up.id, down.id] = [id(`${key}.up`), id(`${key}.down`)];
  [up.disabled, down.disabled] = [index === 0, index === count - 1];
  return element(
    "fieldset",
    { className: "script-group is-wide" },
    element("legend", { id: id(`${key}.legend`), textContent: `Text ${index + 1}`, tabIndex: -1 }),
    field("Words", words, "is-wide"),
    field("Kind", kind),
    field("Who speaks", speaker),
    ...more,
    element("div", { className: "script-tools" }, up, down, remove),
  );
}

/** @param {string} label @param {HTMLElement} control @param {string} [className] */
export function field(label, control, className = "") {
  const properties = { className: `field ${className}`, attrs: { "data-field": true } };
  return element("div", properties, element("label", { htmlFor: control.id, textContent: label }), control);
}

/**
 * @param {string} id
 * @param {[string, string][]} options values and texts
 * @param {string} value
 * @param {(value: string) => void} onChange
 */
export function chosen(id, options, value, onChange) {
  const made = options.map(([each, textContent]) => element("option", { value: each, textContent }));
  const select = element("select", { id }, ...made);
  select.value = value;
  select.addEventListener("change", () => onChange(select.value));
  return select;
}
