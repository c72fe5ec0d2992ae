/**
 * Reads a generation's stream to its end, over as many connections as it takes.
 *
 * What it holds to:
 * 1. A result is applied only as `after + 1`, and `after` moves once it has been applied, so none comes twice and none
 *    is left out; whatever breaks a connection, the next one asks for what follows `after`.
 * 2. The POST carries one Idempotency-Key in all its repetitions, so it starts at most one generation.
 * 3. The end is an ending message followed by the end of its response: a generation that was taken up again has
 *    further results after an earlier `complete`. Where it is in doubt, the app is asked.
 * 4. A lost connection is never given up by itself: phones sleep for hours. A refusal is.
 */

import { Refused } from "../net/refused.js";
import { IdleTimer, orAborted } from "../time_limit.js";
import { isEnding, isResult } from "../wire.js";
import { BrokenStream, piecesOf, readMessages } from "./ndjson.js";
import { Pace } from "./pace.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("../net/api.js").Api} Api */
/** @typedef {import("../wire.js").StreamMessage} StreamMessage */
/** @typedef {{ body: string, key: string }} Start */
/** @typedef {{ state: "connected" } | { state: "waiting", delayMs: number }} Connection */
/**
 * @typedef {{
 *   onId: (id: string) => void,
 *   onMessage: (message: StreamMessage, news: { replayed: boolean }) => void,
 *   onConnection?: (connection: Connection) => void,
 * }} Listener `replayed` messages were there before this connection was.
 */

/** The app sends at least a heartbeat every 10 s, so this much silence is a dead connection. */
const IDLE_MS = 25_000;
/** After this much silence it is worth a new connection as soon as somebody looks at the page again. */
const STALE_MS = 11_000;
/** A story with many images takes a while to send over a bad network. */
const SENDING_MS = 180_000;
const BROKEN_LIMIT = 3;
const FAULT_LIMIT_AT_START = 4;
/** An outage of the app's storage passes: with a `Retry-After` of 5 s a start is sent again for over a minute. */
const OUTAGE_LIMIT_AT_START = 15;

class ConnectionEnded extends Error {
  /** @param {string} message @param {{ announced?: boolean, retryAfterS?: number | null, cause?: unknown }} [details] */
  constructor(message, { announced = false, retryAfterS = null, cause } = {}) {
    super(message, { cause });
    this.announced = announced;
    this.retryAfterS = retryAfterS;
  }
}

/** One reading of one generation; `id` and `after` can be looked at while it runs. */
export class Follower {
  /** @type {string | null} */
  id;
  after;
  #api;
  /** @type {Start | null} */
  #start;
  #listener;
  #pace = new Pace();
  #waiting = new Waiting();
  #stopped = new AbortController();
  /** @type {AbortController | null} */
  #connection = null;
  #lastHeardMs = 0;
  #seenEnding = false;
  #broken = 0;
  #replays;

