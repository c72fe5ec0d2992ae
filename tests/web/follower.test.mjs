import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Refused } from "../../web/assets/net/refused.js";
import { Follower } from "../../web/assets/stream/follower.js";
import { BrokenStream } from "../../web/assets/stream/ndjson.js";
import { ID, numbered, ScriptedApp, wholeStory } from "./scripted_app.mjs";
import { until } from "./waiting.mjs";

/** @type {ScriptedApp} */
let app;
beforeEach(async () => {
  app = await new ScriptedApp().start();
});
afterEach(() => app.stop());

/** Follow to the end; no test waits for a delay: whenever there is one, it is ended. */
function following(what, { hasten = true } = {}) {
  const seen = { messages: [], replayed: [], ids: [], connections: [], delaysMs: [] };
  const follower = new Follower(app.client(), what, {
    onId: (id) => seen.ids.push(id),
    onMessage: (message, { replayed }) => {
      if (message.type === "status") return;
      seen.messages.push(message);
      seen.replayed.push(replayed);
    },
    onConnection: (connection) => {
      seen.connections.push(connection.state);
      if (connection.state === "waiting") seen.delaysMs.push(connection.delayMs);
      if (hasten && connection.state === "waiting") setImmediate(() => follower.wake());
    },
  });
  return { follower, seen, end: follower.run() };
}

const START = { start: { key: "key-1", body: '{"story":"x"}' } };
const FROM_START = { id: ID, after: 0 };
const seqs = (seen) => seen.messages.map((message) => message.seq);

test("a start is told its generation and all results in order", async () => {
  const { seen, end } = following(START);
  await end;

  assert.deepEqual(seen.messages, app.results);
  assert.deepEqual(seen.ids, [ID]);
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
});

test("a connection that breaks anywhere costs no result and doubles none", async () => {
  const [first, second] = [JSON.stringify(app.results[0]), JSON.stringify(app.results[1])];
  app.connections = [
    async (told) => {
      told.upTo(2);
      told.text(JSON.stringify(app.results[2]).slice(0, 20));
      await told.tear();
    },
    async (told) => {
      // Even if the app tells again what is known.
      told.text(`${first}\n${second}\n`);
      told.upTo(4);
      await told.tear();
    },
  ];
  const { seen, end } = following(START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(app.requests.slice(1), [
    `GET /api/generate-manga-stream/${ID}?after=2&images=url`,
    `GET /api/generate-manga-stream/${ID}?after=4&images=url`,
  ]);
});

test("a start that was sent and not answered is sent again with the same key", async () => {
  app.answers = ["hang up", "hang up"];
  const { seen, end } = following(START);
  await end;

  assert.equal(app.asked("POST").length, 3);
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
});

test("when a response's time is over the next one follows at once", async () => {
  app.connections = [
    async (told) => {
      told.upTo(3);
      told.status("reconnect");
    },
  ];
  const { seen, end } = following(START, { hasten: false });
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(seen.connections, ["connected", "connected"]);
});

test("a result that is left out by the app is asked for again", async () => {
  app.connections = [
    async (told) => {
      told.upTo(2);
      told.line(app.results[3]);
    },
  ];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
});

test("an end in the middle is followed by what came after it", async () => {
  const [, , , , panel] = wholeStory();
  const again = { ...panel, version: 2 };
  app.results = numbered([...wholeStory(), again, { type: "complete", totalPanels: 2 }]);
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a connection that breaks after an end is followed up if there is more", async () => {
  app.results = numbered([...wholeStory(), wholeStory()[4], { type: "complete", totalPanels: 2 }]);
  app.connections = [
    async (told) => {
      told.upTo(6);
      await told.tear();
    },
  ];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a connection that breaks after the end is the end", async () => {
  app.connections = [
    async (told) => {
      told.rest();
      await told.tear();
    },
  ];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 1);
});

test("who knows all is told so without another result", async () => {
  const { seen, end } = following({ id: ID, after: 6 });
  await end;

  assert.deepEqual(seen.messages, []);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 1);
});

test("a response that ends before the generation does is followed by another one", async () => {
  app.isRunning = true;
  app.connections = [
    async (told) => told.upTo(2),
    async (told) => {
      app.isRunning = false;
      told.rest();
    },
  ];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
});

test("what was there before is told apart from what comes while somebody watches", async () => {
  app.connections = [
    async (told) => {
      told.status("panel", "Generating panels...");
      told.upTo(3);
      told.heartbeat();
      told.rest();
    },
  ];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seen.replayed, [true, true, true, false, false, false]);
});

test("a story that was just sent is news from its first result", async () => {
  const { seen, end } = following(START);
  await end;

  assert(seen.replayed.every((replayed) => !replayed));
});

