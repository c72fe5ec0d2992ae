/**
 * The instructions for images to be drawn again, stored in this browser until the image is drawn.
 *
 * Instructions that were sent have the image's latest version at that time. A later version shows that they are done,
 * also after a reload.
 */

import { RecentValues } from "../storage/recent_values.js";
import { isRecord } from "../wire.js";

/** @import { LocalValue } from "../storage/local_value.js" */
/** @typedef {{ text: string, sentAt?: number }} Instructions `sentAt` is a version */

const MOST = 50;

export class StoredInstructions {
  #stored;

  /** @param {LocalValue} stored */
  constructor(stored) {
    this.#stored = new RecentValues(stored, MOST, isInstructions);
  }

  /**
   * Return the instructions for an image; empty if there are none.
   *
   * @param {string} generationId
   * @param {string} itemKey
   * @param {number} latest the image's latest version; 0 if there is none
   */
  text(generationId, itemKey, latest) {
    const { text = "", sentAt = Infinity } = this.#stored.read(`${generationId} ${itemKey}`) ?? {};
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
    if (instructions.text === "") this.#stored.remove(key);
    else this.#stored.write(key, instructions);
  }
}

/** @param {unknown} value @returns {value is Instructions} */
function isInstructions(value) {
  return isRecord(value) && typeof value.text === "string";
}
