/** What is wrong with an edited script, by field. */

import { isBlank } from "../story_words.js";

/** @import { EditedPlan } from "../comic/stored_scripts.js" */
/** @typedef {{ field: string, message: string }} PlanProblem `field` is the name of a field of the editor. */

/** The app's names, such as `chunks.panels[2].characters[0]`. */
const PATH = /^(?:analysis\.|chunks\.)?(characters|panels|title|setting)(?:\[(\d+)\])?(?:\.(\w+)(?:\[(\d+)\](?:\.(\w+))?)?)?/;

/** Return what this page can check itself. @param {EditedPlan} edited @returns {PlanProblem[]} */
export function problemsOf({ title, characters, panels }) {
  const names = characters.map(({ name }) => name.trim());
  const ofCharacters = characters.flatMap(({ key, name }, index) => {
    if (isBlank(name)) return [{ field: `${key}.name`, message: `Character ${index + 1} needs a name.` }];
    const isTaken = names.indexOf(name.trim()) < index;
    return isTaken ? [{ field: `${key}.name`, message: `Two characters have the name “${name.trim()}”. Change one.` }] : [];
  });
  const ofPanels = panels.flatMap(({ key, sceneDescription, texts = [] }, index) => [
    ...(isBlank(sceneDescription)
      ? [{ field: `${key}.sceneDescription`, message: `Describe what panel ${index + 1} shows.` }]
      : []),
    ...texts.filter(({ text }) => isBlank(text)).map((text) => ({
      field: `${key}.${text.key}.text`,
      message: `Write the words of panel ${index + 1}, or remove the text.`,
    })),
  ]);
  return [...(isBlank(title) ? [{ field: "title", message: "The comic needs a title." }] : []), ...ofCharacters, ...ofPanels];
}

/**
 * Return the name of the editor's field that an error answer names, or null. The field may not exist.
 *
 * @param {EditedPlan} edited
 * @param {string} path
 */
export function fieldNamed({ characters, panels }, path) {
  const [, part, index, name, item, ofItem = "text"] = PATH.exec(path) ?? [];
  if (part === undefined) return null;
  if (part === "title") return "title";
  if (part === "setting") return `setting.${name ?? "location"}`;
  if (index === undefined) return part;
  const key = (part === "characters" ? characters : panels)[Number(index)]?.key;
  if (key === undefined) return part;
  const text = name === "texts" && item !== undefined ? panels[Number(index)]?.texts?.[Number(item)] : undefined;
  if (text !== undefined) return `${key}.${text.key}.${ofItem}`;
  return `${key}.${name ?? (part === "characters" ? "name" : "sceneDescription")}`;
}
