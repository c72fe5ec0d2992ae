/** The app's HTTP interface: every request of this page goes through here, with the access key if there is one. */

import { readRefusal, Refused } from "./refused.js";

/** @typedef {import("./access_key.js").AccessKey} AccessKey */
/** @typedef {import("../wire.js").GenerationAtAGlance} GenerationAtAGlance */
/** @typedef {import("../wire.js").ItemKind} ItemKind */
/** @typedef {{ title: string, body: string, author: string, subreddit: string, url: string }} Post */

const START = "/api/generate-manga-stream";
const KEY_HEADER = "x-functions-key";

/** A client of the app that served this page. Every method throws Refused, or TypeError when nothing answers. */
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
    return (await this.#request(generationPath(id), { cache: "no-store" })).json();
  }

  /** @param {string} id */
  async cancel(id) {
    await this.#post(`${generationPath(id)}/cancel`);
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
   * Return a file of this app: an image, or a comic to take away.
   *
   * @param {string} path
   * @param {AbortSignal} [signal]
   */
  async file(path, signal) {
    const response = await this.#request(path, signal ? { signal } : {});
    return { blob: await response.blob(), disposition: response.headers.get("Content-Disposition") ?? "" };
  }

  /**
   * Return a post of Reddit.
   *
   * @param {string} path such as `/r/shortstories/comments/abc123/…`
   * @returns {Promise<Post>}
   */
  async redditPost(path) {
    const answer = await (await this.#request(`/api/reddit?path=${encodeURIComponent(path)}`, {})).json();
    return answer.post;
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
   * @param {string} path
   * @param {RequestInit} init
   * @returns {Promise<Response>}
   */
  async #request(path, init) {
    for (;;) {
      const key = this.#accessKey.value;
      const headers = { ...init.headers, ...(key === null ? {} : { [KEY_HEADER]: key }) };
      const response = await this.#fetch(path, { ...init, headers });
      if (response.ok) return response;
      const refusal = await readRefusal(response);
      if (!isAboutTheKey(refusal) || !(await this.#accessKey.ask(key, refusal.status))) throw refusal;
    }
  }
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
