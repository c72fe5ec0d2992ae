/** When to come back after a connection has ended: the arithmetic, without any waiting of its own. */

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Delays that double, and start over with every sign of progress. */
export class Pace {
  #comebacks = 0;
  /** @type {() => number} */
  #random;

  /** @param {() => number} random yields numbers from 0 to 1: readers that lost one server should not return as one */
  constructor(random = Math.random) {
    this.#random = random;
  }

  /** How often in a row a connection ended without progress. */
  get comebacks() {
    return this.#comebacks;
  }

  /** Note progress. */
  progress() {
    this.#comebacks = 0;
  }

  /**
   * Return how long to wait before the next connection. An end that the app announced costs no wait the first time.
   *
   * @param {{ retryAfterS?: number | null, announced?: boolean }} ending
   */
  nextDelayMs({ retryAfterS = null, announced = false }) {
    this.#comebacks += 1;
    if (retryAfterS !== null) return Math.min(retryAfterS * 1000, LONGEST_RETRY_AFTER_MS);
    if (announced && this.#comebacks === 1) return 0;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(this.#comebacks - 1, 30), LONGEST_DELAY_MS);
    return delayMs * (0.75 + this.#random() / 4);
  }
}
