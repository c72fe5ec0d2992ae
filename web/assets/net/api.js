/** The app's HTTP interface: every request of this page goes through here, with the access key if there is one. */

import { piecesOf } from "../stream/ndjson.js";
import { IdleTimer, TooSlow, withTimeLimit } from "../time_limit.js";
import { readRefusal, Refused } from "./refused.js";

/** @typedef {import("./access_key.js").AccessKey} AccessKey */
/** @typedef {import("../wire.js").GenerationAtAGlance} GenerationAtAGlance */
/** @typedef {import("../wire.js").ItemKind} ItemKind */
/** @typedef {{ title: string, body: string, author: string, subreddit: string, url: string }} Post */

const START = "/api/generate-manga-stream";
const KEY_HEADER = "x-functions-key";

const ANSWER_LIMIT_MS = 30_000;
/** The platform ends a request after 230 s, and the app may use them for an export. */
const FILE_LIMIT_MS = 240_000;
/** A download without a byte for this long is dead. */
const FILE_IDLE_MS = 25_000;

/**
 * A client of the app that served this page. Every method throws Refused, or when no answer comes TypeError or TooSlow;
 * a stream has no time limit here.
 */
export class Api {
  /** @type {typeof fetch} */
  #fetch;
  /** @type {AccessKey} */
  #accessKey;

  /**
   * @param {AccessKey} accessKey
   * @param {typeof fetch} fetcher
   */
  constructor(accessKey, fetcher) {
    this.#accessKey = accessKey;
    this.#fetch = fetcher;
  }

  /**
   * Start a generation, or attach to the one that the key has started, and return its stream.
   *
   * @param {{ body: string, key: string }} start
   * @param {AbortSignal} signal
   */
  start(start, signal) {
    return this.#post(START, start.body, { "Idempotency-Key": start.key }, signal);
  }

  /**
   * Return the stream of a generation from the message after `after`.
   *
   * @param {string} id
   * @param {number} after
   * @param {AbortSignal} signal
   */
  follow(id, after, signal) {
    return this.#request(`${START}/${encodeURIComponent(id)}?after=${after}&images=url`, { signal, cache: "no-store" });
  }

  /**
   * Return how a generation stands.
   *
   * @param {string} id
   * @returns {Promise<GenerationAtAGlance>}
   */
  async generation(id) {
    return this.#readJson(generationPath(id), { cache: "no-store" });
  }

  /** @param {string} id */
  async cancel(id) {
    await this.#post(`${generationPath(id)}/cancel`);
  }

  /**
   * Cancel what a start has begun, or will begin if it has not arrived yet.
   *
   * @param {string} key the start's Idempotency-Key
   */
  async cancelStart(key) {
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    // `keepalive`: people close the page right after the click.
    await this.#request(`${START}/cancel`, { method: "POST", body: "{}", headers, keepalive: true });
  }

  /** @param {string} id */
  async retry(id) {
    await this.#post(`${generationPath(id)}/retry`);
  }

  /**
   * Have one image made again.
   *
   * @param {string} id
   * @param {ItemKind} kind
   * @param {number} index counts from 0
   * @param {string} instructions what is wished for; may be empty
   */
  async regenerate(id, kind, index, instructions) {
    const body = JSON.stringify(instructions === "" ? {} : { instructions });
    await this.#post(`${generationPath(id)}/${kind}s/${index}/regenerate`, body);
  }

  /** @param {string} id */
  async delete(id) {
    await this.#request(generationPath(id), { method: "DELETE" });
  }

  /**
   * Return an image of a generation.
   *
   * @param {string} path
   */
  async image(path) {
    return readBlob(await this.#request(path, {}));
  }

  /**
   * Return a file of this app, such as an export.
   *
   * @param {string} path
   */
  async file(path) {
    const response = await this.#request(path, {}, FILE_LIMIT_MS);
    return { blob: await readBlob(response), disposition: response.headers.get("Content-Disposition") ?? "" };
  }

  /**
   * Return a post of Reddit.
   *
   * @param {string} path such as `/r/shortstories/comments/abc123/…`
   * @returns {Promise<Post>}
   */
  async redditPost(path) {
    return (await this.#readJson(`/api/reddit?path=${encodeURIComponent(path)}`, {})).post;
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

  /** @param {string} path @param {RequestInit} init */
  async #readJson(path, init) {
    const response = await this.#request(path, init);
    return withTimeLimit(ANSWER_LIMIT_MS, () => response.json());
  }

  /**
   * @param {string} path
   * @param {RequestInit} init a request without a signal has a time limit
   * @param {number} [limitMs] until the answer begins
   * @returns {Promise<Response>}
   */
  async #request(path, init, limitMs = ANSWER_LIMIT_MS) {
    for (;;) {
      const key = this.#accessKey.value;
      const headers = { ...init.headers, ...(key === null ? {} : { [KEY_HEADER]: key }) };
      const response = await this.#send(path, { ...init, headers }, limitMs);
      if (response.ok) return response;
      const refusal = await readRefusal(response);
      if (!isAboutTheKey(refusal) || !(await this.#accessKey.ask(key, refusal.status))) throw refusal;
    }
  }

  /** @param {string} path @param {RequestInit} init @param {number} limitMs */
  #send(path, init, limitMs) {
    if (init.signal) return this.#fetch(path, init);
    return withTimeLimit(limitMs, (signal) => this.#fetch(path, { ...init, signal }));
  }
}

/** Read a file to its end, however long that takes while bytes keep coming. @param {Response} response */
async function readBlob(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (response.body === null) return new Blob([], { type });
  const connection = new AbortController();
  const idle = new IdleTimer(FILE_IDLE_MS, () => connection.abort(new TooSlow("the download has stopped")));
  /** @type {BlobPart[]} */
  const pieces = [];
  idle.restart();
  try {
    for await (const piece of piecesOf(response.body, connection.signal)) {
      idle.restart();
      pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    }
  } finally {
    idle.stop();
  }
  return new Blob(pieces, { type });
}

/**
 * Return where a comic is exported.
 *
 * @param {string} id
 * @param {"zip" | "cbz" | "pdf" | "png"} format
 * @param {"ltr" | "rtl"} direction
 */
export function exportPath(id, format, direction) {
  return `${generationPath(id)}/export?format=${format}&direction=${direction}`;
}

/** @param {string} id */
function generationPath(id) {
  return `/api/generations/${encodeURIComponent(id)}`;
}

/** @param {Refused} refusal */
function isAboutTheKey(refusal) {
  return refusal.status === 401 || refusal.status === 403;
}
