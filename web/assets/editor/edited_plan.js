/**
 * A script that is being edited. Pure: every edit returns a new one.
 *
 * Characters and panels have keys, so that a cast stays the same when a character gets another name.
 */

/** @import { EditedPanel, EditedPlan, ScriptText } from "../comic/stored_scripts.js" */
/** @import { PlannedText } from "../lettering_types.d.ts" */
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
  const keyOf = (/** @type {string} */ name) => characters.find((character) => character.name === name)?.key ?? name;
  const panels = plans.map(({ characters: names, panelNumber: _, dialogue = "", texts, faces, ...panel }, index) => ({
    ...panel,
    ...lettered(texts, faces, keyOf),
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
  const nameOf = (/** @type {string} */ key) => characters.find((character) => character.key === key)?.name.trim() ?? key;
  const plans = panels.map(({ key: _, cast, dialogue, texts, faces, ...panel }, index) => ({
    ...trimmed(panel),
    // The app makes the dialogue of the texts.
    ...(dialogue.trim() === "" || texts ? {} : { dialogue: dialogue.trim() }),
    ...(texts ? { texts: texts.map((text) => plannedText(text, nameOf)) } : {}),
    ...(faces ? { faces: faces.map(({ name, part }) => ({ name: nameOf(name), part })) } : {}),
    characters: namesOf(cast),
    panelNumber: index + 1,
  }));
  return {
    analysis: { ...others.analysis, title: title.trim(), setting: trimmed(setting), characters: planned },
    chunks: { ...others.chunks, panels: plans },
  };
}

/**
 * Return the texts and faces of a panel, with the keys of characters instead of names; nothing for drawn lettering.
 *
 * @param {PlannedText[] | null | undefined} texts
 * @param {{ name: string, part: string }[] | null | undefined} faces
 * @param {(name: string) => string} keyOf
 */
function lettered(texts, faces, keyOf) {
  const edited = texts?.map(({ kind, text, speaker }, index) => ({ key: `t${index}`, kind, text, speaker: keyOf(speaker ?? "") }));
  const named = faces?.map(({ name, part }) => ({ name: keyOf(name), part }));
  return { ...(edited ? { texts: edited } : {}), ...(named ? { faces: named } : {}) };
}

/** @param {ScriptText} edited @param {(key: string) => string} nameOf @returns {PlannedText} */
function plannedText({ kind, text, speaker }, nameOf) {
  return { kind, text: text.trim(), ...(kind === "dialogue" && speaker !== "" ? { speaker: nameOf(speaker) } : {}) };
}

/** Add an empty text to a panel. @param {EditedPlan} edited @param {string} key of the panel @returns {EditedPlan} */
export function withText(edited, key) {
  return withTexts(edited, key, (texts) => [...texts, { key: newKey("t", texts), kind: "dialogue", text: "", speaker: "" }]);
}

/** @param {EditedPlan} edited @param {string} key of the panel @param {string} removed @returns {EditedPlan} */
export function withoutText(edited, key, removed) {
  return withTexts(edited, key, (texts) => texts.filter((text) => text.key !== removed));
}

/**
 * Bring back the text that was removed last from a panel. Texts that were edited since then stay.
 *
 * @param {EditedPlan} edited @param {EditedPlan} before the removal @param {string} key of the panel
 * @returns {EditedPlan}
 */
export function withRemovedText(edited, before, key) {
  const texts = before.panels.find((panel) => panel.key === key)?.texts ?? [];
  return withTexts(edited, key, (left) => latest(texts, left));
}

/** @param {EditedPlan} edited @param {string} key of the panel @param {string} moved @param {-1 | 1} by @returns {EditedPlan} */
export function withMovedText(edited, key, moved, by) {
  return withTexts(edited, key, (texts) => movedIn(texts, moved, by));
}

/** @param {EditedPlan} edited @param {string} key @param {(texts: ScriptText[]) => ScriptText[]} change @returns {EditedPlan} */
function withTexts(edited, key, change) {
  const panels = edited.panels.map((panel) => (panel.key === key ? { ...panel, texts: change(panel.texts ?? []) } : panel));
  return { ...edited, panels };
}

/** @template {{ key: string }} Item @param {Item[]} items @param {string} key @param {-1 | 1} by */
function movedIn(items, key, by) {
  const from = items.findIndex((item) => item.key === key);
  const moved = [...items];
  const [item] = moved.splice(from, 1);
  if (item !== undefined) moved.splice(Math.max(0, from + by), 0, item);
  return moved;
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
    ...(isLettered(edited) ? { texts: [], faces: [] } : {}),
  };
  return { ...edited, panels: [...edited.panels.slice(0, index), panel, ...edited.panels.slice(index)] };
}

/** Return whether the comic's lettering is text. @param {EditedPlan} edited */
function isLettered({ panels }) {
  return panels.some(({ texts }) => texts !== undefined);
}

/** @param {EditedPlan} edited @param {string} key @returns {EditedPlan} */
export function withoutPanel(edited, key) {
  return { ...edited, panels: edited.panels.filter((panel) => panel.key !== key) };
}

/** Move a panel up (-1) or down (1). @param {EditedPlan} edited @param {string} key @param {-1 | 1} by @returns {EditedPlan} */
export function withMovedPanel(edited, key, by) {
  return { ...edited, panels: movedIn(edited.panels, key, by) };
}

/** @param {EditedPlan} edited @returns {EditedPlan} */
export function withCharacter(edited) {
  const key = newKey("c", edited.characters);
  const character = { key, name: "", role: "", physicalDescription: "", personality: "" };
  return { ...edited, characters: [...edited.characters, character] };
}

/** Remove a character, also from the panels. @param {EditedPlan} edited @param {string} key @returns {EditedPlan} */
export function withoutCharacter(edited, key) {
  const panels = edited.panels.map(({ cast, texts, faces, ...panel }) => ({
    ...panel,
    cast: cast.filter((other) => other !== key),
    ...(texts ? { texts: texts.map((text) => (text.speaker === key ? { ...text, speaker: "" } : text)) } : {}),
    ...(faces ? { faces: faces.filter(({ name }) => name !== key) } : {}),
  }));
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
    const was = before.panels.find(({ key }) => key === panel.key);
    if (was === undefined || was === panel) return panel;
    return { ...panel, ...withSpeaker(panel, was, removed) };
  });
  return { ...edited, characters: latest(before.characters, edited.characters), panels };
}

/** Return where a removed character was in a panel. @param {EditedPanel} panel @param {EditedPanel} was @param {string} removed */
function withSpeaker({ cast, texts, faces }, was, removed) {
  const spoke = (/** @type {string} */ key) => was.texts?.some((text) => text.key === key && text.speaker === removed) === true;
  const face = was.faces?.filter(({ name }) => name === removed) ?? [];
  return {
    ...(was.cast.includes(removed) ? { cast: [...new Set([...cast, removed])] } : {}),
    ...(texts ? { texts: texts.map((text) => (spoke(text.key) && text.speaker === "" ? { ...text, speaker: removed } : text)) } : {}),
    ...(faces ? { faces: [...faces.filter(({ name }) => name !== removed), ...face] } : {}),
  };
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
