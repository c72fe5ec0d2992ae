/**
 * Cancels starts that the app has not answered, by their key.
 *
 * The start may have arrived or not, and the network may be away. So a cancel is stored and sent until the app has
 * answered it, after a reload too. It works before the start has arrived: the app then refuses the start.
 */

import { Refused } from "../net/refused.js";
import { Pace } from "../stream/pace.js";
import { Waiting } from "../stream/waiting.js";
import { TooSlow } from "../time_limit.js";

/** @typedef {import("../net/api.js").Api} Api */
/** @typedef {import("../storage/saved_generations.js").SavedGenerations} SavedGenerations */
/** @typedef {import("../storage/saved_generations.js").Told} Told */

export class StartCanceller {
  #api;
  #saved;
  /**
   * The cancels that the app has not answered, by key.
   *
   * @type {Map<string, { answered: Promise<void>, waiting: Waiting }>}
   */
  #unanswered = new Map();

  /** @param {Api} api @param {SavedGenerations} saved */
  constructor(api, saved) {
    this.#api = api;
    this.#saved = saved;
  }

  /**
   * Cancel a start; resolves when the app has answered.
   *
   * @param {{ key: string, told: Told }} start
   */
  cancel(start) {
    const earlier = this.#unanswered.get(start.key);
    if (earlier !== undefined) return earlier.answered;
    const waiting = new Waiting();
    const answered = this.#cancel(start, waiting).finally(() => this.#unanswered.delete(start.key));
    this.#unanswered.set(start.key, { answered, waiting });
    return answered;
  }

  /** Send what an earlier visit could not. */
  async resume() {
    const starts = await this.#saved.starts();
    await Promise.all(starts.filter((start) => start.isCancelled).map((start) => this.cancel(start)));
  }

  /** Try again at once: the network is back. */
  wake() {
    for (const { waiting } of this.#unanswered.values()) waiting.end();
  }

  /** @param {{ key: string, told: Told }} start @param {Waiting} waiting */
  async #cancel(start, waiting) {
    // The storage may be slow, so the request does not wait for it.
    const kept = this.#saved.keepCancel(start);
    await this.#send(start.key, waiting);
    await kept;
    await this.#saved.forgetStart(start.key);
  }

  /** @param {string} key @param {Waiting} waiting */
  async #send(key, waiting) {
    const pace = new Pace();
    for (;;) {
      try {
        return await this.#api.cancelStart(key);
      } catch (error) {
        const isRefusal = error instanceof Refused;
        // A final refusal: the generation has ended, or there is no right to start one either.
        if (isRefusal && !error.isPassing) return;
        if (!isRefusal && !(error instanceof TypeError || error instanceof TooSlow)) throw error;
        await waiting.wait(pace.nextDelayMs({ retryAfterS: isRefusal ? error.retryAfterS : null }));
      }
    }
  }
}
