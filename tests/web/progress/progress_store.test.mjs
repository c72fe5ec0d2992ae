/** Times, cost, cancelling and old errors in the state of the page. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../../web/assets/analytics.js";
import { GenerationStore } from "../../../web/assets/state/generation_store.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { ID, numbered, OUTAGE, savedGeneration, ScriptedApp, SILENT, wholeStory } from "../scripted_app.mjs";
import { until } from "../waiting.mjs";

const SUBMISSION = { story: "Das Meer ruft.", style: "manga", noDialogue: false, characters: [], settings: [] };
const PART = { calls: 1, tokens: 900, images: 0, price: 0.001 };
const COST = {
  ...{ calls: 5, tokens: 9000, images: 3, price: 0.12, isFree: false },
  parts: { story: PART, script: PART, characters: PART, panels: PART },
};

let app;
let saved;
let now;
let stores;
beforeEach(async () => {
  app = await new ScriptedApp().start();
  saved = new SavedGenerations(createMemoryTables());
  now = 500_000;
  stores = [];
});
afterEach(async () => {
  for (const store of stores) store.clearResults();
  await app.stop();
});

function page() {
  const store = new GenerationStore(app.client(), saved, new Analytics(null), () => now);
  stores.push(store);
  return store;
}

/** Let the state of the generation say that it began so long before the app answers. */
function begunBefore(seconds) {
  app.state = { get createdAt() { return new Date(Date.now() - seconds * 1000).toISOString(); } };
}

test("the page that sends a story counts from the click, with the time that was expected", async () => {
  const open = app.pauseAfter(2);
  const store = page();
  const end = store.generate({ ...SUBMISSION, expectedS: 100 });
  await until(() => store.state.storyBreakdown, "the script");
  now += 30_000;

  assert.deepEqual([store.elapsedS, store.secondsLeft], [30, 70]);
  assert.equal(JSON.stringify(app.starts).includes("expectedS"), false);
  open();
  await end;
  now += 90_000;
  assert.equal(store.elapsedS, 30);
});

test("a story that is sent before it was estimated is estimated afterwards", async () => {
  app.estimate = { panels: { min: 2, expected: 2, max: 15 }, minutes: { min: 1, expected: 2, max: 3 }, price: null };
  const open = app.pauseAfter(2);
  const store = page();
  const end = store.generate(SUBMISSION);
  await until(() => store.secondsLeft === 120, "the remaining time");
  open();
  await end;
});

test("after a reload the time so far goes on", async () => {
  begunBefore(64);
  app.isRunning = true;
  app.connections = [(stream) => new Promise(() => stream.upTo(4))];
  const store = page();
  void store.open(ID);
  await until(() => store.state.generatedPanels[1], "a panel");
  now += 6000;

  // The time of an answer has whole seconds, and Node.js may send that of the second before.
  assert.ok(store.elapsedS > 67 && store.elapsedS <= 70, String(store.elapsedS));
});

test("a start that is sent again after a reload has the time of the app", async () => {
  await saved.saveStart({ key: "key-1", body: "{}", request: savedGeneration(0).request });
  begunBefore(60);
  const open = app.pauseAfter(2);
  const store = page();
  const end = store.resumeStart("key-1");
  await until(() => store.elapsedS > 50, "the time of the app");
  open();
  await end;
});

test("a reload asks again how long the story will take", async () => {
  await saved.save(savedGeneration(2));
  begunBefore(10);
  app.isRunning = true;
  const estimate = { panels: { min: 2, expected: 2, max: 15 }, minutes: { min: 1, expected: 2, max: 3 }, price: null };
  app.estimate = estimate;
  app.connections = [(stream) => new Promise(() => stream.upTo(3))];
  const store = page();
  void store.open(ID);
  await until(() => store.secondsLeft !== null, "the remaining time");

  assert.ok(store.secondsLeft > 105 && store.secondsLeft <= 115, String(store.secondsLeft));
});

test("the cost is known at the end, after a redo, and when the comic is opened", async () => {
  app.state = { cost: COST };
  const store = page();
  await store.generate(SUBMISSION);
  assert.deepEqual(store.state.cost, COST);

  app.state = { cost: { ...COST, calls: 6 } };
  app.redraw(2);
  await store.redo("panel", 0, "");
  assert.equal(store.state.cost?.calls, 6);

  const other = page();
  await other.open(ID);
  assert.equal(other.state.cost?.calls, 6);
});

test("a cancel says so from the click to the end", async () => {
  const cancelled = { type: "error", step: "cancelled", message: "Cancelled.", code: "cancelled" };
  app.results = numbered([...wholeStory().slice(0, 4), cancelled]);
  const open = app.pauseAfter(4);
  const store = page();
  const end = store.generate(SUBMISSION);
  await until(() => store.state.generatedPanels[1], "the first panel");
  const answered = store.cancel();
  assert.equal(store.state.isCancelling, true);
  await answered;
  assert.equal(store.state.isCancelling, true);
  open();
  await end;

  assert.deepEqual([store.state.isCancelling, store.state.outcome], [false, "cancelled"]);
});

test("a cancel before the first answer says so until the app has answered it", async () => {
  app.answers = [SILENT];
  const store = page();
  void store.generate(SUBMISSION);
  await until(() => app.requests.length === 1, "the start");
  const answered = store.cancel();
  assert.deepEqual([store.state.isCancelling, store.state.isGenerating], [true, false]);
  await answered;

  assert.equal(store.state.isCancelling, false);
});

test("a cancel that is refused can be tried again, and its error is gone at the end", async () => {
  const open = app.pauseAfter(4);
  const store = page();
  const end = store.generate(SUBMISSION);
  await until(() => store.state.generatedPanels[1], "the first panel");
  app.answers = [OUTAGE];
  await store.cancel();
  assert.deepEqual([store.state.isCancelling, store.state.notice], [false, "Later."]);
  open();
  await end;

  assert.deepEqual([store.state.outcome, store.state.notice, store.state.error], ["complete", null, null]);
});

test("the error of an image is gone when a later drawing has ended well", async () => {
  const store = page();
  await store.open(ID);
  app.answers = [{ status: 429, body: { error: "Too many.", code: "rate-limited" } }];
  await store.redo("panel", 0, "");
  assert.match(store.state.notices["panel 0"], /Too many/);
  app.redraw(2);
  await store.retry();

  assert.deepEqual([store.state.notices, store.state.notice], [{}, null]);
});

test("an error is gone when the app answers again", async () => {
  await page().generate(SUBMISSION);
  await until(async () => (await saved.get(ID))?.cursor === 6, "the stored comic");
  app.answers = [{ status: 403, body: { error: "No.", code: "forbidden" } }];
  const store = page();
  await store.open(ID);
  assert.equal(store.state.error?.message, "No.");
  await store.refresh();

  assert.deepEqual([store.state.error, store.state.outcome], [null, "complete"]);
});

test("a limit says when to try again", async () => {
  const store = page();
  await store.open(ID);
  const limit = { status: 429, body: { error: "Too many.", code: "rate-limited" }, headers: { "Retry-After": "20" } };
  app.answers = [limit];
  await store.retry();

  assert.equal(store.state.notice, "Too many. Your story and finished images are kept. Try again in 20 seconds.");
});
