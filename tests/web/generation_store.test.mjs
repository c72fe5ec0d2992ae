import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../web/assets/analytics.js";
import { itemKey } from "../../web/assets/state/generation_state.js";
import { GenerationStore } from "../../web/assets/state/generation_store.js";
import { StartCanceller } from "../../web/assets/state/start_canceller.js";
import { createMemoryTables } from "../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../web/assets/storage/saved_generations.js";
import { ID, numbered, ScriptedApp, wholeStory } from "./scripted_app.mjs";
import { gate, until } from "./waiting.mjs";

/** @type {ScriptedApp} */
let app;
/** @type {SavedGenerations} */
let saved;
let events = [];
/** @type {GenerationStore[]} */
let stores = [];
beforeEach(async () => {
  app = await new ScriptedApp().start();
  saved = new SavedGenerations(createMemoryTables());
  events = [];
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.clearResults();
  await app.stop();
});

/** A page of this browser: it knows what was kept before. */
function page() {
  const store = new GenerationStore(app.client(), saved, new Analytics((event) => events.push(event)));
  stores.push(store);
  return store;
}

const generate = (store) => store.generateComicStream("Das Meer ruft.", "manga", [], [], false);
const kept = (cursor) => until(async () => (await saved.get(ID))?.cursor === cursor, `${cursor} results kept`);
const follows = () => app.asked("GET /api/generate-manga-stream");
const numbers = (state) => Array.from(state.generatedPanels, (panel) => panel?.panelNumber);

test("a story becomes a comic, and is kept", async () => {
  const store = page();
  await generate(store);
  await kept(6);

  assert.deepEqual(numbers(store.state), [1, 2]);
  assert.deepEqual([store.state.generationId, store.state.isGenerating, store.state.outcome], [ID, false, "complete"]);
  assert.deepEqual(app.starts.map(({ body }) => body), [
    {
      story: "Das Meer ruft.",
      style: "manga",
      noDialogue: false,
      uploadedCharacterReferences: [],
      uploadedSettingReferences: [],
      images: "url",
    },
  ]);
  assert.deepEqual(await saved.starts(), []);
});

test("what comes while somebody watches is news", async () => {
  const store = page();
  await generate(store);

  assert.deepEqual([...store.state.fresh], [itemKey("character", 0), itemKey("panel", 1), itemKey("panel", 0)]);
});

test("a reload shows at once what was there, asks for the rest only, and animates nothing of it", async () => {
  const first = page();
  app.connections = [(told) => new Promise(() => told.upTo(4))];
  void generate(first);
  await kept(4);
  first.clearResults();

  app.isRunning = true;
  app.connections = [(told) => new Promise(() => told.status("panel"))];
  const second = page();
  void second.open(ID);
  await until(() => second.state.connection?.state === "connected", "a connection");

  assert.deepEqual(numbers(second.state), [undefined, 2]);
  assert.deepEqual(follows(), [`GET /api/generate-manga-stream/${ID}?after=4&images=url`]);
  assert.deepEqual([...second.state.fresh], []);
});

test("what was kept is there without the app, and the rest as soon as it is back", async () => {
  const first = page();
  app.connections = [async (told) => told.upTo(4)];
  app.isRunning = true;
  void generate(first);
  await kept(4);
  first.clearResults();

  app.answers = Array.from({ length: 3 }, () => "hang up");
  app.isRunning = false;
  const second = page();
  const opened = second.open(ID);
  await until(() => second.state.generatedPanels[1], "a panel that was kept");
  const waking = setInterval(() => second.wake(), 5);
  await opened;
  clearInterval(waking);

  assert.deepEqual(numbers(second.state), [1, 2]);
});

test("a comic that is opened during an outage is shown as soon as the app is back", async () => {
  const away = { status: 503, body: { error: "Later.", code: "engine-unavailable" }, headers: { "Retry-After": "5" } };
  app.answers = [away, away, away];
  const store = page();
  const opened = store.open(ID);
  await until(() => store.state.connection?.state === "waiting", "a wait that is shown");
  const waking = setInterval(() => store.wake(), 5);
  await opened;
  clearInterval(waking);

  assert.deepEqual(numbers(store.state), [1, 2]);
  assert.equal(store.state.error, null);
});

test("another device gets all of it from its address alone", async () => {
  const store = page();
  await store.open(ID);
  await kept(6);

  assert.deepEqual(numbers(store.state), [1, 2]);
  assert.equal(store.state.style, "manga");
});

