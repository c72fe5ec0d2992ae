/** Estimates the story in the form as it is typed. An estimate is never shown for another text. */

import { Refused } from "../net/refused.js";
import { withTimeLimit } from "../time_limit.js";
import { estimateBody, estimateInWords, expectedSeconds } from "./estimates.js";

/** @import { Api } from "../net/api.js" */
/** @import { GenerationEstimate } from "../wire.js" */
/** @import { Estimated } from "./estimates.js" */

/** After so long without an edit, the text is worth an estimate. */
const PAUSE_MS = 600;
const ANSWER_LIMIT_MS = 15_000;
const LEAST_WAIT_MS = 1000;
const NO_KEY = "The price is shown once you have entered an access key.";

export class Estimator {
  #api;
  #onText;
  #onEstimate;
  #body = "";
  #stopsAfterPlan = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #request = new AbortController();
  /** @type {number | null} */
  #expectedS = null;

  /**
   * @param {Pick<Api, "estimate">} api
   * @param {(text: string) => void} onText called with the estimate in words
   * @param {(estimate: GenerationEstimate | null, isExpected: boolean) => void} onEstimate called with null if there is
   *   none; one may be expected
   */
  constructor(api, onText, onEstimate = () => undefined) {
    this.#api = api;
    this.#onText = onText;
    this.#onEstimate = onEstimate;
  }

  /** The expected seconds for what the form has; null if unknown. */
  get expectedS() {
    return this.#expectedS;
  }

  /** Estimate what the form has. @param {Estimated | null} submission null if there is nothing to estimate */
  update(submission) {
    const body = submission === null ? "" : estimateBody(submission);
    if (body === this.#body) return;
    this.#body = body;
    this.#stopsAfterPlan = submission?.stopAfter === "plan";
    this.#expectedS = null;
    this.#request.abort();
    this.#onText(body === "" ? "" : "Estimating the price…");
    this.#onEstimate(null, body !== "");
    this.#schedule(PAUSE_MS);
  }

  /** @param {number} delayMs */
  #schedule(delayMs) {
    clearTimeout(this.#timer);
    if (this.#body !== "") this.#timer = setTimeout(() => void this.#ask(this.#body), delayMs);
  }

  /** @param {string} body */
  async #ask(body) {
    const request = new AbortController();
    this.#request = request;
    try {
      const estimate = await withTimeLimit(ANSWER_LIMIT_MS, (late) => {
        late.addEventListener("abort", () => request.abort());
        return this.#api.estimate(body, request.signal);
      });
      if (this.#body !== body) return;
      this.#expectedS = expectedSeconds(estimate);
      this.#onText(estimateInWords(estimate, this.#stopsAfterPlan));
      this.#onEstimate(estimate, false);
    } catch (error) {
      if (this.#body === body) this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    const isRefused = error instanceof Refused;
    this.#onEstimate(null, isRefused && error.status === 429);
    this.#onText(isRefused && error.status === 401 ? NO_KEY : "");
    // Without an estimate, the comic can be drawn all the same.
    if (isRefused && error.status === 429) this.#schedule(Math.max((error.retryAfterS ?? 0) * 1000, LEAST_WAIT_MS));
  }
}
