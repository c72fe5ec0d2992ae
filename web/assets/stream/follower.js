/**
 * Reads a generation's stream to its end, over as many connections as necessary.
 *
 * Invariants:
 * 1. `after` is the `seq` of the last result applied. Only result `after + 1` is applied next, so no result is repeated
 *    or skipped; after any interruption, the next connection asks for the results after `after`.
 * 2. All attempts of the POST carry the same Idempotency-Key, so it starts at most one generation.
 * 3. The end is an ending message followed by the end of its response: a generation that was retried has further results
 *    after an earlier `complete`. If the connection broke there, the page asks the app.
 * 4. A lost connection is retried for ever, because phones sleep for hours. A refusal is final.
 */

import { piecesOf } from "../net/body.js";
import { Refused } from "../net/refused.js";
import { Backoff, Delay } from "../net/retry.js";
import { IdleTimer, orAborted } from "../time_limit.js";
import { isEnding, isResult } from "../wire.js";
import { BrokenStream, readMessages } from "./ndjson.js";

/** @import { Api } from "../net/api.js" */
/** @import { StreamMessage } from "../wire.js" */
/** @typedef {{ body: string, key: string }} Start */
/** @typedef {{ state: "connected" } | { state: "waiting", delayMs: number }} Connection */
/**
 * @typedef {{
 *   onId: (id: string) => void,
 *   onMessage: (message: StreamMessage, isReplayed: boolean) => void,
 *   onConnection?: (connection: Connection) => void,
 * }} Listener Replayed messages are older than their connection.
 */

/** The app sends a heartbeat at least every 10 s, so a longer silence means a dead connection. */
const IDLE_MS = 25_000;
/** After this much silence, a user who returns to the page gets a new connection. */
const STALE_MS = 11_000;
/** A story with many images takes long to send over a bad network. */
const SENDING_MS = 180_000;
const BROKEN_LIMIT = 3;
const FAULT_LIMIT_AT_START = 4;
/** Outages of the app's storage are short: with a `Retry-After` of 5 s, a start is retried for over a minute. */
const OUTAGE_LIMIT_AT_START = 15;

class ConnectionEnded extends Error {
  /** @param {string} message @param {{ announced?: boolean, retryAfterS?: number | null, cause?: unknown }} [details] */
  constructor(message, { announced = false, retryAfterS = null, cause } = {}) {
    super(message, { cause });
    this.announced = announced;
    this.retryAfterS = retryAfterS;
  }
}

/** Reads one generation; `id` and `after` are current at any time. */
export class Follower {
  /** @type {string | null} */
  id;
  after;
  #api;
  /** @type {Start | null} */
  #start;
  #listener;
  #backoff = new Backoff();
  #delay = new Delay();
  #stopped = new AbortController();
  /** @type {AbortController | null} */
  #connection = null;
  #lastActivityMs = 0;
  #seenEnding = false;
  #broken = 0;
  #replays;

  /**
   * @param {Api} api
   * @param {{ start: Start } | { id: string, after: number, replays?: boolean }} what a generation to start or to
   *   resume; `replays: false` if all messages after `after` are new
   * @param {Listener} listener
   */
  constructor(api, what, listener) {
    this.#api = api;
    this.#listener = listener;
    this.#start = "start" in what ? what.start : null;
    this.id = "id" in what ? what.id : null;
    this.after = "id" in what ? what.after : 0;
    this.#replays = "id" in what && what.replays !== false;
  }