test("a refusal ends it", async () => {
  app.answers = [{ status: 404, body: { error: "It was deleted.", code: "not-found" } }];
  const { end } = following(FROM_START);

  await assert.rejects(end, (error) => error instanceof Refused && error.code === "not-found");
});

test("an app that is away for a while is waited for", async () => {
  const away = { status: 503, body: { error: "Later.", code: "storage-unavailable" }, headers: { "Retry-After": "60" } };
  app.answers = [away, away, away, away, away, away];
  const { seen, end } = following(FROM_START);
  await end;

  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
  assert.equal(app.requests.length, 7);
});

test("a start is sent again with the same key while the app is away, as late as the app asks for", async () => {
  const away = { status: 503, body: { error: "Later.", code: "engine-unavailable" }, headers: { "Retry-After": "5" } };
  app.answers = Array.from({ length: 14 }, () => away);
  const { seen, end } = following(START);
  await end;

  assert.deepEqual(seen.delaysMs, Array.from({ length: 14 }, () => 5000));
  assert.deepEqual(app.starts, [{ key: "key-1", body: { story: "x" } }]);
  assert.deepEqual(seqs(seen), [1, 2, 3, 4, 5, 6]);
});

test("a start is given up with the app's own words when the app stays away", async () => {
  const away = { status: 503, body: { error: "Later.", code: "engine-unavailable" } };
  app.answers = Array.from({ length: 100 }, () => away);
  const { end } = following(START);

  await assert.rejects(end, (error) => error instanceof Refused && error.message === "Later.");
  assert.equal(app.requests.length, 15);
});

test("a start that meets a fault of the app is given up sooner", async () => {
  app.answers = Array.from({ length: 100 }, () => ({ status: 500, body: { error: "Oh.", code: "internal-error" } }));
  const { end } = following(START);

  await assert.rejects(end, Refused);
  assert.equal(app.requests.length, 4);
});

test("a look-up that meets an outage after the last result is made again", async () => {
  app.answers = [
    undefined,
    { status: 503, body: { error: "Later.", code: "engine-unavailable" }, headers: { "Retry-After": "5" } },
  ];
  const { seen, end } = following({ id: ID, after: 6 });
  await end;

  assert.deepEqual(seen.delaysMs, [5000]);
});

test("a start that comes at a bad time is refused instead of waiting until tomorrow", async () => {
  const body = { error: "Enough for today.", code: "daily-limit-reached" };
  app.answers = [{ status: 429, body, headers: { "Retry-After": "40000" } }];
  const { end } = following(START);

  await assert.rejects(end, (error) => error instanceof Refused && error.retryAfterS === 40000);
});

test("answers that stay unreadable are given up", async () => {
  const nonsense = async (told) => told.text("<html>\n");
  app.connections = [nonsense, nonsense, nonsense, nonsense];
  const { end } = following(FROM_START);

  await assert.rejects(end, BrokenStream);
  assert.equal(app.requests.length, 3);
});

test("a result that could not be applied is asked for again, and applied once", async () => {
  const applied = [];
  let failures = 1;
  const follower = new Follower(app.client(), FROM_START, {
    onId: () => undefined,
    onMessage: (message) => {
      if (message.seq === 3 && failures-- > 0) throw new Error("the page is at fault");
      applied.push(message.seq);
    },
    onConnection: ({ state }) => void (state === "waiting" && setImmediate(() => follower.wake())),
  });
  await follower.run();

  assert.deepEqual(applied, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(app.asked("GET /api/generate-manga-stream"), [
    `GET /api/generate-manga-stream/${ID}?after=0&images=url`,
    `GET /api/generate-manga-stream/${ID}?after=2&images=url`,
  ]);
});

test("a result that can never be applied ends it, and the cursor stays before it", async () => {
  const follower = new Follower(app.client(), FROM_START, {
    onId: () => undefined,
    onMessage: (message) => {
      if (message.seq === 3) throw new Error("the page is at fault");
    },
    onConnection: ({ state }) => void (state === "waiting" && setImmediate(() => follower.wake())),
  });

  await assert.rejects(follower.run(), (error) => error instanceof BrokenStream && /at fault/.test(error.cause.message));
  assert.equal(follower.after, 2);
  assert.equal(app.asked("GET /api/generate-manga-stream").length, 3);
});

test("it stops when it is told to, in the middle of a response", async () => {
  app.connections = [(told) => new Promise(() => told.upTo(2))];
  const { follower, seen, end } = following(FROM_START);
  await until(() => seen.messages.length === 2, "two results");
  follower.stop();
  await end;

  assert.deepEqual(seqs(seen), [1, 2]);
});

test("it stops when it is told to, while it waits", async () => {
  app.answers = ["hang up"];
  const { follower, seen, end } = following(FROM_START, { hasten: false });
  await until(() => seen.connections.includes("waiting"), "a wait");
  follower.stop();
  await end;

  assert.equal(app.requests.length, 1);
});
