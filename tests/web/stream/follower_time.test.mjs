/** Requests and reads that never settle, on a mocked clock. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Follower } from "../../../web/assets/stream/follower.js";
import { ID, numbered, wholeStory } from "../scripted_app.mjs";
import { never } from "../waiting.mjs";

const IDLE_MS = 25_000;
const SENDING_MS = 180_000;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** Move the clock until the condition holds. */
async function advanceUntil(condition, stepMs, description) {
  for (let step = 0; step < 20 && !condition(); step += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert(condition(), description);
}

/** A response with these messages that never ends. */
function endlessResponse(messages) {
  const lines = messages.map((message) => new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  const read = async () => (lines.length > 0 ? { done: false, value: lines.shift() } : never());
  const headers = new Headers({ "Content-Type": "application/x-ndjson", "X-Generation-Id": ID });
  return { headers, body: { getReader: () => ({ read, cancel: never }) } };
}

function wholeResponse(messages) {
  const text = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
  return new Response(text, { headers: { "Content-Type": "application/x-ndjson", "X-Generation-Id": ID } });
}

function following(api, what) {
  const seen = [];
  const follower = new Follower(api, what, {
    onId: () => undefined,
    onMessage: (message) => void (message.type !== "status" && seen.push(message.seq)),
  });
  return { follower, seen, end: follower.run() };
}

test("a read that never settles is abandoned, and its results are not fetched again", async () => {
  const results = numbered(wholeStory());
  const asked = [];
  const api = {
    follow: async (_id, after) => {
      asked.push(after);
      return asked.length === 1 ? endlessResponse(results.slice(0, 2)) : wholeResponse(results.slice(after));
    },
  };
  const { seen, end } = following(api, { id: ID, after: 0 });
  await advanceUntil(() => seen.length === 6, IDLE_MS, "all results");
  await end;

  assert.deepEqual(asked, [0, 2]);
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6]);
});

test("a request that never settles is abandoned", async () => {
  let count = 0;
  const api = { follow: async () => ((count += 1) === 1 ? never() : wholeResponse(numbered(wholeStory()))) };
  const { seen, end } = following(api, { id: ID, after: 0 });
  await advanceUntil(() => seen.length === 6, IDLE_MS, "all results");
  await end;

  assert.equal(count, 2);
});

test("a start that is never answered is sent again with the same key", async () => {
  const keys = [];
  const api = {
    start: async ({ key }) => (keys.push(key) === 1 ? never() : wholeResponse(numbered(wholeStory()))),
  };
  const { seen, end } = following(api, { start: { key: "key-1", body: "{}" } });
  await advanceUntil(() => seen.length === 6, SENDING_MS, "all results");
  await end;

  assert.deepEqual(keys, ["key-1", "key-1"]);
});

test("a follower whose read never settles can be stopped", async () => {
  const api = { follow: async () => endlessResponse(numbered(wholeStory()).slice(0, 1)) };
  const { follower, seen, end } = following(api, { id: ID, after: 0 });
  await advanceUntil(() => seen.length === 1, 0, "a result");
  follower.stop();
  await end;

  assert.deepEqual(seen, [1]);
});
