/** Measures a generation while the page is open, for the estimate and for analytics. */

import { countWords } from "../story_words.js";
import { Estimate } from "./estimate.js";

/** @import { Analytics } from "../analytics.js" */
/** @import { StreamMessage } from "../wire.js" */
/** @import { StoreState } from "./store_state.js" */

export class Measures {
  estimate;
  #analytics;
  #now;
  /** When this page sent the story; null if it did not. @type {number | null} */
  #sentMs = null;

  /** @param {Analytics} analytics @param {() => number} now a monotonic clock in milliseconds */
  constructor(analytics, now) {
    this.#analytics = analytics;
    this.#now = now;
    this.estimate = new Estimate(now);
  }

  /** Note that the story is being sent. */
  begin() {
    this.#sentMs = this.#now();
    this.estimate.start();
  }

  /** Forget earlier measurements. */
  reset() {
    this.#sentMs = null;
    this.estimate.reset();
  }

  /** Note a new message. @param {StreamMessage} message @param {StoreState} before */
  take(message, before) {
    // A page that did not send the story does not know when the panels were begun.
    if (message.type === "status" && message.step === "panel" && this.#sentMs !== null) this.estimate.beginPanels();
    if (message.type === "panel") this.#panelArrived(before);
    if (message.type === "error") this.#failed(message);
    if (message.type === "complete" && message.stoppedAfter === undefined) this.#completed(message.totalPanels, before);
  }

  /** @param {StoreState} before */
  #panelArrived(before) {
    this.estimate.measure();
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
    this.#analytics.trackMangaGeneration(countWords(before.request?.story ?? ""), totalPanels);
    this.#analytics.trackPerformance("total_generation_time", this.#now() - this.#sentMs);
  }
}
