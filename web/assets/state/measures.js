/** What is measured of a generation while it is watched: for the estimate, and for what is counted. */

import { countWords } from "../story_words.js";
import { Estimate } from "./estimate.js";

/** @typedef {import("../analytics.js").Analytics} Analytics */
/** @typedef {import("../wire.js").StreamMessage} StreamMessage */
/** @typedef {import("./store_state.js").StoreState} StoreState */

export class Measures {
  #analytics;
  #now;
  #estimate;
  /** When the story was sent from here; null for one that was found under way. @type {number | null} */
  #sentMs = null;

  /**
   * @param {Analytics} analytics
   * @param {() => number} now a clock in milliseconds that never goes back
   */
  constructor(analytics, now) {
    this.#analytics = analytics;
    this.#now = now;
    this.#estimate = new Estimate(now);
  }

  /** A story is sent now. */
  begin() {
    this.#sentMs = this.#now();
  }

  /** Forget what was measured: the next panels may be drawn under other conditions. */
  reset() {
    this.#sentMs = null;
    this.#estimate.reset();
  }

  /**
   * Return at most how many seconds so many panels need, or null if that is not known.
   *
   * @param {number} remaining
   */
  secondsFor(remaining) {
    return this.#estimate.secondsFor(remaining);
  }

  /**
   * Take note of a message that has just come.
   *
   * @param {StreamMessage} message
   * @param {StoreState} before
   */
  take(message, before) {
    if (message.type === "status" && message.step === "panel") this.#panelsBegun();
    if (message.type === "panel") this.#panelCame(before);
    if (message.type === "error") this.#failed(message);
    if (message.type === "complete") this.#completed(message.totalPanels, before);
  }

  #panelsBegun() {
    // Who joins later does not know for how long they have been drawn.
    if (this.#sentMs !== null) this.#estimate.begin();
  }

  /** @param {StoreState} before */
  #panelCame(before) {
    this.#estimate.measure();
    if (this.#sentMs === null || before.generatedPanels.some(Boolean)) return;
    this.#analytics.trackPerformance("time_to_first_panel", this.#now() - this.#sentMs);
  }

  /** @param {import("../wire.js").ErrorMessage} message */
  #failed({ step, code = "unknown", retrying = false }) {
    if (!retrying && step !== "cancelled") this.#analytics.trackError(`stream_${step}_failed`, code);
  }

  /** @param {number} totalPanels @param {StoreState} before */
  #completed(totalPanels, before) {
    if (this.#sentMs === null) return;
    this.#analytics.trackMangaGeneration(countWords(before.told?.story ?? ""), totalPanels);
    this.#analytics.trackPerformance("total_generation_time", this.#now() - this.#sentMs);
  }
}
