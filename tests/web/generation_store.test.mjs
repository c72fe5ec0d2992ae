import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../web/assets/analytics.js";
import { itemKey } from "../../web/assets/state/generation_state.js";
import { GenerationStore } from "../../web/assets/state/generation_store.js";
import { StartCanceller } from "../../web/assets/state/start_canceller.js";
import { createMemoryTables } from "../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../web/assets/storage/saved_generations.js";
import { ID, numbered, OUTAGE, REQUEST, ScriptedApp, SILENT, wholeStory } from "./scripted_app.mjs";
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

/** Open another page of this browser. */
function page() {
  const store = new GenerationStore(app.client(), saved, new Analytics((event) => events.push(event)));
  stores.push(store);
  return store;
}

/** Open a page on the generation. */
async function openedPage() {
  const store = page();
  await store.open(ID);
  return store;
}

const generate = (store) => store.generate({ story: "Das Meer ruft.", style: "manga", noDialogue: false, characters: [], settings: [] });
const stored = (cursor) => until(async () => (await saved.get(ID))?.cursor === cursor, `${cursor} stored results`);
const start = { key: "key-1", body: "{}", request: REQUEST };

/** Wake a page again and again until something has ended. */
async function hasten(store, ended) {
  const waking = setInterval(() => store.wake(), 5);
  await ended;
  clearInterval(waking);
}

const follows = () => app.asked("GET /api/generate-manga-stream");
const numbers = (state) => Array.from(state.generatedPanels, (panel) => panel?.panelNumber);

