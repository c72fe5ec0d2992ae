/** The app's HTTP API. It adds the access key to every request if there is one. */

import { withTimeLimit } from "../time_limit.js";
import { readBlob } from "./body.js";
import { readRefusal, Refused } from "./refused.js";

/** @import { GenerationEstimate, GenerationStateAnswer, ItemKind, Origin, Plan, ShareLink } from "../wire.js" */
/** @import { AccessKey } from "./access_key.js" */
/** @typedef {{ title: string, body: string, author: string, subreddit: string, url: string }} Post */

const START = "/api/generate-manga-stream";
const KEY_HEADER = "x-functions-key";

const ANSWER_LIMIT_MS = 30_000;
/** The platform ends a request after 230 s, and an export may take that long. */
const FILE_LIMIT_MS = 240_000;

/**
 * Client of the app. Every method throws Refused, or TypeError or TooSlow without an answer; streams have no time limit.
 */
export class Api {
  /** @type {typeof fetch} */
  #fetch;
  /** @type {AccessKey} */
  #accessKey;

  /** @param {AccessKey} accessKey @param {typeof fetch} fetcher */
  constructor(accessKey, fetcher) {
    this.#accessKey = accessKey;
    this.#fetch = fetcher;
  }

  /**
   * Start a generation, or attach to the one with the same key, and return its stream.
   *
   * @param {{ body: string, key: string }} start
   * @param {AbortSignal} signal
   */
  start(start, signal) {
    return this.#post(START, start.body, { "Idempotency-Key": start.key }, signal);
  }

  /**
   * Return what a story will take. Never asks for an access key, because the user has not asked for anything yet.
   *
   * @param {string} body
   * @param {AbortSignal} signal
   * @returns {Promise<GenerationEstimate>}
   */
  async estimate(body, signal) {
    const headers = { "Content-Type": "application/json" };
    return (await this.#send(`${START}?estimate=true`, { method: "POST", body, headers, signal })).json();
  }

  /**
   * Return the stream of a generation after result `after`.
   *
   * @param {string} id
   * @param {number} after
   * @param {AbortSignal} signal
   */
  follow(id, after, signal) {
    return this.#request(`${START}/${encodeURIComponent(id)}?after=${after}&images=url`, { signal, cache: "no-store" });
  }

  /** Return the state of a generation. @param {string} id @returns {Promise<GenerationStateAnswer>} */
  async generation(id) {
    const response = await this.#request(generationPath(id), { cache: "no-store" });
    const answer = await readJson(response);
    return { ...answer, elapsedS: elapsedSeconds(answer, response.headers.get("Date")) };
  }

  /** @param {string} id */
  async cancel(id) {
    await this.#post(`${generationPath(id)}/cancel`);
  }

  /** Cancel a start, even if it has not arrived yet. @param {string} key its Idempotency-Key */
  async cancelStart(key) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    // `keepalive`: users close the page right after the click.
    await this.#request(`${START}/cancel`, { method: "POST", body: "{}", headers, keepalive: true });
  }

  /** @param {string} id */
  async retry(id) {
    await this.#post(`${generationPath(id)}/retry`);
  }

