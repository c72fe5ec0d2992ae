/** Answers that never arrive or never end, on a mocked clock. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Api } from "../../web/assets/net/api.js";
import { loadPageSettings, DEFAULTS } from "../../web/assets/page_settings.js";
import { problemFrom } from "../../web/assets/state/problem.js";
import { TooSlow } from "../../web/assets/time_limit.js";
import { ID, noKey } from "./scripted_app.mjs";
import { never } from "./waiting.mjs";

const ANSWER_LIMIT_MS = 30_000;
const FILE_LIMIT_MS = 240_000;
const FILE_IDLE_MS = 25_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const client = (fetcher) => new Api(noKey(), fetcher);

/** Check that a call fails at its limit, and not before. */
async function failsAfter(limitMs, call) {
  let error = null;
  call.catch((reason) => (error = reason));
  await turn();
  mock.timers.tick(limitMs - 1);
  await turn();
  assert.equal(error, null);
  mock.timers.tick(1);
  await turn();
  assert(error instanceof TooSlow, String(error));
}

for (const [name, limitMs, call] of [
  ["state", ANSWER_LIMIT_MS, (api) => api.generation(ID)],
  ["cancel", ANSWER_LIMIT_MS, (api) => api.cancel(ID)],
  ["delete", ANSWER_LIMIT_MS, (api) => api.delete(ID)],
  ["image", ANSWER_LIMIT_MS, (api) => api.image("/a")],
  ["export", FILE_LIMIT_MS, (api) => api.file("/a")],
]) {
  test(`an unanswered ${name} request fails at its limit and is aborted`, async () => {
    const signals = [];
    await failsAfter(limitMs, call(client((_path, { signal }) => (signals.push(signal), never()))));

    assert.deepEqual(signals.map((signal) => signal.aborted), [true]);
  });
}

test("the cancel of a start is sent even if the page is closed", async () => {
  const sent = [];
  await client(async (path, { keepalive }) => (sent.push([path, keepalive]), new Response("{}"))).cancelStart("key-1");

  assert.deepEqual(sent, [["/api/generate-manga-stream/cancel", true]]);
});

test("an answer whose body never ends fails at the limit", async () => {
  await failsAfter(ANSWER_LIMIT_MS, client(async () => ({ ok: true, json: never })).generation(ID));
});

test("a refusal whose body never ends is still a refusal", async () => {
  const refused = client(async () => ({ ok: false, status: 409, headers: new Headers(), json: never })).retry(ID);
  const checked = assert.rejects(refused, (error) => error.status === 409 && error.code === "http-409");
  await turn();
  mock.timers.tick(ANSWER_LIMIT_MS);
  await checked;
});

/** A file whose pieces the test sends. */
function slowFile() {
  const readers = [];
  const read = () => new Promise((resolve) => readers.push(resolve));
  const response = { ok: true, headers: new Headers({ "Content-Type": "image/png" }), body: { getReader: () => ({ read, cancel: never }) } };
  return { response, give: async (piece) => (await turn(), readers.shift()(piece), await turn()) };
}

test("a download has no limit while bytes keep arriving", async () => {
  const { response, give } = slowFile();
  const file = client(async () => response).image("/a");
  for (const text of ["pic", "tu", "re"]) {
    await give({ done: false, value: new TextEncoder().encode(text) });
    mock.timers.tick(FILE_IDLE_MS - 1);
  }
  await give({ done: true, value: undefined });

  assert.equal(await (await file).text(), "picture");
  assert.equal((await file).type, "image/png");
});

test("a download that stops fails", async () => {
  const { response, give } = slowFile();
  const file = client(async () => response).image("/a");
  await give({ done: false, value: new TextEncoder().encode("pic") });

  await failsAfter(FILE_IDLE_MS, file);
});

test("an app that does not answer is a network problem", () => {
  assert.equal(problemFrom(new TooSlow("no answer")).category, "network");
});

test("the page starts with default settings when there is no answer", async () => {
  const settings = loadPageSettings(never);
  mock.timers.tick(5000);

  assert.equal(await settings, DEFAULTS);
});
