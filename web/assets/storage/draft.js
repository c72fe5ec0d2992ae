/** The unsent story, stored in this browser. */

import { isRecord, lookIn } from "../wire.js";

/** @import { LocalValue } from "./local_value.js" */
/** @import { StoryRequest } from "../wire.js" */

export class Draft {
  #stored;

  /** @param {LocalValue} stored */
  constructor(stored) {
    this.#stored = stored;
  }

  /** @returns {StoryRequest | null} */
  load() {
    try {
      const draft = JSON.parse(this.#stored.get() ?? "null");
      if (!isRecord(draft) || typeof draft.story !== "string") return null;
      return {
        story: draft.story,
        style: draft.style === "comic" ? "comic" : "manga",
        noDialogue: draft.noDialogue === true,
        ...lookIn(draft),
        ...(draft.stopAfter === "plan" ? { stopAfter: draft.stopAfter } : {}),
        ...(draft.chapters === "auto" ? { chapters: draft.chapters } : {}),
        ...(typeof draft.continues === "string" ? { continues: draft.continues } : {}),
      };
    } catch {
      return null;
    }
  }

  /** @param {StoryRequest} request */
  save(request) {
    this.#stored.set(JSON.stringify(request));
  }

  clear() {
    this.#stored.remove();
  }
}
