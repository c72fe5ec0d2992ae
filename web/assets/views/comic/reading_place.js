/** Keeps the reader and its address `/#/g/<id>/read/<panel>` in step: Back closes the reader, and a reload stays there. */

import { generationAddress, readingAddress } from "../../address.js";
import { find, setText } from "../element.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { Reader } from "../reader/reader.js" */

export class ReadingPlace {
  #link = find("read", HTMLAnchorElement);
  #note = find("read-note", HTMLElement);
  /** The generation and the panel of the address. @type {{ id: string, panel: number | null }} */
  #wanted = { id: "", panel: null };
  /** Whether the reader has not shown that panel yet. */
  #isNew = false;
  /** Whether the user came from the comic's own view, which is one step back. */
  #isEntered = false;

  /**
   * The address has changed.
   *
   * @param {string} id
   * @param {number | null} panel counts from 1; null: it is not the reader's address
   * @param {boolean} isComicShown whether the page shows this comic already
   */
  set(id, panel, isComicShown) {
    if (panel !== null && this.#wanted.panel === null) this.#isEntered = isComicShown;
    this.#wanted = { id, panel };
    this.#isNew = true;
  }

  /** The page shows no comic. */
  clear() {
    this.#wanted = { id: "", panel: null };
  }

  /** @param {StoreState} state @param {Reader | null} reader null: it is not loaded yet */
  update(state, reader) {
    const { generationId: id } = state;
    const isDrawn = state.generatedPanels.some(Boolean);
    this.#link.classList.toggle("is-waiting", id === null || !isDrawn);
    if (id !== null) this.#link.href = readingAddress(id, 1);
    if (reader === null) return;
    setText(this.#note, "");
    const panel = this.#wanted.id === id ? this.#wanted.panel : null;
    if (panel === null) {
      if (reader.isOpen) reader.close();
    } else if (this.#isNew && state.storyBreakdown !== null) {
      this.#isNew = false;
      reader.open(panel - 1);
    }
  }

  /** The reader could not be loaded. */
  tellMissing() {
    if (this.#wanted.panel === null) return;
    this.leave();
    setText(this.#note, "It could not be loaded. Check your connection, and reload the page.");
  }

  /** The user has turned to a panel. @param {number} panel counts from 1 */
  turnTo(panel) {
    if (this.#wanted.panel === null || this.#wanted.panel === panel) return;
    this.#wanted.panel = panel;
    replace(readingAddress(this.#wanted.id, panel));
  }

  /** The reader was closed. */
  leave() {
    if (this.#wanted.panel === null) return;
    this.#wanted.panel = null;
    if (this.#isEntered) history.back();
    else replace(generationAddress(this.#wanted.id));
  }
}

/** @param {string} address */
function replace(address) {
  try {
    history.replaceState(null, "", address);
  } catch {
    // Safari allows about 100 changes in 30 seconds. The next one has the right panel again.
  }
}