test("a comic that is known to its end is not followed again", async () => {
  await page().open(ID);
  await kept(6);
  app.requests = [];
  await page().open(ID);

  assert.deepEqual(app.requests, [`GET /api/generations/${ID}`]);
});

test("a comic that somebody has gone on with shows what is new when it is looked at", async () => {
  const store = page();
  await store.open(ID);
  app.results.push(...numbered([{ ...wholeStory()[4], version: 2 }, { type: "complete", totalPanels: 2 }], 7));
  store.wake();
  await until(() => store.state.generatedPanels[0]?.versions[2], "the second version");

  assert.equal(follows().at(-1), `GET /api/generate-manga-stream/${ID}?after=6&images=url`);
});

test("a start that was not answered before a reload is sent again, word for word", async () => {
  app.answers = ["hang up"];
  const first = page();
  void generate(first);
  const [start] = await until(async () => (await saved.starts()).length > 0 && saved.starts(), "a start that is kept");
  await until(() => app.requests.length === 1, "the first attempt");
  first.clearResults();
  const second = page();
  assert.equal(await second.resumeStart(start.key), true);

  assert.equal(app.starts.length, 1);
  assert.equal(app.starts[0]?.key, start.key);
  assert.equal(second.state.generationId, ID);
  assert.deepEqual(await saved.starts(), []);
});

test("a start that was answered while the page was reloaded leads to what it has become", async () => {
  await generate(page());
  const [start] = app.starts;

  const reloaded = page();
  assert.equal(await reloaded.resumeStart(start?.key ?? ""), true);

  assert.equal(reloaded.state.generationId, ID);
  assert.equal(app.starts.length, 1);
});

test("a start that nobody knows of is none", async () => {
  assert.equal(await page().resumeStart("0".repeat(32)), false);
});

test("a refused story says what to change, and leaves nothing behind", async () => {
  const details = [{ field: "story", message: "It has 501 words." }];
  app.answers = [{ status: 400, body: { error: "Correct story.", code: "invalid-input", details } }];
  const store = page();
  await generate(store);

  assert.deepEqual(
    [store.state.isGenerating, store.state.generationId, store.state.startKey, store.state.error?.category],
    [false, null, null, "input"],
  );
  assert.match(store.state.error?.message ?? "", /501 words/);
  assert.deepEqual(await saved.starts(), []);
});

test("a start after a fault of the app counts as the same one", async () => {
  const fault = { status: 500, body: { error: "Oh.", code: "internal-error" } };
  app.answers = [fault, fault, fault, fault];
  const store = page();
  const waking = setInterval(() => store.wake(), 5);
  await generate(store);
  assert.equal(store.state.error?.category, "app");
  const [before] = await saved.starts();
  await generate(store);
  clearInterval(waking);

  assert.equal(app.starts[0]?.key, before?.key);
});

test("a comic that is gone says so, and shows what is left of it here", async () => {
  await page().open(ID);
  await kept(6);
  app.answers = [{ status: 404, body: { error: "It was deleted.", code: "not-found" } }];
  const store = page();
  await store.open(ID);

  assert.equal(store.state.error?.category, "gone");
  assert.deepEqual(numbers(store.state), [1, 2]);
});

test("what is tried again counts as failed no longer, until it fails again", async () => {
  const failed = { type: "error", step: "panel", message: "Blocked.", code: "content-blocked", index: 0 };
  app.results = numbered([...wholeStory().slice(0, 4), failed, { type: "complete", totalPanels: 2, failedPanels: [0] }]);
  const store = page();
  await store.open(ID);
  assert.equal(store.state.failures[itemKey("panel", 0)]?.category, "content");
  app.isRunning = true;
  const { opened, open } = gate();
  app.connections = [
    async (told) => {
      await opened;
      app.results.push(...numbered([failed, { type: "complete", totalPanels: 2, failedPanels: [0] }], 7));
      app.isRunning = false;
      told.rest();
    },
  ];
  const end = store.retry();
  await until(() => store.state.isGenerating && store.state.connection, "the drawing to go on");
  assert.deepEqual([store.state.failures, store.state.error], [{}, null]);
  open();
  await end;

  assert.deepEqual(app.asked("POST"), [`POST /api/generations/${ID}/retry`]);
  assert.equal(store.state.failures[itemKey("panel", 0)]?.category, "content");
});

test("a redo sends the wish and shows the new version", async () => {
  const store = page();
  await store.open(ID);
  app.results.push(...numbered([{ ...wholeStory()[4], version: 2 }, { type: "complete", totalPanels: 2 }], 7));
  await store.redo("panel", 0, "More rain.");

  assert.equal(app.asked("POST")[0], `POST /api/generations/${ID}/panels/0/regenerate`);
  assert.deepEqual(Object.keys(store.state.generatedPanels[0]?.versions ?? {}), ["1", "2"]);
  assert.deepEqual([...store.state.fresh], [itemKey("panel", 0)]);
  assert.equal(store.state.redoing, null);
});