test("a story becomes a comic and is stored", async () => {
  const store = page();
  await generate(store);
  await stored(6);

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

test("images that arrive while the page is open are fresh", async () => {
  const store = page();
  await generate(store);

  assert.deepEqual([...store.state.fresh], [itemKey("character", 0), itemKey("panel", 1), itemKey("panel", 0)]);
});

test("a reload shows stored results, fetches only the rest, and animates none of it", async () => {
  const first = page();
  app.connections = [(stream) => new Promise(() => stream.upTo(4))];
  void generate(first);
  await stored(4);
  first.clearResults();

  app.isRunning = true;
  app.connections = [(stream) => new Promise(() => stream.status("panel"))];
  const second = page();
  void second.open(ID);
  await until(() => second.state.connection?.state === "connected", "a connection");

  assert.deepEqual(numbers(second.state), [undefined, 2]);
  assert.deepEqual(follows(), [`GET /api/generate-manga-stream/${ID}?after=4&images=url`]);
  assert.deepEqual([...second.state.fresh], []);
});

test("stored results are shown without the app, and the rest when it is back", async () => {
  const first = page();
  app.connections = [async (stream) => stream.upTo(4)];
  app.isRunning = true;
  void generate(first);
  await stored(4);
  first.clearResults();

  app.answers = Array.from({ length: 3 }, () => "hang up");
  app.isRunning = false;
  const second = page();
  const opened = second.open(ID);
  await until(() => second.state.generatedPanels[1], "a stored panel");
  await hasten(second, opened);

  assert.deepEqual(numbers(second.state), [1, 2]);
});

test("a comic that is opened during an outage is shown when the app is back", async () => {
  app.answers = [OUTAGE, OUTAGE, OUTAGE];
  const store = page();
  const opened = store.open(ID);
  await until(() => store.state.connection?.state === "waiting", "a delay");
  await hasten(store, opened);

  assert.deepEqual(numbers(store.state), [1, 2]);
  assert.equal(store.state.error, null);
});

test("another device shows the whole comic from its address", async () => {
  const store = await openedPage();
  await stored(6);

  assert.deepEqual(numbers(store.state), [1, 2]);
  assert.equal(store.state.style, "manga");
});

test("a comic that is stored to its end is not followed again", async () => {
  await openedPage();
  await stored(6);
  app.requests = [];
  await openedPage();

  assert.deepEqual(app.requests, [`GET /api/generations/${ID}`]);
});

test("a new round by another reader is shown when the user returns", async () => {
  const store = await openedPage();
  app.redraw(2);
  store.wake();
  await until(() => store.state.generatedPanels[0]?.versions[2], "the second version");

  assert.equal(follows().at(-1), `GET /api/generate-manga-stream/${ID}?after=6&images=url`);
});

test("an unanswered start is sent again after a reload", async () => {
  app.answers = ["hang up"];
  const first = page();
  void generate(first);
  const [start] = await until(async () => (await saved.starts()).length > 0 && saved.starts(), "a stored start");
  await until(() => app.requests.length === 1, "the first attempt");
  first.clearResults();
  const second = page();
  assert.equal(await second.resumeStart(start.key), true);

  assert.equal(app.starts.length, 1);
  assert.equal(app.starts[0]?.key, start.key);
  assert.equal(second.state.generationId, ID);
  assert.deepEqual(await saved.starts(), []);
});

test("a start that was answered during a reload leads to its generation", async () => {
  await generate(page());
  const [start] = app.starts;

  const reloaded = page();
  assert.equal(await reloaded.resumeStart(start?.key ?? ""), true);

  assert.equal(reloaded.state.generationId, ID);
  assert.equal(app.starts.length, 1);
});

test("an unknown start is not resumed", async () => {
  assert.equal(await page().resumeStart("0".repeat(32)), false);
});

test("a refused story says what to change and is not stored", async () => {
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

test("the same story after an internal error uses the same key", async () => {
  const fault = { status: 500, body: { error: "Oh.", code: "internal-error" } };
  app.answers = [fault, fault, fault, fault];
  const store = page();
  await hasten(store, generate(store));
  assert.equal(store.state.error?.category, "app");
  const [before] = await saved.starts();
  await generate(store);

  assert.equal(app.starts[0]?.key, before?.key);
});

test("a deleted comic shows an error and its stored results", async () => {
  await openedPage();
  await stored(6);
  app.answers = [{ status: 404, body: { error: "It was deleted.", code: "not-found" } }];
  const store = await openedPage();

  assert.equal(store.state.error?.category, "gone");
  assert.deepEqual(numbers(store.state), [1, 2]);
});

test("a retried panel has no failure until it fails again", async () => {
  const failed = { type: "error", step: "panel", message: "Blocked.", code: "content-blocked", index: 0 };
  app.results = numbered([...wholeStory().slice(0, 4), failed, { type: "complete", totalPanels: 2, failedPanels: [0] }]);
  const store = await openedPage();
  assert.equal(store.state.failures[itemKey("panel", 0)]?.category, "content");
  const open = app.pauseAfter(6);
  const end = store.retry();
  await until(() => store.state.isGenerating && store.state.connection, "the new round");
  assert.deepEqual([store.state.failures, store.state.error], [{}, null]);
  app.results.push(...numbered([failed, { type: "complete", totalPanels: 2, failedPanels: [0] }], 7));
  open();
  await end;

  assert.deepEqual(app.asked("POST"), [`POST /api/generations/${ID}/retry`]);
  assert.equal(store.state.failures[itemKey("panel", 0)]?.category, "content");
});

test("a redo sends the instructions and shows the new version", async () => {
  const store = await openedPage();
  app.redraw(2);
  await store.redo("panel", 0, "More rain.");

  assert.equal(app.asked("POST")[0], `POST /api/generations/${ID}/panels/0/regenerate`);
  assert.deepEqual(Object.keys(store.state.generatedPanels[0]?.versions ?? {}), ["1", "2"]);
  assert.deepEqual([...store.state.fresh], [itemKey("panel", 0)]);
  assert.equal(store.state.redoing, null);
});

test("a redo whose answer is lost is still followed", async () => {
  const store = await openedPage();
  app.redraw(2);
  app.answers = ["hang up"];
  await store.redo("panel", 0, "");

  assert(store.state.generatedPanels[0]?.versions[2]);
});

test("a cancelled generation ends with the app's cancelled message", async () => {
  const cancelled = { type: "error", step: "cancelled", message: "Cancelled.", code: "cancelled" };
  app.results = numbered([...wholeStory().slice(0, 4), cancelled]);
  const open = app.pauseAfter(4);
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

/** Send a start that gets no answer; the later answers are scripted. */
async function unansweredStart(...answers) {
  app.answers = [SILENT, ...answers];
  const store = page();
  const end = generate(store);
  await until(() => app.requests.length === 1, "the start");
  return { store, end };
}

const cancels = () => app.asked("POST /api/generate-manga-stream/cancel");

test("a cancel before the first answer cancels the start, and the story can be sent as a new one", async () => {
  const { store, end } = await unansweredStart();
  await store.cancel();
  await end;

  assert.deepEqual(app.cancelledKeys, [app.startKeys[0]]);
  assert.deepEqual([store.state.isGenerating, store.state.startKey, store.state.error], [false, null, null]);
  assert.deepEqual(await saved.starts(), []);
  await generate(store);
  assert.notEqual(app.startKeys[1], app.startKeys[0]);
});

test("a cancel before the first answer is repeated until the app answers", async () => {
  const { store } = await unansweredStart("hang up", OUTAGE, "hang up");
  await hasten(store, store.cancel());

  assert.equal(cancels().length, 4);
  assert.deepEqual(app.cancelledKeys, app.startKeys);
});

test("a cancel that could not be sent is sent by the next visit", async () => {
  const { store: first } = await unansweredStart("hang up");
  const cancelled = first.cancel();
  await until(async () => cancels().length === 1 && (await saved.starts())[0]?.isCancelled, "a stored cancel");

  const second = page();
  assert.equal(await second.resumeStart(app.startKeys[0]), false);
  await second.resumeCancels();

  assert.deepEqual(app.cancelledKeys, app.startKeys);
  first.wake();
  await cancelled;
});

test("a start that was cancelled before its answer is not stored as a comic", async () => {
  await saved.saveStart(start);
  await saved.saveCancel(start);
  await saved.replaceStart(start, ID);

  assert.deepEqual(await saved.all(), []);
  assert.equal((await saved.starts())[0]?.isCancelled, true);
});

test("a cancel that the app refuses is not repeated", async () => {
  const { store } = await unansweredStart({ status: 409, body: { error: "It has ended.", code: "conflict" } });
  await store.cancel();

  assert.equal(cancels().length, 1);
  assert.deepEqual(await saved.starts(), []);
});

test("a start of an earlier visit can be cancelled", async () => {
  await saved.saveStart(start);
  await page().cancelStart(start);

  assert.deepEqual(app.cancelledKeys, ["key-1"]);
  assert.deepEqual(await saved.starts(), []);
});

test("a start that is cancelled twice sends one cancel, which is stored until it is answered", async () => {
  const { opened, open } = gate();
  const sent = [];
  const canceller = new StartCanceller({ cancelStart: (key) => (sent.push(key), opened) }, saved);
  const answered = Promise.all([canceller.cancel(start), canceller.cancel(start)]);
  await new Promise((resolve) => setImmediate(resolve));

  assert.deepEqual((await saved.starts()).map(({ key, isCancelled }) => [key, isCancelled]), [["key-1", true]]);
  open();
  await answered;
  assert.deepEqual(sent, ["key-1"]);
  assert.deepEqual(await saved.starts(), []);
});

test("a refused retry shows a notice and changes nothing", async () => {
  const store = await openedPage();
  app.answers = [{ status: 409, body: { error: "Nothing is missing.", code: "nothing-to-do" } }];
  await store.retry();

  assert.equal(store.state.notice, "Nothing is missing.");
  assert.equal(store.state.outcome, "complete");
});

test("deleting a comic also deletes it from this browser", async () => {
  const store = await openedPage();
  await stored(6);
  assert.equal(await store.remove(), true);

  assert.equal(await saved.get(ID), null);
  assert.equal(store.state.generationId, null);
});

test("a section that the user closed stays closed", async () => {
  const store = page();
  const open = app.pauseAfter(3);
  const end = generate(store);
  await until(() => store.state.openAccordions.has("panels"), "an open section");
  store.setAccordion("panels", false);
  open();
  await end;

  assert.equal(store.state.openAccordions.has("panels"), false);
  store.setAccordion("panels", true);
  assert.equal(store.state.openAccordions.has("panels"), true);
});

test("analytics events have no word of the story", async () => {
  await generate(page());

  assert.deepEqual(
    events.map((event) => event.action),
    ["start_generation_stream", "time_to_first_panel", "generate_manga", "total_generation_time"],
  );
  assert.doesNotMatch(JSON.stringify(events), /Meer|Mira|Scene/);
});

test("a comic gets no results of the one before", async () => {
  const open = app.pauseAfter(2);
  const store = page();
  const end = generate(store);
  await until(() => store.state.storyBreakdown, "the script");
  store.clearResults();
  open();
  await end;

  assert.equal(store.state.generationId, null);
  assert.deepEqual(store.state.generatedPanels, []);
});

test("a comic that is left while it loads is not shown", async () => {
  await openedPage();
  await stored(6);
  const store = page();
  const opened = store.open(ID);
  store.clearResults();
  await opened;

  assert.equal(store.state.generationId, null);
  assert.deepEqual(store.state.generatedPanels, []);
});

test("a story that is left before it is sent is not sent", async () => {
  const store = page();
  const end = generate(store);
  store.clearResults();
  await end;

  assert.deepEqual(app.requests, []);
  assert.deepEqual(await saved.starts(), []);
});

test("a redo does not change another comic", async () => {
  const store = await openedPage();
  const open = app.pauseAfter(6);
  const redone = store.redo("panel", 0, "");
  await until(() => store.state.connection, "the new round");
  store.clearResults();
  open();
  await redone;

  assert.equal(store.state.generationId, null);
  assert.equal(store.state.notice, null);
});
