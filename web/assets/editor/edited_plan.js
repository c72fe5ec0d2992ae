/**
 * A script that is being edited. Pure: every edit returns a new one.
 *
 * Characters and panels have keys, so that a cast stays the same when a character gets another name.
 */

/** @import { EditedPlan } from "../comic/stored_scripts.js" */
/** @import { Plan } from "../wire.js" */

export const FEWEST_PANELS = 2;
export const MOST_PANELS = 15;
export const MOST_CHARACTERS = 4;
const NEW_CAMERA_ANGLE = "Medium shot";

/** @param {Plan} plan @returns {EditedPlan} */
export function editedPlan({ analysis, chunks }) {
  const { title, setting, characters: planned, ...ofAnalysis } = analysis;
  const { panels: plans, ...ofChunks } = chunks;
  const characters = planned.map((character, index) => ({ ...character, key: `c${index}` }));
  const panels = plans.map(({ characters: names, panelNumber: _, dialogue = "", ...panel }, index) => ({
    ...panel,
    dialogue: dialogue ?? "",
    key: `p${index}`,
    cast: characters.filter(({ name }) => names.includes(name)).map(({ key }) => key),
  }));
  return { title, setting, characters, panels, others: { analysis: ofAnalysis, chunks: ofChunks } };
}

/** Return the script as the app stores it. @param {EditedPlan} edited @returns {Plan} */
export function planOf({ title, setting, characters, panels, others }) {
  const planned = characters.map(({ key: _, ...character }) => trimmed(character));
  const namesOf = (/** @type {string[]} */ cast) =>
    characters.filter(({ key }) => cast.includes(key)).map(({ name }) => name.trim());
  const plans = panels.map(({ key: _, cast, dialogue, ...panel }, index) => ({
    ...trimmed(panel),
    ...(dialogue.trim() === "" ? {} : { dialogue: dialogue.trim() }),
    characters: namesOf(cast),
    panelNumber: index + 1,
  }));
  return {
    analysis: { ...others.analysis, title: title.trim(), setting: trimmed(setting), characters: planned },
    chunks: { ...others.chunks, panels: plans },
  };
}

/** Return whether two scripts are the same. @param {EditedPlan} one @param {EditedPlan} other */
export function isSame(one, other) {
  return JSON.stringify(sorted(planOf(one))) === JSON.stringify(sorted(planOf(other)));
}

/** Add an empty panel at a place. @param {EditedPlan} edited @param {number} index @returns {EditedPlan} */
export function withPanelAt(edited, index) {
  const panel = {
    key: newKey("p", edited.panels),
    cast: [],
    sceneDescription: "",
    dialogue: "",
    cameraAngle: NEW_CAMERA_ANGLE,
    visualMood: edited.setting.mood,
  };
  return { ...edited, panels: [...edited.panels.slice(0, index), panel, ...edited.panels.slice(index)] };
}

/** @param {EditedPlan} edited @param {string} key @returns {EditedPlan} */
export function withoutPanel(edited, key) {
  return { ...edited, panels: edited.panels.filter((panel) => panel.key !== key) };
}

/** Move a panel up (-1) or down (1). @param {EditedPlan} edited @param {string} key @param {-1 | 1} by @returns {EditedPlan} */
export function withMovedPanel(edited, key, by) {
  const panels = [...edited.panels];
  const from = panels.findIndex((panel) => panel.key === key);
  const [panel] = panels.splice(from, 1);
  if (panel !== undefined) panels.splice(Math.max(0, from + by), 0, panel);
  return { ...edited, panels };
}

/** @param {EditedPlan} edited @returns {EditedPlan} */
export function withCharacter(edited) {
  const key = newKey("c", edited.characters);
  const character = { key, name: "", role: "", physicalDescription: "", personality: "" };
  return { ...edited, characters: [...edited.characters, character] };
}

/** Remove a character, also from the panels. @param {EditedPlan} edited @param {string} key @returns {EditedPlan} */
export function withoutCharacter(edited, key) {
  const panels = edited.panels.map((panel) => ({ ...panel, cast: panel.cast.filter((other) => other !== key) }));
  return { ...edited, characters: edited.characters.filter((character) => character.key !== key), panels };
}

/**
 * Bring back the character or panel that was removed last. Texts that were edited since then stay.
 *
 * @param {EditedPlan} edited @param {EditedPlan} before the removal @param {string} removed its key
 * @returns {EditedPlan}
 */
export function withRemoved(edited, before, removed) {
  const panels = latest(before.panels, edited.panels).map((panel) => {
    const wasIn = before.panels.some(({ key, cast }) => key === panel.key && cast.includes(removed));
    return wasIn ? { ...panel, cast: [...new Set([...panel.cast, removed])] } : panel;
  });
  return { ...edited, characters: latest(before.characters, edited.characters), panels };
}

/** @template {{ key: string }} Item @param {Item[]} before @param {Item[]} edited @returns {Item[]} */
function latest(before, edited) {
  return before.map((item) => edited.find(({ key }) => key === item.key) ?? item);
}

/** @param {string} prefix @param {{ key: string }[]} existing */
function newKey(prefix, existing) {
  const numbers = existing.map(({ key }) => Number(key.slice(prefix.length)));
  return `${prefix}${Math.max(-1, ...numbers) + 1}`;
}

/** @template {object} Fields @param {Fields} fields @returns {Fields} */
function trimmed(fields) {
  const entries = Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? value.trim() : value]);
  return /** @type {Fields} */ (Object.fromEntries(entries));
}

/** Return a value with its fields in the order of their names. @param {any} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}
