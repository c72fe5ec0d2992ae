/** An HTTP server that answers like the app, with one generation; tests script its connections and answers. */

import { createServer } from "node:http";
import { once } from "node:events";

import { AccessKey } from "../../web/assets/net/access_key.js";
import { Api } from "../../web/assets/net/api.js";
import { LocalValue } from "../../web/assets/storage/local_value.js";
import { gate } from "./waiting.mjs";

export const ID = "0123456789abcdef0123456789abcdef";
const STREAM = `/api/generate-manga-stream/${ID}`;
const STATE = `/api/generations/${ID}`;

/** Return the results of a generation with two panels and one character. */
export function wholeStory() {
  const panel = (panelNumber) => ({
    panelNumber,
    characters: ["Mira"],
    sceneDescription: `Scene ${panelNumber} 🌊`,
    dialogue: "Wer da?",
    cameraAngle: "Close-up",
    visualMood: "calm",
  });
  const mira = { name: "Mira", physicalDescription: "short black hair", personality: "brave", role: "Heroine" };
  const setting = { timePeriod: "today", location: "the sea", mood: "calm" };
  return [
    { type: "analysis", data: { title: "Das Meer", characters: [mira], setting } },
    { type: "chunks", data: { panels: [panel(1), panel(2)] } },
    { type: "character", index: 0, version: 1, data: { name: "Mira", image: `${STATE}/images/characters/0/1`, description: "" } },
    { type: "panel", panelNumber: 1, version: 1, data: { panelNumber: 2, image: `${STATE}/images/panels/1/1` } },
    { type: "panel", panelNumber: 0, version: 1, data: { panelNumber: 1, image: `${STATE}/images/panels/0/1` } },
    { type: "complete", totalPanels: 2 },
  ];
}

export const REQUEST = { story: "Das Meer.", style: "manga", noDialogue: false };

/** Return the generation as this browser stores it after so many results. */
export function savedGeneration(count) {
  const messages = numbered(wholeStory()).slice(0, count);
  return { id: ID, request: REQUEST, style: "manga", title: null, messages, cursor: count, choices: {} };
}

/** An answer during an outage. */
export const OUTAGE = { status: 503, body: { error: "Later.", code: "engine-unavailable" }, headers: { "Retry-After": "5" } };
export const noKey = () => new AccessKey(new LocalValue(null, "key"), async () => null);
export const SILENT = { silent: true };

/** Return messages as results, with `seq` from `from` on. */
export function numbered(messages, from = 1) {
  return messages.map((message, index) => ({ generationId: ID, ...message, seq: from + index }));
}

/** A localStorage in memory. */
export function memoryStorage(values = {}) {
  return {
    getItem: (name) => values[name] ?? null,
    setItem: (name, value) => void (values[name] = value),
    removeItem: (name) => void delete values[name],
  };
}

const deny = () => {
  throw new DOMException("no", "SecurityError");
};
export const DENIED_STORAGE = { getItem: deny, setItem: deny, removeItem: deny };

export class ScriptedApp {
  /** The generation's results so far. */
  results = numbered(wholeStory());
  isRunning = false;
  style = "manga";
  /** What the state of the generation has besides. */
  state = {};
  /** What a start would need; null if the app does not tell. */
  estimate = null;
  /** All requests, such as `GET /path?query`. */
  requests = [];
  /** Bodies and keys of the answered starts. */
  starts = [];
  /** Keys of all starts, answered or not. */
  startKeys = [];
  /** Keys of the cancelled starts. */
  cancelledKeys = [];
  /** One function per connection to the stream, which writes it; by default, all results. */
  connections = [];
  /** One answer per request: `{status, body, headers}`, "hang up", SILENT, or undefined for the normal one. */
  answers = [];
  accessKey = null;
  /** The chosen versions, such as `{ panels: { 0: 1 } }`. */
  choices = {};
  share = null;
  /** The texts of the comic, by language; the first one is the comic's own. */
  letterings = {};
  #server = createServer((request, response) => void this.#answer(request, response));

  async start() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Return the page's client of this app. */
  client(accessKey = noKey()) {
    const { port } = this.#server.address();
    return new Api(accessKey, (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init));
  }

  /** Return the requests that begin with a text, such as `GET /api/generate`. */
  asked(beginning) {
    return this.requests.filter((request) => request.startsWith(beginning));
  }

  /** Add a round that draws the first panel again. */
  redraw(version) {
    const panel = { ...wholeStory()[4], version };
    this.results.push(...numbered([panel, { type: "complete", totalPanels: 2 }], this.results.length + 1));
  }

  /** Let the next connection pause after a `seq`; return a function that continues it with the other results. */
  pauseAfter(seq) {
    const { opened, open } = gate();
    this.isRunning = true;
    this.connections = [
      async (stream) => {
        stream.upTo(seq);
        await opened;
        this.isRunning = false;
        stream.rest();
      },
    ];
    return open;
  }

