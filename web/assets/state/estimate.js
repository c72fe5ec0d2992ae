/**
 * Estimates the remaining time from the time so far.
 *
 * Panels are drawn in parallel, so they arrive in bursts. Time so far / panels so far is an upper bound per panel, so the
 * page shows an upper bound: "less than".
 */

const LEAST_MEASURED = 2;

/** Measures the panels that arrive while the page is open. */
export class Estimate {
  #now;
  /** @type {number | null} */
  #begunMs = null;
  #measured = 0;

  /** @param {() => number} now a monotonic clock in milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /** Start measuring, unless that was done before. */
  begin() {
    this.#begunMs ??= this.#now();
  }

  /** Note the arrival of a panel. */
  measure() {
    if (this.#begunMs === null) this.begin();
    else this.#measured += 1;
  }

  /** Forget earlier measurements: a new round may be faster or slower. */
  reset() {
    this.#begunMs = null;
    this.#measured = 0;
  }

  /** Return an upper bound of the seconds that the remaining panels need; null if unknown. @param {number} remaining */
  secondsFor(remaining) {
    if (this.#begunMs === null || this.#measured < LEAST_MEASURED || remaining <= 0) return null;
    return ((this.#now() - this.#begunMs) / this.#measured / 1000) * remaining;
  }
}

const STEPS_S = [10, 20, 30, 45, 60, 90];

/** Return an upper bound in words, rounded up. @param {number} seconds */
export function inWords(seconds) {
  const step = STEPS_S.find((limit) => seconds <= limit);
  if (step === 60) return "less than a minute left";
  if (step !== undefined) return `less than ${step} seconds left`;
  return `less than ${Math.ceil(seconds / 60)} minutes left`;
}
