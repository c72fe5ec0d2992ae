/** The app's error answers. */

import { withTimeLimit } from "../time_limit.js";
import { isRecord } from "../wire.js";

/** @typedef {{ field: string, message: string }} FieldProblem */

const BODY_LIMIT_MS = 10_000;

/** The app answered with an error. */
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

  /** Whether the app does not have, or no longer has, what was asked for. */
  get isGone() {
    return this.status === 404 || this.status === 410;
  }

  /** Whether the same request may succeed a little later. */
  get isPassing() {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/** Return an error answer as an error, whatever its body is. @param {Response} response */
export async function readRefusal(response) {
  const body = await readJson(response);
  const retryAfter = Number.parseFloat(response.headers.get("Retry-After") ?? "");
  return new Refused({
    status: response.status,
    code: textOf(body.code) ?? `http-${response.status}`,
    message: textOf(body.error) ?? messageFor(response.status),
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
    // The error page of a proxy.
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
function messageFor(status) {
  if (status === 401) return "This app requires a valid access key.";
  if (status === 403) return "This access key is valid, but its level is too low. Use the app's master key.";
  if (status === 404) return "There is nothing at this address.";
  if (status === 413) return "The request is too large. Remove a picture, or use smaller ones.";
  if (status >= 500) return "The app can't answer right now. Try again in a minute.";
  return `The app refused the request (status ${status}).`;
}
