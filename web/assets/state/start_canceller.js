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
  /** @type {Map<string, Waiting>} */
  #waiting = new Map();

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
  async cancel(start) {
    // The storage may be slow, so the request does not wait for it.
    const kept = this.#saved.keepCancel(start);
    await this.#send(start.key);
    await kept;
    await this.#saved.forgetStart(start.key);
  }

  /** Send what an earlier visit could not. */
  async resume() {
    const starts = await this.#saved.starts();
    await Promise.all(starts.filter((start) => start.isCancelled).map((start) => this.cancel(start)));
  }

  /** Try again at once: the network is back. */
  wake() {
    for (const waiting of this.#waiting.values()) waiting.end();
  }

  /** @param {string} key */
  async #send(key) {
    if (this.#waiting.has(key)) return;
    const waiting = new Waiting();
    const pace = new Pace();
    this.#waiting.set(key, waiting);
    try {
      while (!(await this.#isAnswered(key, pace, waiting)));
    } finally {
      this.#waiting.delete(key);
    }
  }

  /**
   * Send once; wait if the app did not answer.
   *
   * @param {string} key
   * @param {Pace} pace
   * @param {Waiting} waiting
   */
  async #isAnswered(key, pace, waiting) {
    try {
      await this.#api.cancelStart(key);
      return true;
    } catch (error) {
      const isRefusal = error instanceof Refused;
      // A final refusal: the generation has ended, or there is no right to start one either.
      if (isRefusal && !error.isPassing) return true;
      if (!isRefusal && !(error instanceof TypeError || error instanceof TooSlow)) throw error;
      await waiting.wait(pace.nextDelayMs({ retryAfterS: isRefusal ? error.retryAfterS : null }));
      return false;
    }
  }
}
