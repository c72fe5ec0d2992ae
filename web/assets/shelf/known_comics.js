/**
 * The names of this browser's comics, in localStorage.
 *
 * A browser that runs short of space may remove the database and keep localStorage. The shelf then tells what is gone.
 */

import { isRecord } from "../wire.js";

/** @import { LocalValue } from "../storage/local_value.js" */
/** @typedef {{ id: string, name: string, openedAt: number }} KnownComic */

const MOST = 200;

export class KnownComics {
  #stored;

  /** @param {LocalValue} stored */
  constructor(stored) {
    this.#stored = stored;
  }

  /** @returns {KnownComic[]} */
  load() {
    try {
      const comics = JSON.parse(this.#stored.get() ?? "[]");
      return Array.isArray(comics) ? comics.filter(isKnownComic) : [];
    } catch {
      return [];
    }
  }

  /** @param {KnownComic[]} comics the latest first */
  save(comics) {
    const rows = comics.slice(0, MOST).map(({ id, name, openedAt }) => ({ id, name, openedAt }));
    this.#stored.set(JSON.stringify(rows));
  }
}

/** @param {unknown} value @returns {value is KnownComic} */
function isKnownComic(value) {
  if (!isRecord(value) || !/^[0-9a-f]{32}$/.test(String(value.id))) return false;
  return typeof value.name === "string" && typeof value.openedAt === "number";
}
