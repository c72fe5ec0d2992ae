/** When to try again after a failure. */

import { TooSlow } from "../time_limit.js";
import { Refused } from "./refused.js";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Delays that double with each failure and start over after progress. */
export class Backoff {
  #failures = 0;
  #random;

  /** @param {() => number} random from 0 to 1: readers that lost the same server should not return together */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** How many failures there were in a row. */
  get failures() {
    return this.#failures;
  }

  reset() {
    this.#failures = 0;
  }

  /**
   * Return how long to wait before the next attempt. The first announced end costs no wait.
   *
   * @param {{ retryAfterS?: number | null, announced?: boolean }} failure
   */
  nextDelayMs({ retryAfterS = null, announced = false }) {
    this.#failures += 1;
    if (retryAfterS !== null) return Math.min(retryAfterS * 1000, LONGEST_RETRY_AFTER_MS);
    if (announced && this.#failures === 1) return 0;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(this.#failures - 1, 30), LONGEST_DELAY_MS);
    return delayMs * (0.75 + this.#random() / 4);
  }
}

/** A wait that can be ended early. */
export class Delay {
  /** @type {(() => void) | null} */
  #end = null;

  /** @param {number} delayMs */
  async wait(delayMs) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    await new Promise((resolve) => {
      this.#end = () => resolve(undefined);
      timer = setTimeout(resolve, delayMs);
    });
    clearTimeout(timer);
    this.#end = null;
  }

  /** End the wait, if there is one. */
  end() {
    this.#end?.();
  }
}

/** Return whether the same request would fail again. @param {unknown} error */
function wouldFailAgain(error) {
  if (error instanceof Refused) return !error.isPassing;
  return !(error instanceof TypeError || error instanceof TooSlow);
}

/**
 * Return the result of the first attempt that succeeds, or throw the first failure that is final.
 *
 * @template Result
 * @param {() => Promise<Result>} attempt
 * @param {{ isFinal?: (error: unknown) => boolean, delay?: Delay }} options
 * @returns {Promise<Result>}
 */
export async function retry(attempt, { isFinal = wouldFailAgain, delay = new Delay() }) {
  const backoff = new Backoff();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      await delay.wait(backoff.nextDelayMs({ retryAfterS: error instanceof Refused ? error.retryAfterS : null }));
      if (isFinal(error)) throw error;
    }
  }
}
