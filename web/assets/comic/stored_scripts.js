/** Unsaved changes of scripts, stored in this browser. */

import { RecentValues } from "../storage/recent_values.js";
import { isRecord } from "../wire.js";

/** @import { TextKind } from "../lettering_types.d.ts" */
/** @import { LocalValue } from "../storage/local_value.js" */
/** @import { Character, PanelPlan, Setting } from "../wire.js" */
/**
 * @typedef {Character & { key: string }} EditedCharacter
 * @typedef {{ key: string, kind: TextKind, text: string, speaker: string }} ScriptText
 * @typedef {Omit<PanelPlan, "characters" | "panelNumber" | "dialogue" | "texts" | "faces"> & {
 *   key: string, cast: string[], dialogue: string, texts?: ScriptText[], faces?: { name: string, part: string }[]
 * }} EditedPanel `cast`, speakers and names of faces are keys of characters; comics whose lettering is text have `texts`.
 * @typedef {{
 *   title: string, setting: Setting, characters: EditedCharacter[], panels: EditedPanel[],
 *   others: { analysis: object, chunks: object }
 * }} EditedPlan `others` are fields that this page does not know.
 * @typedef {{ version: string, edited: EditedPlan }} StoredScript `version` is that of the script that was changed.
 */

/** A script has up to 100 KB, and localStorage about 5 MB. */
const MOST = 8;

/** @extends {RecentValues<StoredScript>} by the id of the generation */
export class StoredScripts extends RecentValues {
  /** @param {LocalValue} stored */
  constructor(stored) {
    super(stored, MOST, isScript);
  }
}

/** @param {unknown} value @returns {value is StoredScript} */
function isScript(value) {
  if (!isRecord(value) || typeof value.version !== "string") return false;
  const { edited } = value;
  return isRecord(edited) && Array.isArray(edited.characters) && Array.isArray(edited.panels);
}