  async #answer(request, response) {
    const asked = `${request.method} ${request.url}`;
    this.requests.push(asked);
    const body = await textOf(request);
    if (asked === "POST /api/generate-manga-stream") this.startKeys.push(request.headers["idempotency-key"]);
    // Estimates come at any time, so they have their own answer.
    const isEstimate = asked === "POST /api/generate-manga-stream?estimate=true";
    const scripted = isEstimate ? undefined : this.answers.shift();
    if (scripted === "hang up") return request.socket.destroy();
    if (scripted?.silent) return;
    if (scripted !== undefined) return send(response, scripted.status, scripted.body ?? {}, scripted.headers);
    if (this.accessKey !== null && request.headers["x-functions-key"] !== this.accessKey) {
      return send(response, 401, "");
    }
    if (asked === "POST /api/generate-manga-stream") {
      this.starts.push({ key: request.headers["idempotency-key"], body: JSON.parse(body) });
      return this.#stream(response, 0);
    }
    if (isEstimate && this.estimate !== null) {
      return send(response, 200, this.estimate);
    }
    if (asked === "POST /api/generate-manga-stream/cancel") {
      this.cancelledKeys.push(request.headers["idempotency-key"]);
      return send(response, 202, {});
    }
    const url = new URL(request.url, "http://app");
    if (request.method === "GET" && url.pathname === STREAM) {
      return this.#stream(response, Number(url.searchParams.get("after")));
    }
    const [, kind, index] = /\/(panels|characters)\/(\d+)\/version$/.exec(url.pathname) ?? [];
    if (request.method === "PUT" && kind !== undefined) {
      this.choices = { ...this.choices, [kind]: { ...this.choices[kind], [index]: JSON.parse(body).version } };
      return send(response, 200, this.#state());
    }
    if (url.pathname === `${STATE}/share`) return this.#answerShare(request.method, response);
    if (request.method === "GET" && url.pathname === `${STATE}/lettering`) {
      const words = this.letterings[url.searchParams.get("lang") ?? Object.keys(this.letterings)[0]];
      return words === undefined ? send(response, 404, { error: "No texts.", code: "not-found" }) : send(response, 200, words);
    }
    if (request.method === "GET" && url.pathname === STATE) return send(response, 200, this.#state());
    if (request.method === "GET" && url.pathname.startsWith(`${STATE}/images/`)) {
      return send(response, 200, `picture of ${url.pathname}`, { "Content-Type": "image/png" });
    }
    if (request.method === "POST" && url.pathname.startsWith(STATE)) return send(response, 202, this.#state());
    if (request.method === "DELETE") return response.writeHead(204).end();
    return send(response, 404, { error: "Not found.", code: "not-found" });
  }

  #state() {
    const status = this.isRunning ? "running" : "completed";
    const { style, share } = this;
    return { id: ID, status, lastSeq: this.results.length, style, share, images: this.#images(), ...this.state };
  }

  /** Return the versions of each image, and the one that counts. */
  #images() {
    const drawn = (type, index) =>
      this.results.filter((result) => result.type === type && (result.index ?? result.panelNumber) === index);
    const image = (type, index) => {
      const versions = drawn(type, index).map(({ version }) => version);
      return { versions, version: this.choices[`${type}s`]?.[index] ?? versions.at(-1) ?? null };
    };
    return { characters: [image("character", 0)], panels: [image("panel", 0), image("panel", 1)] };
  }

  #answerShare(method, response) {
    this.share = method === "POST" ? { url: "/c/token", expires: "2026-12-30T00:00:00Z" } : null;
    return this.share === null ? response.writeHead(204).end() : send(response, 200, this.share);
  }

  async #stream(response, after) {
    response.writeHead(200, { "Content-Type": "application/x-ndjson", "X-Generation-Id": ID });
    response.flushHeaders();
    const connection = new Connection(response, this, after);
    const write = this.connections.shift() ?? (async (stream) => stream.rest());
    await write(connection);
    response.end();
  }
}

/** A response that a test writes. */
class Connection {
  constructor(response, app, after) {
    this.response = response;
    this.app = app;
    this.after = after;
  }

  /** Send the results up to a `seq`. */
  upTo(seq) {
    for (const message of this.app.results.slice(this.after, seq)) this.line(message);
    this.after = Math.max(this.after, seq);
  }

  rest() {
    this.upTo(this.app.results.length);
  }

  status(step, message = step) {
    this.line({ generationId: ID, type: "status", step, message });
  }

  line(message) {
    this.response.write(`${JSON.stringify(message)}\n`);
  }

  heartbeat() {
    this.response.write("\n");
  }

  text(text) {
    this.response.write(text);
  }

  /** Break the connection after everything written was sent. */
  async tear() {
    await new Promise((resolve) => this.response.write("", resolve));
    await new Promise((resolve) => setImmediate(resolve));
    this.response.destroy();
  }
}

async function textOf(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

function send(response, status, body, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(text);
}
