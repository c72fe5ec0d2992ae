/** Values by key in one entry of localStorage; the ones written longest ago are dropped. */

/** @import { LocalValue } from "./local_value.js" */

/** @template Value */
export class RecentValues {
  #stored;
  #most;
  #isValue;

  /**
   * @param {LocalValue} stored
   * @param {number} most how many values are kept
   * @param {(value: unknown) => value is Value} isValue what is no value is ignored: an earlier version may have written it
   */
  constructor(stored, most, isValue) {
    this.#stored = stored;
    this.#most = most;
    this.#isValue = isValue;
  }

  /** @param {string} key @returns {Value | null} */
  read(key) {
    return this.#all().get(key) ?? null;
  }

  /** @param {string} key @param {Value} value */
  write(key, value) {
    const all = this.#all();
    all.delete(key);
    all.set(key, value);
    this.#stored.set(JSON.stringify([...all].slice(-this.#most)));
  }

  /** @param {string} key */
  remove(key) {
    const all = this.#all();
    if (all.delete(key)) this.#stored.set(JSON.stringify([...all]));
  }

  /** @returns {Map<string, Value>} the latest last */
  #all() {
    try {
      const rows = JSON.parse(this.#stored.get() ?? "[]");
      return new Map(rows.filter((/** @type {unknown} */ row) => this.#isRow(row)));
    } catch {
      return new Map();
    }
  }

  /** @param {unknown} row @returns {row is [string, Value]} */
  #isRow(row) {
    return Array.isArray(row) && typeof row[0] === "string" && this.#isValue(row[1]);
  }
}
