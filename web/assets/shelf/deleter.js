/**
 * Deletes generations, after a while in which the user can undo it.
 *
 * The deletion is stored first. So if the page is closed or the network is down, a later visit carries it out.
 */

import { Refused } from "../net/refused.js";
import { Delay, retry } from "../net/retry.js";

/** @import { Api } from "../net/api.js" */
/** @import { SavedGenerations } from "../storage/saved_generations.js" */

const UNDO_MS = 10_000;
/** `setTimeout` may call back a moment early. */
const MARGIN_MS = 50;

export class Deleter {
  #api;
  #saved;
  #undoMs;
  /** Deletions that this page can undo. @type {Map<string, { timer: ReturnType<typeof setTimeout>, onEnd: () => void }>} */
  #offers = new Map();
  /** Requests without an answer, by generation. @type {Map<string, Delay>} */
  #sending = new Map();

  /** @param {Api} api @param {SavedGenerations} saved @param {number} undoMs */
  constructor(api, saved, undoMs = UNDO_MS) {
    this.#api = api;
    this.#saved = saved;
    this.#undoMs = undoMs;
  }

  /**
   * Delete a generation, unless the user undoes it in time.
   *
   * @param {string} id
   * @param {() => void} onEnd called when it can't be undone any more
   */
  async delete(id, onEnd) {
    const timer = setTimeout(() => void this.#finish(id), this.#undoMs + MARGIN_MS);
    this.#offers.set(id, { timer, onEnd });
    await this.#saved.markDeleted(id, Date.now() + this.#undoMs);
  }

  /** Return whether the deletion was undone in time. @param {string} id */
  async undo(id) {
    clearTimeout(this.#offers.get(id)?.timer);
    if (!this.#offers.delete(id)) return false;
    if (await this.#saved.undoDelete(id)) return true;
    void this.#send(id);
    return false;
  }

  /** Carry out the deletions of earlier visits, and of other tabs when they can't be undone any more. */
  async resume() {
    const now = Date.now();
    for (const { id, undoUntil } of await this.#saved.marked()) {
      if (!this.#offers.has(id)) setTimeout(() => void this.#finish(id), Math.max(0, undoUntil - now) + MARGIN_MS);
    }
  }

  /** The user leaves the page, which ends all offers. */
  leave() {
    for (const [id, { timer, onEnd }] of this.#offers) {
      clearTimeout(timer);
      onEnd();
      void this.#send(id);
    }
    this.#offers.clear();
  }

  /** Try again now. */
  wake() {
    for (const delay of this.#sending.values()) delay.end();
  }

  /** @param {string} id */
  async #finish(id) {
    const offer = this.#offers.get(id);
    this.#offers.delete(id);
    offer?.onEnd();
    // Only this page can undo its own deletions.
    if (offer !== undefined || (await this.#saved.isDeleteDue(id))) await this.#send(id);
  }

  /** @param {string} id */
  async #send(id) {
    if (this.#sending.has(id)) return;
    const delay = new Delay();
    this.#sending.set(id, delay);
    try {
      await retry(() => this.#api.delete(id), { delay });
      await this.#saved.delete(id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Without an access key, the next visit tries again.
      if (error.isGone) await this.#saved.delete(id);
    } finally {
      this.#sending.delete(id);
    }
  }
}
