import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Refused } from "../../../web/assets/net/refused.js";
import { Follower } from "../../../web/assets/stream/follower.js";
import { BrokenStream } from "../../../web/assets/stream/ndjson.js";
import { ID, OUTAGE, ScriptedApp } from "../scripted_app.mjs";
import { until } from "../waiting.mjs";

/** @type {ScriptedApp} */
let app;
beforeEach(async () => {
  app = await new ScriptedApp().start();
});
afterEach(() => app.stop());

/** Follow to the end. With `hasten`, all delays end at once. */
function following(what, { hasten = true, onMessage = (_message) => undefined } = {}) {
  const seen = { messages: [], replayed: [], ids: [], connections: [], delaysMs: [] };
  const follower = new Follower(app.client(), what, {
    onId: (id) => seen.ids.push(id),
    onMessage: (message, isReplayed) => {
      if (message.type === "status") return;
      onMessage(message);
      seen.messages.push(message);
      seen.replayed.push(isReplayed);
    },
    onConnection: (connection) => {
      seen.connections.push(connection.state);
      if (connection.state === "waiting") seen.delaysMs.push(connection.delayMs);
      if (hasten && connection.state === "waiting") setImmediate(() => follower.wake());
    },
  });
  return { follower, seen, end: follower.run() };
}

/** Follow to the end, and return what was seen. */
async function followed(what, options) {
  const { seen, end } = following(what, options);
  await end;
  return seen;
}

const ALL = [1, 2, 3, 4, 5, 6];
const START = { start: { key: "key-1", body: '{"story":"x"}' } };
const FROM_START = { id: ID, after: 0 };
const seqs = (seen) => seen.messages.map((message) => message.seq);

test("a start gets its id and all results in order", async () => {
  const seen = await followed(START);

  assert.deepEqual(seen.messages, app.results);
  assert.deepEqual(seen.ids, [ID]);
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
});

test("a broken connection loses and repeats no result", async () => {
  const [first, second] = [JSON.stringify(app.results[0]), JSON.stringify(app.results[1])];
  app.connections = [
    async (stream) => {
      stream.upTo(2);
      stream.text(JSON.stringify(app.results[2]).slice(0, 20));
      await stream.tear();
    },
    async (stream) => {
      // Even if the app repeats known results.
      stream.text(`${first}\n${second}\n`);
      stream.upTo(4);
      await stream.tear();
    },
  ];
  const seen = await followed(START);

  assert.deepEqual(seqs(seen), ALL);
  assert.deepEqual(app.requests.slice(1), [
    `GET /api/generate-manga-stream/${ID}?after=2&images=url`,
    `GET /api/generate-manga-stream/${ID}?after=4&images=url`,
  ]);
});

test("an unanswered start is sent again with the same key", async () => {
  app.answers = ["hang up", "hang up"];
  const seen = await followed(START);

  assert.equal(app.asked("POST").length, 3);
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
  assert.deepEqual(seqs(seen), ALL);
});

test("the end of a stream's window is followed by an immediate reconnect", async () => {
  app.connections = [async (stream) => (stream.upTo(3), stream.status("reconnect"))];
  const seen = await followed(START, { hasten: false });

  assert.deepEqual(seqs(seen), ALL);
  assert.deepEqual(seen.connections, ["connected", "connected"]);
});

test("a skipped result is fetched", async () => {
  app.connections = [async (stream) => (stream.upTo(2), stream.line(app.results[3]))];
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), ALL);
});

test("results after an earlier end are read", async () => {
  app.redraw(2);
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), [...ALL, 7, 8]);
});

test("a connection that breaks after an earlier end is resumed", async () => {
  app.redraw(2);
  app.connections = [async (stream) => (stream.upTo(6), stream.tear())];
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), [...ALL, 7, 8]);
});

test("a connection that breaks after the last result is not resumed", async () => {
  app.connections = [async (stream) => (stream.rest(), stream.tear())];
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), ALL);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 1);
});

test("a reader that has all results gets no other", async () => {
  const seen = await followed({ id: ID, after: 6 });

  assert.deepEqual(seen.messages, []);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 1);
});

test("a response that ends before the generation is resumed", async () => {
  app.isRunning = true;
  app.connections = [
    async (stream) => stream.upTo(2),
    async (stream) => {
      app.isRunning = false;
      stream.rest();
    },
  ];
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), ALL);
});

