/** Unsaved changes of scripts, stored in this browser. */

import { isRecord } from "../wire.js";

/** @import { LocalValue } from "../storage/local_value.js" */
/** @import { Character, PanelPlan, Setting } from "../wire.js" */
/**
 * @typedef {Character & { key: string }} EditedCharacter
 * @typedef {Omit<PanelPlan, "characters" | "panelNumber" | "dialogue"> & {
 *   key: string, cast: string[], dialogue: string
 * }} EditedPanel `cast` are keys of characters.
 * @typedef {{
 *   title: string, setting: Setting, characters: EditedCharacter[], panels: EditedPanel[],
 *   others: { analysis: object, chunks: object }
 * }} EditedPlan `others` are fields that this page does not know.
 * @typedef {{ version: string, edited: EditedPlan }} StoredScript `version` is that of the script that was changed.
 */

/** A script has up to 100 KB, and localStorage about 5 MB. */
const MOST = 8;

export class StoredScripts {
  #stored;

  /** @param {LocalValue} stored */
  constructor(stored) {
    this.#stored = stored;
  }

  /** @param {string} generationId @returns {StoredScript | null} */
  read(generationId) {
    return this.#all().get(generationId) ?? null;
  }

  /** @param {string} generationId @param {StoredScript} script */
  write(generationId, script) {
    const all = this.#all();
    all.delete(generationId);
    all.set(generationId, script);
    this.#stored.set(JSON.stringify([...all].slice(-MOST)));
  }

  /** @param {string} generationId */
  remove(generationId) {
    const all = this.#all();
    if (all.delete(generationId)) this.#stored.set(JSON.stringify([...all]));
  }

  /** @returns {Map<string, StoredScript>} the latest last */
  #all() {
    try {
      const rows = JSON.parse(this.#stored.get() ?? "[]");
      return new Map(rows.filter(isRow));
    } catch {
      return new Map();
    }
  }
}

/** @param {unknown} row @returns {row is [string, StoredScript]} */
function isRow(row) {
  if (!Array.isArray(row) || typeof row[0] !== "string" || !isRecord(row[1])) return false;
  const { version, edited } = row[1];
  return typeof version === "string" && isRecord(edited) && Array.isArray(edited.characters) && Array.isArray(edited.panels);
}
