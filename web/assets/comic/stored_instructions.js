/**
 * The instructions for images to be drawn again, stored in this browser until the image is drawn.
 *
 * Instructions that were sent have the image's latest version at that time. A later version shows that they are done,
 * also after a reload.
 */

import { isRecord } from "../wire.js";

/** @import { LocalValue } from "../storage/local_value.js" */
/** @typedef {{ text: string, sentAt?: number }} Instructions `sentAt` is a version */

const MOST = 50;

export class StoredInstructions {
  #stored;

  /** @param {LocalValue} stored */
  constructor(stored) {
    this.#stored = stored;
  }

  /**
   * Return the instructions for an image; empty if there are none.
   *
   * @param {string} generationId
   * @param {string} itemKey
   * @param {number} latest the image's latest version; 0 if there is none
   */
  text(generationId, itemKey, latest) {
    const { text = "", sentAt = Infinity } = this.#all().get(`${generationId} ${itemKey}`) ?? {};
    return latest > sentAt ? "" : text;
  }

  /** Keep them while the user writes. @param {string} generationId @param {string} itemKey @param {string} text */
  write(generationId, itemKey, text) {
    this.#put(`${generationId} ${itemKey}`, { text });
  }

  /**
   * Note that they were sent.
   *
   * @param {string} generationId
   * @param {string} itemKey
   * @param {string} text
   * @param {number} latest the image's latest version
   */
  send(generationId, itemKey, text, latest) {
    this.#put(`${generationId} ${itemKey}`, { text, sentAt: latest });
  }

  /** @param {string} key @param {Instructions} instructions */
  #put(key, instructions) {
    const all = this.#all();
    all.delete(key);
    if (instructions.text !== "") all.set(key, instructions);
    this.#stored.set(JSON.stringify([...all].slice(-MOST)));
  }

  /** @returns {Map<string, Instructions>} the latest last */
  #all() {
    try {
      const rows = JSON.parse(this.#stored.get() ?? "[]");
      return new Map(rows.filter(isRow));
    } catch {
      return new Map();
    }
  }
}

/** @param {unknown} row @returns {row is [string, Instructions]} */
function isRow(row) {
  return Array.isArray(row) && typeof row[0] === "string" && isRecord(row[1]) && typeof row[1].text === "string";
}
