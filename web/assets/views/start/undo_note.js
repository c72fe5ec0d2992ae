/** Offers to bring back a story that an example, a post or an earlier comic has replaced. */

import { button, find } from "../element.js";

/** @import { StoryRequest } from "../../wire.js" */

export class UndoNote {
  #note = find("undo-note", HTMLElement);
  #onUndo;

  /** @param {(replaced: StoryRequest) => void} onUndo */
  constructor(onUndo) {
    this.#onUndo = onUndo;
  }

  /** @param {StoryRequest} replaced */
  offer(replaced) {
    this.#note.replaceChildren("Your story was replaced. ", button("link", "Undo", () => this.#onUndo(replaced)));
  }

  clear() {
    this.#note.replaceChildren();
  }
}