test("an older version stays chosen after a reload, until there is a new one", async () => {
  const first = page();
  app.results.splice(5, 0, ...numbered([{ ...wholeStory()[4], version: 2 }], 6));
  app.results = numbered(app.results);
  await first.open(ID);
  first.choose("panel", 0, 1);
  await until(async () => (await saved.get(ID))?.choices[itemKey("panel", 0)] === 1, "the choice kept");
  const second = page();
  await second.open(ID);
  assert.equal(second.state.choices[itemKey("panel", 0)], 1);

  app.results.push(...numbered([{ ...wholeStory()[4], version: 3 }, { type: "complete", totalPanels: 2 }], 8));
  await second.redo("panel", 0, "");
  assert.equal(second.state.choices[itemKey("panel", 0)], undefined);
});

test("a redo whose answer is lost is looked for before anything else is said", async () => {
  const store = page();
  await store.open(ID);
  app.results.push(...numbered([{ ...wholeStory()[4], version: 2 }, { type: "complete", totalPanels: 2 }], 7));
  app.answers = ["hang up"];
  await store.redo("panel", 0, "");

  assert(store.state.generatedPanels[0]?.versions[2]);
});

test("cancelling asks the app, and its answer is the end", async () => {
  const cancelled = { type: "error", step: "cancelled", message: "Cancelled.", code: "cancelled" };
  app.results = numbered([...wholeStory().slice(0, 4), cancelled]);
  app.isRunning = true;
  const { opened, open } = gate();
  app.connections = [
    async (told) => {
      told.upTo(4);
      await opened;
      told.rest();
    },
  ];
  const store = page();
  const end = generate(store);
  await until(() => store.state.generatedPanels[1], "the first panel");
  await store.cancel();
  open();
  await end;

  assert.deepEqual(app.asked(`POST /api/generations/${ID}`), [`POST /api/generations/${ID}/cancel`]);
  assert.deepEqual([store.state.outcome, store.state.isGenerating], ["cancelled", false]);
  assert.deepEqual(numbers(store.state), [undefined, 2]);
});

const cancels = () => app.asked("POST /api/generate-manga-stream/cancel");
const SILENT = { silent: true };

test("a cancel before the first answer cancels the start by its key, and its story can be sent as a new one", async () => {
  app.answers = [SILENT];
  const store = page();
  const end = generate(store);
  await until(() => app.requests.length === 1, "the start");
  await store.cancel();
  await end;

  assert.deepEqual(app.cancelledKeys, [app.startKeys[0]]);
  assert.deepEqual([store.state.isGenerating, store.state.startKey, store.state.error], [false, null, null]);
  assert.deepEqual(await saved.starts(), []);
  await generate(store);
  assert.notEqual(app.startKeys[1], app.startKeys[0]);
});

test("a cancel before the first answer is sent until the app has answered it", async () => {
  const away = { status: 503, body: { error: "Later.", code: "storage-unavailable" } };
  app.answers = [SILENT, "hang up", away, "hang up"];
  const store = page();
  void generate(store);
  await until(() => app.requests.length === 1, "the start");
  const waking = setInterval(() => store.wake(), 5);
  await store.cancel();
  clearInterval(waking);

  assert.equal(cancels().length, 4);
  assert.deepEqual(app.cancelledKeys, app.startKeys);
});

test("a cancel that could not be sent is sent by the next visit, and its start never again", async () => {
  app.answers = [SILENT, "hang up"];
  const first = page();
  void generate(first);
  await until(() => app.requests.length === 1, "the start");
  const cancelled = first.cancel();
  await until(async () => cancels().length === 1 && (await saved.starts())[0]?.isCancelled, "a cancel that is kept");

  const second = page();
  assert.equal(await second.resumeStart(app.startKeys[0]), false);
  await second.resumeCancels();

  assert.deepEqual(app.cancelledKeys, app.startKeys);
  first.wake();
  await cancelled;
});

test("a start that was cancelled while its answer came is not taken for a comic", async () => {
  const start = { key: "key-1", body: "{}", told: { story: "Das Meer.", style: "manga", noDialogue: false } };
  await saved.keepStart(start);
  await saved.keepCancel(start);
  await saved.startBecame(start, ID);

  assert.deepEqual(await saved.all(), []);
  assert.equal((await saved.starts())[0]?.isCancelled, true);
});

