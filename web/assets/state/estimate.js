/**
 * Tells how long a generation has taken, and how long it will still take.
 *
 * At first the remaining time comes from the estimate that was made before the start, and later from the pace of the
 * panels. Panels are drawn in parallel and arrive in bursts, so the pace is taken after a burst, and both are combined: the
 * more panels are drawn, the more the pace counts. A forecast that changes a little is not shown, so that the text does not
 * jump.
 */

const LEAST_MEASURED = 2;
/** A burst is over when no panel has arrived for so long. */
const BURST_MS = 3000;
/** A new forecast is shown if it differs from the old one by more than this share of the time that is left, and by more. */
const TOLERANCE = 0.35;
const TOLERANCE_MS = 8000;

export class Estimate {
  #now;
  /** @type {number | null} */
  #startedMs = null;
  /** @type {number | null} */
  #endedMs = null;
  /** @type {number | null} */
  #expectedS = null;
  /** When the panels were begun. @type {number | null} */
  #panelsBegunMs = null;
  #measured = 0;
  #lastPanelMs = 0;
  /** The time of a panel, after the last burst. @type {number | null} */
  #paceMs = null;
  /** When the work will end, as shown. @type {number | null} */
  #shownEndMs = null;

  /** @param {() => number} now a monotonic clock in milliseconds */
  constructor(now) {
    this.#now = now;
  }

  /** Forget everything: a new round begins, or another generation is shown. */
  reset() {
    this.#startedMs = this.#endedMs = this.#expectedS = this.#panelsBegunMs = this.#paceMs = this.#shownEndMs = null;
    this.#measured = 0;
  }

  /** Note that the work began so long ago. @param {number} elapsedS */
  start(elapsedS = 0) {
    this.#startedMs = this.#now() - elapsedS * 1000;
    this.#endedMs = null;
  }

  /** Note that the work has ended. */
  end() {
    this.#endedMs ??= this.#now();
  }

  /** Note how long the whole work was expected to take. @param {number | null} expectedS */
  expect(expectedS) {
    this.#expectedS = expectedS;
  }

  /** Note that the panels are begun, unless that was noted before. */
  beginPanels() {
    this.#panelsBegunMs ??= this.#now();
  }

  /** Note the arrival of a panel. */
  measure() {
    if (this.#panelsBegunMs === null) this.beginPanels();
    else this.#measured += 1;
    this.#lastPanelMs = this.#now();
  }

  /** The seconds since the start, or from the start to the end; null if the start is unknown. */
  get elapsedS() {
    return this.#startedMs === null ? null : ((this.#endedMs ?? this.#now()) - this.#startedMs) / 1000;
  }

  /** Return the seconds that are left; null if unknown. @param {number} done @param {number | null} total panels */
  secondsLeft(done, total) {
    const left = this.#forecast(done, total);
    if (left === null) {
      this.#shownEndMs = null;
      return null;
    }
    const now = this.#now();
    const endMs = now + left * 1000;
    const tolerance = Math.max(TOLERANCE_MS, TOLERANCE * left * 1000);
    const isNew = this.#shownEndMs === null || (!this.#isInBurst && Math.abs(endMs - this.#shownEndMs) > tolerance);
    if (isNew) this.#shownEndMs = endMs;
    return Math.max(0, ((this.#shownEndMs ?? endMs) - now) / 1000);
  }

  /** @param {number} done @param {number | null} total */
  #forecast(done, total) {
    // Nothing is left but the end itself; a redo has its panels from the beginning.
    if (total !== null && done >= total) return this.#expectedS === null ? null : 0;
    const byEstimate = this.#leftByEstimate;
    const byPace = total === null ? null : this.#leftByPace(total - done);
    if (byPace === null || total === null) return byEstimate;
    if (byEstimate === null) return byPace;
    const share = Math.min(1, done / total);
    return share * byPace + (1 - share) * byEstimate;
  }

  get #isInBurst() {
    return this.#measured > 0 && this.#now() - this.#lastPanelMs < BURST_MS;
  }

  get #leftByEstimate() {
    if (this.#expectedS === null || this.elapsedS === null || this.elapsedS >= this.#expectedS) return null;
    return this.#expectedS - this.elapsedS;
  }

  /** @param {number} remaining panels */
  #leftByPace(remaining) {
    if (this.#panelsBegunMs === null || this.#measured < LEAST_MEASURED) return null;
    const sinceLastMs = this.#now() - this.#lastPanelMs;
    if (!this.#isInBurst) this.#paceMs = (this.#lastPanelMs - this.#panelsBegunMs) / this.#measured;
    if (this.#paceMs === null) return null;
    const leftMs = this.#paceMs * remaining - sinceLastMs;
    // The next panel is late.
    const lateMs = ((this.#now() - this.#panelsBegunMs) / this.#measured) * remaining;
    return (leftMs > 0 ? leftMs : lateMs) / 1000;
  }
}