  /**
   * Read until the generation's end, or until `stop`.
   *
   * @throws {Refused} the app answered with an error
   * @throws {BrokenStream} its answers can't be understood
   */
  async run() {
    while (!this.#stopped.signal.aborted) {
      const ended = await this.#connect();
      if (this.#stopped.signal.aborted || ended === null) return;
      if (this.#seenEnding && !ended.announced && !(await this.#hasMore())) return;
      const delayMs = this.#backoff.nextDelayMs(ended);
      if (delayMs > 0) {
        this.#listener.onConnection?.({ state: "waiting", delayMs });
        await this.#delay.wait(delayMs);
      }
    }
  }

  /** Stop reading; the generation continues. */
  stop() {
    this.#stopped.abort();
    this.#connection?.abort();
    this.#delay.end();
  }

  /** Reconnect now: the network is back, or the user has returned to the page. */
  wake() {
    if (this.#connection !== null && performance.now() - this.#lastActivityMs > STALE_MS) this.#connection.abort();
    this.#delay.end();
  }

  /** Read one response. @returns {Promise<ConnectionEnded | null>} why another one is needed; null at the end */
  async #connect() {
    const connection = new AbortController();
    this.#connection = connection;
    const idle = new IdleTimer(IDLE_MS, () => connection.abort());
    try {
      const response = await orAborted(this.#request(connection.signal, idle), connection.signal);
      await this.#read(response, connection.signal, idle);
      if (this.#seenEnding || (await this.#isOver())) return null;
      return new ConnectionEnded("the response ended before the generation did");
    } catch (error) {
      return this.#endedBy(error);
    } finally {
      idle.stop();
      connection.abort();
      this.#connection = null;
    }
  }

  /** @param {AbortSignal} signal @param {IdleTimer} idle */
  async #request(signal, idle) {
    this.#lastActivityMs = performance.now();
    if (this.id !== null || this.#start === null) {
      idle.restart();
      return this.#api.follow(this.id ?? "", this.after, signal);
    }
    idle.restart(SENDING_MS);
    const response = await this.#api.start(this.#start, signal);
    const id = response.headers.get("X-Generation-Id");
    if (id !== null) this.#learnId(id);
    return response;
  }

  /** @param {Response} response @param {AbortSignal} signal @param {IdleTimer} idle */
  async #read(response, signal, idle) {
    if (response.body === null || !(response.headers.get("Content-Type") ?? "").startsWith("application/x-ndjson")) {
      throw new BrokenStream("the answer is not a stream of messages");
    }
    this.#listener.onConnection?.({ state: "connected" });
    const replay = new Replay(this.#replays);
    // Any later connection begins with the messages that were missed.
    this.#replays = true;
    for await (const message of readMessages(this.#pieces(response.body, signal, idle))) {
      replay.note(message);
      if (message !== null) this.#accept(message, replay.isOn);
    }
  }

  /** @param {ReadableStream<Uint8Array>} body @param {AbortSignal} signal @param {IdleTimer} idle */
  async *#pieces(body, signal, idle) {
    for await (const piece of piecesOf(body, signal)) {
      this.#lastActivityMs = performance.now();
      idle.restart();
      yield piece;
    }
  }

  /** @param {StreamMessage} message @param {boolean} isReplayed */
  #accept(message, isReplayed) {
    if (this.id === null) this.#learnId(message.generationId);
    if (isResult(message)) {
      if (message.seq <= this.after) return;
      if (message.seq > this.after + 1) throw new BrokenStream(`${message.seq} came instead of ${this.after + 1}`);
    }
    this.#apply(message, isReplayed);
    if (isResult(message)) {
      this.after = message.seq;
      this.#seenEnding = isEnding(message);
      this.#broken = 0;
      this.#backoff.reset();
    }
    if (message.type === "status" && message.step === "reconnect") {
      throw new ConnectionEnded("the stream's window is over", { announced: true });
    }
  }

  /** @param {StreamMessage} message @param {boolean} isReplayed @throws {BrokenStream} the page can't apply it */
  #apply(message, isReplayed) {
    try {
      this.#listener.onMessage(message, isReplayed);
    } catch (error) {
      throw new BrokenStream(`a message of type ${message.type} could not be applied`, { cause: error });
    }
  }

  /** @param {string} id */
  #learnId(id) {
    this.id = id;
    this.#listener.onId(id);
  }

  /** @param {unknown} error @returns {ConnectionEnded} */
  #endedBy(error) {
    if (error instanceof ConnectionEnded) return error;
    if (error instanceof BrokenStream) {
      this.#broken += 1;
      if (this.#broken >= BROKEN_LIMIT) throw error;
      return new ConnectionEnded(error.message, { cause: error });
    }
    if (error instanceof Refused) {
      if (!error.isPassing || this.#isFinalAtStart(error)) throw error;
      return new ConnectionEnded(error.message, { retryAfterS: error.retryAfterS, cause: error });
    }
    // The network is down, the server restarts, or the connection was silent for too long.
    return new ConnectionEnded("the connection was lost", { cause: error });
  }

  /**
   * A user who has just sent a story gets an error instead of a wait that may last until tomorrow.
   *
   * @param {Refused} refusal
   */
  #isFinalAtStart(refusal) {
    if (this.id !== null) return false;
    if (refusal.status === 429 || refusal.code === "not-configured") return true;
    const limit = refusal.status === 503 ? OUTAGE_LIMIT_AT_START : FAULT_LIMIT_AT_START;
    return this.#backoff.failures + 1 >= limit;
  }

  /** Ask the app whether a response without new results was complete. */
  async #isOver() {
    if (this.id === null || this.after === 0) return false;
    const state = await this.#api.generation(this.id);
    return state.status !== "running" && state.lastSeq <= this.after;
  }

  /** Ask the app whether results follow the ending; if it can't answer, there are none. */
  async #hasMore() {
    try {
      return !(await this.#isOver());
    } catch {
      return false;
    }
  }
}

/** Detects replayed messages: a response begins with a status and the missed messages; then a status or heartbeat follows. */
class Replay {
  #statuses = 0;

  /** @param {boolean} isOn */
  constructor(isOn) {
    this.isOn = isOn;
  }

  /** @param {StreamMessage | null} message */
  note(message) {
    if (message === null) this.isOn = false;
    else if (message.type === "status") {
      this.#statuses += 1;
      if (this.#statuses > 1) this.isOn = false;
    }
  }
}
