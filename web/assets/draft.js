/** The story that is being written, kept in this browser until it is sent. */

import { isRecord } from "./wire.js";

const NAME = "story-to-manga:draft";

/** @typedef {import("./storage/saved_generations.js").Told} Told */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} DraftStorage */

export class Draft {
  /** @type {DraftStorage | null} */
  #storage;

  /** @param {DraftStorage | null} storage null where the browser gives none */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {Told | null} */
  load() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(NAME) ?? "null");
      if (!isRecord(kept) || typeof kept.story !== "string") return null;
      return { story: kept.story, style: kept.style === "comic" ? "comic" : "manga", noDialogue: kept.noDialogue === true };
    } catch {
      // Nothing is kept, or nothing that can be read.
      return null;
    }
  }

  /** @param {Told} told */
  save(told) {
    try {
      this.#storage?.setItem(NAME, JSON.stringify(told));
    } catch {
      // Storage is full or refused: the draft lasts as long as the page.
    }
  }

  clear() {
    try {
      this.#storage?.removeItem(NAME);
    } catch {
      // As above.
    }
  }
}