  /**
   * @param {Api} api
   * @param {{ start: Start } | { id: string, after: number, replays?: boolean }} what a generation to start, or to come
   *   back to; `replays: false` if all that follows `after` is new
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
   * @throws {Refused} the app said no
   * @throws {BrokenStream} its answers can't be understood
   */
  async run() {
    while (!this.#stopped.signal.aborted) {
      const ended = await this.#connect();
      if (this.#stopped.signal.aborted || ended === null) return;
      if (this.#seenEnding && !ended.announced && !(await this.#isTakenUpAgain())) return;
      const delayMs = this.#pace.nextDelayMs(ended);
      if (delayMs > 0) {
        this.#listener.onConnection?.({ state: "waiting", delayMs });
        await this.#waiting.wait(delayMs);
      }
    }
  }

  /** Stop reading; the generation goes on. */
  stop() {
    this.#stopped.abort();
    this.#connection?.abort();
    this.#waiting.end();
  }

  /** Come back at once: the network is there again, or somebody looks at the page again. */
  wake() {
    if (this.#connection !== null && performance.now() - this.#lastHeardMs > STALE_MS) this.#connection.abort();
    this.#waiting.end();
  }

  /**
   * Read one response.
   *
   * @returns {Promise<ConnectionEnded | null>} why another one is needed; null if none is
   */
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

  /**
   * @param {AbortSignal} signal
   * @param {IdleTimer} idle
   */
  async #request(signal, idle) {
    this.#lastHeardMs = performance.now();
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

  /**
   * @param {Response} response
   * @param {AbortSignal} signal
   * @param {IdleTimer} idle
   */
  async #read(response, signal, idle) {
    if (response.body === null || !(response.headers.get("Content-Type") ?? "").startsWith("application/x-ndjson")) {
      throw new BrokenStream("the answer is no stream of messages");
    }
    this.#listener.onConnection?.({ state: "connected" });
    const replay = new Replay(this.#replays);
    // Whatever this was: the next connection begins with what was missed.
    this.#replays = true;
    for await (const message of readMessages(this.#heard(response.body, signal, idle))) {
      replay.see(message);
      if (message !== null) this.#handOn(message, replay.isOn);
    }
  }

  /**
   * @param {ReadableStream<Uint8Array>} body
   * @param {AbortSignal} signal
   * @param {IdleTimer} idle
   */
  async *#heard(body, signal, idle) {
    for await (const piece of piecesOf(body, signal)) {
      this.#lastHeardMs = performance.now();
      idle.restart();
      yield piece;
    }
  }

  /**
   * @param {StreamMessage} message
   * @param {boolean} replayed
   */
  #handOn(message, replayed) {
    if (this.id === null) this.#learnId(message.generationId);
    if (isResult(message)) {
      if (message.seq <= this.after) return;
      if (message.seq > this.after + 1) throw new BrokenStream(`${message.seq} came where ${this.after + 1} was due`);
    }
    this.#apply(message, replayed);
    if (isResult(message)) {
      this.after = message.seq;
      this.#seenEnding = isEnding(message);
      this.#broken = 0;
      this.#pace.progress();
    }
    if (message.type === "status" && message.step === "reconnect") {
      throw new ConnectionEnded("the response's time is over", { announced: true });
    }
  }

  /**
   * @param {StreamMessage} message
   * @param {boolean} replayed
   * @throws {BrokenStream} the page can't use this message
   */
  #apply(message, replayed) {
    try {
      this.#listener.onMessage(message, { replayed });
    } catch (error) {
      throw new BrokenStream(`a message of type ${message.type} could not be applied`, { cause: error });
    }
  }

  /** @param {string} id */
  #learnId(id) {
    this.id = id;
    this.#listener.onId(id);
  }

  /**
   * @param {unknown} error
   * @returns {ConnectionEnded}
   */
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
    // A lost network, a server that is restarting, a connection that was given up here.
    return new ConnectionEnded("the connection was lost", { cause: error });
  }

  /**
   * Who has just sent a story is told what is wrong, instead of waiting for a better time that may come tomorrow.
   *
   * @param {Refused} refusal
   */
  #isFinalAtStart(refusal) {
    if (this.id !== null) return false;
    if (refusal.status === 429 || refusal.code === "not-configured") return true;
    const limit = refusal.status === 503 ? OUTAGE_LIMIT_AT_START : FAULT_LIMIT_AT_START;
    return this.#pace.comebacks + 1 >= limit;
  }

  /** Ask whether a response without anything new was all that is left. */
  async #isOver() {
    if (this.id === null || this.after === 0) return false;
    const state = await this.#api.generation(this.id);
    return state.status !== "running" && state.lastSeq <= this.after;
  }

  /** Ask whether results follow the ending; it stands when the app can't tell. */
  async #isTakenUpAgain() {
    try {
      return !(await this.#isOver());
    } catch {
      return false;
    }
  }
}

/**
 * What was there before: a response begins with a status, then tells what was missed, and then goes on with a status,
 * a heartbeat or silence.
 */
class Replay {
  #statuses = 0;

  /** @param {boolean} isOn */
  constructor(isOn) {
    this.isOn = isOn;
  }

  /** @param {StreamMessage | null} message */
  see(message) {
    if (message === null) this.isOn = false;
    else if (message.type === "status") {
      this.#statuses += 1;
      if (this.#statuses > 1) this.isOn = false;
    }
  }
}
