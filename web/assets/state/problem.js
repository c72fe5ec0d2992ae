/** What went wrong, in a form that a person can act on. */

import { Refused } from "../net/refused.js";
import { BrokenStream } from "../stream/ndjson.js";
import { TooSlow } from "../time_limit.js";

/**
 * @typedef {"content" | "model" | "input" | "access" | "limit" | "gone" | "network" | "app"} Category
 * @typedef {{ message: string, category: Category, suggestion: string, code: string }} Problem
 */

/** @type {Readonly<Record<string, Category>>} */
const CATEGORY = {
  "content-blocked": "content",
  "model-timeout": "model",
  "model-busy": "model",
  "model-rate-limited": "model",
  "model-unavailable": "model",
  "model-answer-unusable": "model",
  "model-rejected-request": "app",
  "model-request-invalid": "app",
  "model-billing-required": "app",
  "model-location-unsupported": "app",
  "model-access-denied": "app",
  "model-permission-denied": "app",
  "model-unknown": "app",
  "not-configured": "app",
  "model-input-too-large": "input",
  "model-image-rejected": "input",
  "invalid-input": "input",
  "request-too-large": "input",
  "model-quota-exhausted": "limit",
  "rate-limited": "limit",
  "daily-limit-reached": "limit",
  "too-many-generations": "limit",
  "not-found": "gone",
  "expired": "gone",
};

/** @type {Readonly<Record<Category, string>>} */
const SUGGESTION = {
  content: "Draw it again with a wish that shows the moment more gently, or from further away.",
  model: "This often passes: try it again in a minute.",
  input: "Change what is named above, and try again.",
  access: "Ask whoever runs this app for an access key.",
  limit: "Nothing is lost. Come back a little later.",
  gone: "A new story is always welcome.",
  network: "Check your connection. What was made is safe, and the drawing goes on without you.",
  app: "Whoever runs this app has to look into it. What was made is safe.",
};

/**
 * Return a final error of the stream as a problem.
 *
 * @param {{ message: string, code?: string }} error
 * @returns {Problem}
 */
export function problemOf({ message, code = "internal-error" }) {
  const category = CATEGORY[code] ?? "app";
  return { message, category, suggestion: SUGGESTION[category], code };
}

/**
 * Return whatever was thrown as a problem.
 *
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemFrom(error) {
  if (error instanceof Refused) {
    const details = error.details.map((detail) => detail.message).filter((text) => !error.message.includes(text));
    const category = CATEGORY[error.code] ?? categoryOf(error.status);
    const message = [error.message, ...details].join(" ");
    return { message, category, suggestion: suggestionFor(category, error), code: error.code };
  }
  if (error instanceof BrokenStream) {
    const message = "The app's answers can't be understood. This page may be older than the app: load it anew.";
    return { message, category: "app", suggestion: SUGGESTION.app, code: "broken-stream" };
  }
  if (error instanceof TypeError || error instanceof TooSlow) {
    // fetch throws a TypeError when nothing answers.
    const message = "The app can't be reached.";
    return { message, category: "network", suggestion: SUGGESTION.network, code: "unreachable" };
  }
  throw error;
}

/** @param {number} status @returns {Category} */
function categoryOf(status) {
  if (status === 401 || status === 403) return "access";
  if (status === 404 || status === 410) return "gone";
  if (status === 429) return "limit";
  return status < 500 ? "input" : "app";
}

/**
 * @param {Category} category
 * @param {Refused} refusal
 */
function suggestionFor(category, { retryAfterS }) {
  if (category !== "limit" || retryAfterS === null) return SUGGESTION[category];
  return `Nothing is lost. It works again in ${roughly(retryAfterS)}.`;
}

/** @param {number} seconds */
function roughly(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3600)} hours`;
}
