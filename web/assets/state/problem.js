/** Errors as messages and suggestions for the user. */

import { counted } from "../amounts.js";
import { Refused } from "../net/refused.js";
import { BrokenStream } from "../stream/ndjson.js";
import { TooSlow } from "../time_limit.js";

/** @import { FieldProblem } from "../net/refused.js" */
/**
 * @typedef {"content" | "model" | "input" | "access" | "limit" | "gone" | "network" | "app"} Category
 * @typedef {{
 *   message: string, category: Category, suggestion: string, code: string, details?: FieldProblem[]
 * }} Problem `details` are the fields that the app names, each with a message.
 */

/** The error codes of each category; other codes are the app's. @type {Partial<Record<Category, string[]>>} */
const CODES = {
  content: ["content-blocked"],
  model: ["model-timeout", "model-busy", "model-rate-limited", "model-unavailable", "model-answer-unusable"],
  app: [
    "model-rejected-request", "model-request-invalid", "model-billing-required", "model-location-unsupported",
    "model-access-denied", "model-permission-denied", "model-unknown", "not-configured",
  ],
  input: ["model-input-too-large", "model-image-rejected", "invalid-input", "request-too-large"],
  limit: [
    "model-quota-exhausted", "rate-limited", "daily-limit-reached", "too-many-generations", "too-many-requests",
    "budget-exhausted", "daily-budget-exhausted", "generation-budget-exhausted",
  ],
  gone: ["not-found", "expired"],
};

/** @type {Readonly<Record<Category, string>>} */
const SUGGESTION = {
  content: "Draw it again with instructions that show the moment more gently or from further away.",
  model: "This is often temporary. Try again in a minute.",
  input: "Correct this and try again.",
  access: "Ask the operator of this app for an access key.",
  limit: "Your story and finished images are kept.",
  gone: "Write a new story.",
  network: "Check your connection. Finished images are safe, and the drawing continues on the server.",
  app: "The operator of this app has to fix this. Finished images are safe.",
};

/** What helps with one code only. @type {Readonly<Record<string, string>>} */
const SUGGESTION_OF_CODE = {
  "generation-budget-exhausted": "Finished images are kept. A shorter story costs less.",
  "model-quota-exhausted": "Finished images are kept. The operator of this app has to raise the quota or wait for a new one.",
};

/** Return a final error of the stream as a problem. @param {{ message: string, code?: string }} error @returns {Problem} */
export function problemOf({ message, code = "internal-error" }) {
  const category = categoryOf(code) ?? "app";
  return { message, category, suggestion: suggestionFor(category, code), code };
}

/** Return a thrown error as a problem. @param {unknown} error @returns {Problem} */
export function problemFrom(error) {
  if (error instanceof Refused) {
    const details = error.details.map((detail) => detail.message).filter((text) => !error.message.includes(text));
    const category = categoryOf(error.code) ?? categoryOfStatus(error.status);
    const message = [error.message, ...details].join(" ");
    const suggestion = `${suggestionFor(category, error.code)}${againIn(category, error)}`;
    return { message, category, suggestion, code: error.code, details: error.details };
  }
  if (error instanceof BrokenStream) {
    const message = "This page can't read the app's answers. It may be older than the app. Reload it.";
    return { message, category: "app", suggestion: SUGGESTION.app, code: "broken-stream" };
  }
  if (error instanceof TypeError || error instanceof TooSlow) {
    // fetch throws a TypeError if there is no answer.
    const message = "The app can't be reached.";
    return { message, category: "network", suggestion: SUGGESTION.network, code: "unreachable" };
  }
  throw error;
}

/** @param {string} code @returns {Category | undefined} */
function categoryOf(code) {
  const found = Object.entries(CODES).find(([, codes]) => codes.includes(code));
  return /** @type {Category | undefined} */ (found?.[0]);
}

/** @param {number} status @returns {Category} */
function categoryOfStatus(status) {
  if (status === 401 || status === 403) return "access";
  if (status === 404 || status === 410) return "gone";
  if (status === 429) return "limit";
  return status < 500 ? "input" : "app";
}

/** @param {Category} category @param {string} code */
function suggestionFor(category, code) {
  return SUGGESTION_OF_CODE[code] ?? SUGGESTION[category];
}

/** Return when to try again after a limit, if the message does not say so. @param {Category} category @param {Refused} refusal */
function againIn(category, { retryAfterS, message }) {
  if (category !== "limit" || /try again/i.test(message)) return "";
  return retryAfterS === null ? " Try again later." : ` Try again in ${roughly(retryAfterS)}.`;
}

/** @param {number} seconds */
function roughly(seconds) {
  if (seconds < 90) return counted(Math.ceil(seconds), "second");
  if (seconds < 90 * 60) return counted(Math.ceil(seconds / 60), "minute");
  return counted(Math.ceil(seconds / 3600), "hour");
}
