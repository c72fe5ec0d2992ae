/** The app said no, in its own words. */

import { withTimeLimit } from "../time_limit.js";
import { isRecord } from "../wire.js";

/** @typedef {{ field: string, message: string }} FieldProblem */

const BODY_LIMIT_MS = 10_000;

/** An answer of the app that is an error. */
export class Refused extends Error {
  /**
   * @param {{
   *   status: number, code: string, message: string, details?: FieldProblem[], retryAfterS?: number | null
   * }} refusal
   */
  constructor({ status, code, message, details = [], retryAfterS = null }) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the same request may well be accepted in a while. */
  get isPassing() {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/**
 * Return an answer that is no success as an error, whatever its body is.
 *
 * @param {Response} response
 */
export async function readRefusal(response) {
  const body = await readJson(response);
  const retryAfter = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return new Refused({
    status: response.status,
    code: textOf(body.code) ?? `http-${response.status}`,
    message: textOf(body.error) ?? sentenceFor(response.status),
    details: Array.isArray(body.details) ? body.details.filter(isProblem) : [],
    retryAfterS: Number.isFinite(retryAfter) ? Math.max(retryAfter, 0) : null,
  });
}

/** @param {Response} response @returns {Promise<Record<string, unknown>>} */
async function readJson(response) {
  try {
    const value = await withTimeLimit(BODY_LIMIT_MS, () => response.json());
    return isRecord(value) ? value : {};
  } catch {
    // A proxy's own error page: its status says enough.
    return {};
  }
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === "string" && value !== "" ? value : null;
}

/** @param {unknown} value @returns {value is FieldProblem} */
function isProblem(value) {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}

/** @param {number} status */
function sentenceFor(status) {
  if (status === 401) return "This app needs an access key: none was given, or it is wrong.";
  if (status === 403) return "This access key is valid, but it does not open this. The app's master key does.";
  if (status === 404) return "This app knows nothing of this address.";
  if (status === 413) return "That was too much at once. Leave out an image, or take smaller ones.";
  if (status >= 500) return "The app can't answer right now. Try again in a minute.";
  return `The app did not accept this (status ${status}).`;
}
