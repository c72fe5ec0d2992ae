/** The unsent story, stored in this browser. */

import { isRecord } from "./wire.js";

const NAME = "story-to-manga:draft";

/** @typedef {import("./wire.js").StoryRequest} StoryRequest */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} DraftStorage */

export class Draft {
  /** @type {DraftStorage | null} */
  #storage;

  /** @param {DraftStorage | null} storage null if the browser has none */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {StoryRequest | null} */
  load() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(NAME) ?? "null");
      if (!isRecord(kept) || typeof kept.story !== "string") return null;
      return { story: kept.story, style: kept.style === "comic" ? "comic" : "manga", noDialogue: kept.noDialogue === true };
    } catch {
      // Nothing readable is stored.
      return null;
    }
  }

  /** @param {StoryRequest} request */
  save(request) {
    try {
      this.#storage?.setItem(NAME, JSON.stringify(request));
    } catch {
      // Storage is full or denied: the draft lasts as long as the page.
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