test("older messages are marked as replayed", async () => {
  app.connections = [
    async (stream) => {
      stream.status("panel", "Generating panels...");
      stream.upTo(3);
      stream.heartbeat();
      stream.rest();
    },
  ];
  const seen = await followed(FROM_START);

  assert.deepEqual(seen.replayed, [true, true, true, false, false, false]);
});

test("the results of a new story are not replayed", async () => {
  const seen = await followed(START);

  assert(seen.replayed.every((replayed) => !replayed));
});

test("a refusal is final", async () => {
  app.answers = [{ status: 404, body: { error: "It was deleted.", code: "not-found" } }];

  await assert.rejects(followed(FROM_START), (error) => error instanceof Refused && error.code === "not-found");
});

test("an unavailable app is retried", async () => {
  app.answers = Array.from({ length: 6 }, () => OUTAGE);
  const seen = await followed(FROM_START);

  assert.deepEqual(seqs(seen), ALL);
  assert.equal(app.requests.length, 7);
});

test("during an outage a start is repeated with the same key, as Retry-After says", async () => {
  app.answers = Array.from({ length: 14 }, () => OUTAGE);
  const seen = await followed(START);

  assert.deepEqual(seen.delaysMs, Array.from({ length: 14 }, () => 5000));
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
  assert.deepEqual(seqs(seen), ALL);
});

test("a start is given up with the app's own error after 15 attempts", async () => {
  app.answers = Array.from({ length: 100 }, () => OUTAGE);

  await assert.rejects(followed(START), (error) => error instanceof Refused && error.message === "Later.");
  assert.equal(app.requests.length, 15);
});

test("a start is given up after 4 internal errors", async () => {
  app.answers = Array.from({ length: 100 }, () => ({ status: 500, body: { error: "Oh.", code: "internal-error" } }));

  await assert.rejects(followed(START), Refused);
  assert.equal(app.requests.length, 4);
});

test("a lookup during an outage is repeated", async () => {
  app.answers = [undefined, OUTAGE];
  const seen = await followed({ id: ID, after: 6 });

  assert.deepEqual(seen.delaysMs, [5000]);
});

test("a rate-limited start fails instead of waiting until tomorrow", async () => {
  const body = { error: "Enough for today.", code: "daily-limit-reached" };
  app.answers = [{ status: 429, body, headers: { "Retry-After": "40000" } }];

  await assert.rejects(followed(START), (error) => error instanceof Refused && error.retryAfterS === 40000);
});

test("unreadable answers are given up", async () => {
  app.connections = Array.from({ length: 4 }, () => async (stream) => stream.text("<html>\n"));

  await assert.rejects(followed(FROM_START), BrokenStream);
  assert.equal(app.requests.length, 3);
});

test("a result that could not be applied is fetched again and applied once", async () => {
  let failures = 1;
  const onMessage = ({ seq }) => assert(seq !== 3 || failures-- <= 0, "the page is at fault");
  const seen = await followed(FROM_START, { onMessage });

  assert.deepEqual(seqs(seen), ALL);
  assert.deepEqual(app.asked("GET /api/generate-manga-stream"), [
    `GET /api/generate-manga-stream/${ID}?after=0&images=url`,
    `GET /api/generate-manga-stream/${ID}?after=2&images=url`,
  ]);
});

test("a result that can never be applied is given up, and the cursor stays before it", async () => {
  const onMessage = ({ seq }) => assert.notEqual(seq, 3, "the page is at fault");
  const { follower, end } = following(FROM_START, { onMessage });

  await assert.rejects(end, (error) => error instanceof BrokenStream && /at fault/.test(error.cause.message));
  assert.equal(follower.after, 2);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 3);
});

test("stop ends a response", async () => {
  app.connections = [(stream) => new Promise(() => stream.upTo(2))];
  const { follower, seen, end } = following(FROM_START);
  await until(() => seen.messages.length === 2, "two results");
  follower.stop();
  await end;

  assert.deepEqual(seqs(seen), [1, 2]);
});

test("stop ends a delay", async () => {
  app.answers = ["hang up"];
  const { follower, seen, end } = following(FROM_START, { hasten: false });
  await until(() => seen.connections.includes("waiting"), "a wait");
  follower.stop();
  await end;

  assert.equal(app.requests.length, 1);
});