  /**
   * Return what a retry would take. Never asks for an access key, because the user has not asked for it.
   *
   * @param {string} id
   * @param {AbortSignal} signal
   * @returns {Promise<GenerationEstimate>}
   */
  async estimateRetry(id, signal) {
    const headers = { "Content-Type": "application/json" };
    const path = `${generationPath(id)}/retry?estimate=true`;
    return (await this.#send(path, { method: "POST", body: "{}", headers, signal })).json();
  }

  /** Return the script and its version. @param {string} id @returns {Promise<{ plan: Plan, version: string }>} */
  async plan(id) {
    return versionedPlan(await this.#request(`${generationPath(id)}/plan`, { cache: "no-store" }));
  }

  /**
   * Replace the script, unless its version is another one; that is refused with status 412.
   *
   * @param {string} id
   * @param {Plan} plan
   * @param {string} version
   */
  async savePlan(id, plan, version) {
    const headers = { "Content-Type": "application/json", "If-Match": version };
    const init = { method: "PUT", body: JSON.stringify(plan), headers };
    await this.#request(`${generationPath(id)}/plan`, init, FILE_LIMIT_MS);
  }

  /**
   * Draw one image again.
   *
   * @param {string} id
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {string} instructions may be empty, unless the current image is to be changed
   * @param {Origin} origin
   */
  async regenerate(id, kind, index, instructions, origin) {
    const from = origin === "current" ? { from: origin } : {};
    const body = JSON.stringify({ ...(instructions === "" ? {} : { instructions }), ...from });
    await this.#post(`${generationPath(id)}/${kind}s/${index}/regenerate`, body);
  }

  /**
   * Choose the version of an image that counts.
   *
   * @param {string} id
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {number} version counts from 1
   */
  async chooseVersion(id, kind, index, version) {
    const path = `${generationPath(id)}/${kind}s/${index}/version`;
    const headers = { "Content-Type": "application/json" };
    await this.#request(path, { method: "PUT", body: JSON.stringify({ version }), headers });
  }

  /**
   * Return the link to a comic for other people; the same one if it is shared already.
   *
   * @param {string} id
   * @returns {Promise<ShareLink>}
   */
  async share(id) {
    return readJson(await this.#post(`${generationPath(id)}/share`));
  }

  /** @param {string} id */
  async stopSharing(id) {
    await this.#request(`${generationPath(id)}/share`, { method: "DELETE" });
  }

  /** @param {string} id */
  async delete(id) {
    // `keepalive`: users close the page right after the click.
    await this.#request(generationPath(id), { method: "DELETE", keepalive: true });
  }

  /** Return an image of a generation. @param {string} path */
  async image(path) {
    return readBlob(await this.#request(path, {}));
  }

  /** Return a file of this app, such as an export. @param {string} path */
  async file(path) {
    const response = await this.#request(path, {}, FILE_LIMIT_MS);
    return { blob: await readBlob(response), disposition: response.headers.get("Content-Disposition") ?? "" };
  }

  /**
   * Return the state of a generation, without asking the user for a key.
   *
   * @param {string} id
   * @returns {Promise<Omit<GenerationStateAnswer, "elapsedS">>}
   */
  async peek(id) {
    return readJson(await this.#send(generationPath(id), { cache: "no-store" }));
  }

  /**
   * Return a Reddit post.
   *
   * @param {string} path such as `/r/shortstories/comments/abc123/…`
   * @returns {Promise<Post>}
   */
  async redditPost(path) {
    return (await readJson(await this.#request(`/api/reddit?path=${encodeURIComponent(path)}`, {}))).post;
  }

  /**
   * Report a problem to the maintainers; returns the address of the report, if it is known.
   *
   * @param {{ type: string, description: string, userAgent: string }} report
   * @returns {Promise<string | null>}
   */
  async reportIssue(report) {
    const { url } = await readJson(await this.#post("/api/report-issue", JSON.stringify(report)));
    return url ?? null;
  }

  /**
   * Return an answer in JSON, and its version if it has one.
   *
   * @param {string} path
   * @param {{ method?: "PUT" | "POST", body?: object, version?: string }} [request] `version` is what is to be replaced
   */
  async json(path, { method, body, version } = {}) {
    const headers = { "Content-Type": "application/json", ...(version ? { "If-Match": version } : {}) };
    const init = method ? { method, body: JSON.stringify(body), headers } : { cache: /** @type {const} */ ("no-store") };
    const response = await this.#request(path, init);
    return { answer: await readJson(response), version: response.headers.get("ETag") ?? "" };
  }

  /**
   * @param {string} path
   * @param {string} [body]
   * @param {Record<string, string>} [headers]
   * @param {AbortSignal} [signal]
   */
  #post(path, body = "{}", headers = {}, signal) {
    const init = { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } };
    return this.#request(path, signal ? { ...init, signal } : init);
  }

  /**
   * Send a request, and ask the user for a key if the app refuses the known one.
   *
   * @param {string} path
   * @param {RequestInit} init
   * @param {number} [limitMs]
   * @returns {Promise<Response>}
   */
  async #request(path, init, limitMs) {
    for (;;) {
      const key = this.#accessKey.value;
      try {
        return await this.#send(path, init, limitMs);
      } catch (error) {
        const isAboutKey = error instanceof Refused && (error.status === 401 || error.status === 403);
        if (!isAboutKey || !(await this.#accessKey.ask(key, error.status))) throw error;
      }
    }
  }

  /**
   * Send a request with the known key.
   *
   * @param {string} path
   * @param {RequestInit} init a request without a signal has a time limit
   * @param {number} [limitMs] until the answer begins
   */
  async #send(path, init, limitMs = ANSWER_LIMIT_MS) {
    const key = this.#accessKey.value;
    const request = { ...init, headers: { ...init.headers, ...(key === null ? {} : { [KEY_HEADER]: key }) } };
    const response = init.signal
      ? await this.#fetch(path, request)
      : await withTimeLimit(limitMs, (signal) => this.#fetch(path, { ...request, signal }));
    if (!response.ok) throw await readRefusal(response);
    return response;
  }
}

/**
 * Return the path of an export.
 *
 * @param {string} id
 * @param {"zip" | "cbz" | "pdf" | "png" | "epub" | "webtoon" | "json"} format
 * @param {"ltr" | "rtl"} direction
 * @param {{ hasAllChapters?: boolean, language?: string | undefined }} [more] whether it has all chapters of the book,
 *   and the language of its texts
 */
export function exportPath(id, format, direction, { hasAllChapters = false, language } = {}) {
  const more = `${hasAllChapters ? "&chapters=all" : ""}${language === undefined ? "" : `&lang=${encodeURIComponent(language)}`}`;
  return `${generationPath(id)}/export?format=${format}&direction=${direction}${more}`;
}

/**
 * Return how long a round has taken, or null if unknown. The clock of this device may be wrong, so the times are the app's.
 *
 * @param {{ createdAt?: string, finishedAt?: string | null }} times
 * @param {string | null} answeredAt the time of the answer
 */
export function elapsedSeconds({ createdAt, finishedAt }, answeredAt) {
  const seconds = (Date.parse(finishedAt ?? answeredAt ?? "") - Date.parse(createdAt ?? "")) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** @param {Response} response @returns {Promise<{ plan: Plan, version: string }>} */
async function versionedPlan(response) {
  const { analysis, chunks } = await readJson(response);
  return { plan: { analysis, chunks }, version: response.headers.get("ETag") ?? "" };
}

/** @param {Response} response */
function readJson(response) {
  return withTimeLimit(ANSWER_LIMIT_MS, () => response.json());
}

/** @param {string} id */
export function generationPath(id) {
  return `/api/generations/${encodeURIComponent(id)}`;
}
