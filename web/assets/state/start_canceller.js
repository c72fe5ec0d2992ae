/**
 * Cancels starts that the app has not answered, by their key.
 *
 * The start may or may not have arrived, and the network may be down. So a cancel is stored and sent until the app has
 * answered it, even after a reload. If it arrives before the start, the app refuses the start.
 */

import { Refused } from "../net/refused.js";
import { Delay, retry } from "../net/retry.js";

/** @import { Api } from "../net/api.js" */
/** @import { SavedGenerations } from "../storage/saved_generations.js" */
/** @import { StoryRequest } from "../wire.js" */

export class StartCanceller {
  #api;
  #saved;
  /** Cancels that the app has not answered, by key. @type {Map<string, { answered: Promise<void>, delay: Delay }>} */
  #unanswered = new Map();

  /** @param {Api} api @param {SavedGenerations} saved */
  constructor(api, saved) {
    this.#api = api;
    this.#saved = saved;
  }

  /** Cancel a start; resolves when the app has answered. @param {{ key: string, request: StoryRequest }} start */
  cancel(start) {
    const earlier = this.#unanswered.get(start.key);
    if (earlier !== undefined) return earlier.answered;
    const delay = new Delay();
    const answered = this.#cancel(start, delay).finally(() => this.#unanswered.delete(start.key));
    this.#unanswered.set(start.key, { answered, delay });
    return answered;
  }

  /** Send the cancels that an earlier visit could not send; return whether there were any. */
  async resume() {
    const cancelled = (await this.#saved.starts()).filter((start) => start.isCancelled);
    await Promise.all(cancelled.map((start) => this.cancel(start)));
    return cancelled.length > 0;
  }

  /** Try again now. */
  wake() {
    for (const { delay } of this.#unanswered.values()) delay.end();
  }

  /** @param {{ key: string, request: StoryRequest }} start @param {Delay} delay */
  async #cancel(start, delay) {
    // The storage may be slow, so the request does not wait for it.
    const stored = this.#saved.saveCancel(start);
    try {
      await retry(() => this.#api.cancelStart(start.key), { delay });
    } catch (error) {
      // After a final refusal there is nothing to cancel: the generation has ended, or starts are refused as well.
      if (!(error instanceof Refused)) throw error;
    }
    await stored;
    await this.#saved.deleteStart(start.key);
  }
}
