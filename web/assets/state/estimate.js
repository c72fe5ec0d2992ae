/**
 * How long it will still take, from how long this generation has taken so far; nothing where that says nothing.
 *
 * Panels are drawn side by side, so they come in bursts. Time so far by panels so far is the longest that each can
 * have taken of it, so what is told is a bound: "less than".
 */

/** With fewer than this there is nothing to go by. */
const LEAST_MEASURED = 2;

/** Measures the panels that come while somebody watches. */
export class Estimate {
  #now;
  /** @type {number | null} */
  #begunMs = null;
  #measured = 0;

  /** @param {() => number} now a clock in milliseconds that never goes back */
  constructor(now) {
    this.#now = now;
  }

  /** Note that panels are being drawn from now on, unless that was noted before. */
  begin() {
    this.#begunMs ??= this.#now();
  }

  /** Note a panel that has just come. */
  measure() {
    if (this.#begunMs === null) this.begin();
    else this.#measured += 1;
  }

  /** Forget what was measured: the next panels may be drawn under other conditions. */
  reset() {
    this.#begunMs = null;
    this.#measured = 0;
  }

  /**
   * Return at most how many seconds the remaining panels need, or null if that is not known.
   *
   * @param {number} remaining
   */
  secondsFor(remaining) {
    if (this.#begunMs === null || this.#measured < LEAST_MEASURED || remaining <= 0) return null;
    return ((this.#now() - this.#begunMs) / this.#measured / 1000) * remaining;
  }
}

const STEPS_S = [10, 20, 30, 45, 60, 90];

/**
 * Return a bound of so many seconds in words, rounded up.
 *
 * @param {number} seconds
 */
export function inWords(seconds) {
  const step = STEPS_S.find((limit) => seconds <= limit);
  if (step === 60) return "less than a minute left";
  if (step !== undefined) return `less than ${step} seconds left`;
  return `less than ${Math.ceil(seconds / 60)} minutes left`;
}
