/** The price of what a retry would draw. */

import { withTimeLimit } from "../time_limit.js";
import { priceInWords } from "./estimates.js";

/** @import { Api } from "../net/api.js" */

const ANSWER_LIMIT_MS = 15_000;

export class RetryPrice {
  #api;
  #onText;
  #key = "";

  /** @param {Pick<Api, "estimateRetry">} api @param {(text: string) => void} onText called with the price in words */
  constructor(api, onText) {
    this.#api = api;
    this.#onText = onText;
  }

  /**
   * Ask for the price, unless that was done.
   *
   * @param {string} id of the generation
   * @param {string} key of what would be drawn; empty if it is nothing
   */
  async update(id, key) {
    if (key === this.#key) return;
    this.#key = key;
    this.#onText("");
    if (key === "") return;
    try {
      const estimate = await withTimeLimit(ANSWER_LIMIT_MS, (signal) => this.#api.estimateRetry(id, signal));
      if (this.#key === key) this.#onText(priceInWords(estimate));
    } catch {
      // Without a price, the images can be drawn all the same.
    }
  }
}
