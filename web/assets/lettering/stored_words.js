/** Unsaved words, and the language in which each comic is shown, stored in this browser by the id of the comic. */

import { attempt, LocalValue } from "../storage/local_value.js";
import { RecentValues } from "../storage/recent_values.js";
import { isRecord } from "../wire.js";

/** @import { EditedText } from "./edited_texts.js" */
/** @typedef {{ version: string, texts: EditedText[] }} StoredWords `version` is that of the texts that were changed. */

const MOST_LANGUAGES = 50;
const MOST_COMICS = 20;
const storage = attempt(() => localStorage);

/** @type {RecentValues<string>} */
export const chosenLanguages = new RecentValues(
  new LocalValue(storage, "story-to-manga:languages"),
  MOST_LANGUAGES,
  (value) => typeof value === "string",
);

/** By panel and language. @type {RecentValues<Record<string, unknown>>} */
const unsaved = new RecentValues(new LocalValue(storage, "story-to-manga:words"), MOST_COMICS, isRecord);

/** The unsaved words of a panel in a language. */
export class UnsavedWords {
  #id;
  #key;

  /** @param {string} id @param {number} index @param {string} language */
  constructor(id, index, language) {
    this.#id = id;
    this.#key = `${index} ${language}`;
  }

  /** @returns {StoredWords | null} */
  read() {
    const found = unsaved.read(this.#id)?.[this.#key];
    const isWords = isRecord(found) && typeof found.version === "string" && Array.isArray(found.texts);
    return isWords ? /** @type {StoredWords} */ (/** @type {unknown} */ (found)) : null;
  }

  /** @param {StoredWords} words */
  write(words) {
    unsaved.write(this.#id, { ...unsaved.read(this.#id), [this.#key]: words });
  }

  remove() {
    const { [this.#key]: _, ...others } = unsaved.read(this.#id) ?? {};
    if (Object.keys(others).length > 0) unsaved.write(this.#id, others);
    else unsaved.remove(this.#id);
  }
}

/** The comic is deleted. @param {string} id */
export function forgetComic(id) {
  unsaved.remove(id);
  chosenLanguages.remove(id);
}