test("a cancel that the app refuses for good ends", async () => {
  app.answers = [SILENT, { status: 409, body: { error: "It has ended.", code: "conflict" } }];
  const store = page();
  void generate(store);
  await until(() => app.requests.length === 1, "the start");
  await store.cancel();

  assert.equal(cancels().length, 1);
  assert.deepEqual(await saved.starts(), []);
});

test("a start of an earlier visit can be cancelled", async () => {
  const start = { key: "key-1", body: "{}", told: { story: "Das Meer.", style: "manga", noDialogue: false } };
  await saved.keepStart(start);
  await page().cancelStart(start);

  assert.deepEqual(app.cancelledKeys, ["key-1"]);
  assert.deepEqual(await saved.starts(), []);
});

test("a start that is cancelled twice is cancelled once, and kept until the app has answered", async () => {
  const { opened, open } = gate();
  const sent = [];
  const canceller = new StartCanceller({ cancelStart: (key) => (sent.push(key), opened) }, saved);
  const start = { key: "key-1", told: { story: "Das Meer.", style: "manga", noDialogue: false } };
  const answered = Promise.all([canceller.cancel(start), canceller.cancel(start)]);
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual((await saved.starts()).map(({ key, isCancelled }) => [key, isCancelled]), [["key-1", true]]);
  open();
  await answered;
  assert.deepEqual(sent, ["key-1"]);
  assert.deepEqual(await saved.starts(), []);
});

test("what can't be done now says so and changes nothing", async () => {
  const store = page();
  await store.open(ID);
  app.answers = [{ status: 409, body: { error: "Nothing is missing.", code: "nothing-to-do" } }];
  await store.retry();

  assert.equal(store.state.notice, "Nothing is missing.");
  assert.equal(store.state.outcome, "complete");
});

test("a deleted comic is gone from here, too", async () => {
  const store = page();
  await store.open(ID);
  await kept(6);
  assert.equal(await store.remove(), true);

  assert.equal(await saved.get(ID), null);
  assert.equal(store.state.generationId, null);
});

test("a section that was closed by hand stays closed", async () => {
  const store = page();
  app.isRunning = true;
  const { opened, open } = gate();
  app.connections = [
    async (told) => {
      told.upTo(3);
      await opened;
      told.rest();
    },
  ];
  const end = generate(store);
  await until(() => store.state.openAccordions.has("panels"), "an open section");
  store.setAccordion("panels", false);
  open();
  await end;

  assert.equal(store.state.openAccordions.has("panels"), false);
  store.setAccordion("panels", true);
  assert.equal(store.state.openAccordions.has("panels"), true);
});

test("what is counted holds no word of the story", async () => {
  await generate(page());

  assert.deepEqual(
    events.map((event) => event.action),
    ["start_generation_stream", "time_to_first_panel", "generate_manga", "total_generation_time"],
  );
  assert.doesNotMatch(JSON.stringify(events), /Meer|Mira|Scene/);
});

test("another comic that is opened meanwhile gets nothing of the one before", async () => {
  const { opened, open } = gate();
  app.isRunning = true;
  app.connections = [
    async (told) => {
      told.upTo(2);
      await opened;
      told.rest();
    },
  ];
  const store = page();
  const end = generate(store);
  await until(() => store.state.storyBreakdown, "the script");
  store.clearResults();
  open();
  await end;

  assert.equal(store.state.generationId, null);
  assert.deepEqual(store.state.generatedPanels, []);
});

test("a comic that is left before it was found shows nothing of itself", async () => {
  await page().open(ID);
  await kept(6);
  const store = page();
  const opened = store.open(ID);
  store.clearResults();
  await opened;

  assert.equal(store.state.generationId, null);
  assert.deepEqual(store.state.generatedPanels, []);
});

test("a story that is left before it was sent is not sent", async () => {
  const store = page();
  const end = generate(store);
  store.clearResults();
  await end;

  assert.deepEqual(app.requests, []);
  assert.deepEqual(await saved.starts(), []);
});

test("a redo that ends when another comic is shown changes nothing of that one", async () => {
  const { opened, open } = gate();
  const store = page();
  await store.open(ID);
  app.isRunning = true;
  app.connections = [
    async (told) => {
      await opened;
      told.rest();
    },
  ];
  const redone = store.redo("panel", 0, "");
  await until(() => store.state.connection, "the drawing to go on");
  store.clearResults();
  open();
  await redone;

  assert.equal(store.state.generationId, null);
  assert.equal(store.state.notice, null);
});
