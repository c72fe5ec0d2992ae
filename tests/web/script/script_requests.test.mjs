/** The script between the page and the app. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../../web/assets/analytics.js";
import { Api, exportPath } from "../../../web/assets/net/api.js";
import { Refused } from "../../../web/assets/net/refused.js";
import { isPlanned, isScriptOnly, isWhole } from "../../../web/assets/state/generation_state.js";
import { GenerationStore } from "../../../web/assets/state/generation_store.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { ID, noKey, numbered, ScriptedApp, wholeStory } from "../scripted_app.mjs";
import { until } from "../waiting.mjs";

const [ANALYSIS, CHUNKS, CHARACTER, PANEL_2, PANEL_1, COMPLETE] = wholeStory();
const PLAN = { analysis: ANALYSIS.data, chunks: CHUNKS.data };
const PLANNED = [ANALYSIS, CHUNKS, { ...COMPLETE, stoppedAfter: "plan" }];
const SUBMISSION = { story: "Das Meer ruft.", style: "manga", noDialogue: false, characters: [], settings: [] };

/** @type {ScriptedApp} */
let app;
/** @type {SavedGenerations} */
let saved;
beforeEach(async () => {
  saved = new SavedGenerations(createMemoryTables());
  app = await new ScriptedApp().start();
  app.results = numbered(PLANNED);
});
afterEach(() => app.stop());

/** What the analytics were told. */
const actions = [];
const page = () => new GenerationStore(app.client(), saved, new Analytics(({ action }) => actions.push(action)));

test("a script that is read first is drawn when the user wants it, also after a reload", async () => {
  const store = page();
  await store.generate({ ...SUBMISSION, stopAfter: "plan" });
  assert.equal(app.starts[0].body.stopAfter, "plan");
  assert.equal(actions.includes("generate_manga"), false, "nothing is drawn");
  assert.equal(isPlanned(store.state), true);
  await until(async () => (await saved.get(ID))?.cursor === 3, "3 stored results");

  const reloaded = page();
  await reloaded.open(ID);
  assert.equal(isPlanned(reloaded.state), true);
  app.results.push(...numbered([CHARACTER, PANEL_2, PANEL_1, COMPLETE], 4));
  await reloaded.retry();
  assert.deepEqual([isPlanned(reloaded.state), isWhole(reloaded.state)], [false, true]);
  assert.equal(app.asked(`POST /api/generations/${ID}/retry`).length, 1);
});

test("a script whose drawing is refused waits again, and says why", async () => {
  const store = page();
  await store.open(ID);
  app.answers = [{ status: 429, body: { error: "The limit is reached.", code: "budget-exhausted" } }];
  const drawing = store.retry();
  assert.deepEqual([store.state.isGenerating, isScriptOnly(store.state)], [true, false], "frames appear at once");
  await drawing;

  assert.equal(isPlanned(store.state), true);
  assert.match(store.state.notice ?? "", /The limit is reached/);
});

test("a retry after a failed analysis still stops after the plan", async () => {
  app.results = numbered([{ type: "error", step: "critical", message: "Failed.", code: "model-busy" }]);
  const store = page();
  await store.generate({ ...SUBMISSION, stopAfter: "plan" });
  app.results.push(...numbered(PLANNED, 2));
  app.pauseAfter(3)();
  await store.retry();

  assert.equal(isScriptOnly(store.state), true);
});

test("a script that is still being written is shown like that after a reload", async () => {
  await saved.saveStart({ key: "key-1", body: "{}", request: { ...SUBMISSION, stopAfter: "plan" } });
  await saved.replaceStart({ key: "key-1", body: "{}", request: { ...SUBMISSION, stopAfter: "plan" } }, ID);
  const release = app.pauseAfter(2);
  const store = page();
  const opened = store.open(ID);
  await until(async () => store.state.storyBreakdown !== null, "the script");

  assert.equal(isScriptOnly(store.state), true);
  release();
  await opened;
});

test("chapters are known while the first one is drawn", async () => {
  app.state = { chapters: [{ number: 1, id: ID, title: null, status: "running" }] };
  const release = app.pauseAfter(2);
  const store = page();
  const drawing = store.generate({ ...SUBMISSION, chapters: "auto" });

  await until(async () => store.state.chapters.length === 1, "the chapters");
  assert.equal(store.state.isGenerating, true);
  release();
  await drawing;
});

test("chapters of the app are shown and stored", async () => {
  app.state = { chapters: [{ number: 1, id: ID, title: "Das Meer", status: "completed" }] };
  const store = page();
  await store.generate({ ...SUBMISSION, continues: "a".repeat(32) });

  await until(async () => (await saved.get(ID))?.chapters?.length === 1, "the stored chapters");
  assert.deepEqual(store.state.chapters, app.state.chapters);
  // Without a network, the app tells none.
  await saved.save({ ...(await saved.get(ID)), chapters: [] });
  assert.equal((await saved.get(ID))?.chapters?.length, 1);
});

test("the script is saved only over the version that was edited", async () => {
  const requests = [];
  const answers = [Response.json(PLAN, { headers: { ETag: '"a"' } }), Response.json({ error: "Changed." }, { status: 412 })];
  const api = new Api(noKey(), async (path, init) => (requests.push([init?.method, path, init]), answers.shift() ?? Response.error()));

  const { plan, version } = await api.plan(ID);
  await assert.rejects(api.savePlan(ID, plan, version), (error) => error instanceof Refused && error.status === 412);
  const [method, path, init] = requests[1];
  assert.deepEqual([method, path, init.headers["If-Match"]], ["PUT", `/api/generations/${ID}/plan`, '"a"']);
  assert.deepEqual(JSON.parse(init.body), PLAN);
});

test("an export has all chapters and another language if that is wanted", () => {
  assert.equal(exportPath(ID, "pdf", "rtl"), `/api/generations/${ID}/export?format=pdf&direction=rtl`);
  assert.equal(exportPath(ID, "pdf", "rtl", { hasAllChapters: true }), `/api/generations/${ID}/export?format=pdf&direction=rtl&chapters=all`);
  assert.equal(exportPath(ID, "epub", "ltr", { language: "pt-BR" }), `/api/generations/${ID}/export?format=epub&direction=ltr&lang=pt-BR`);
});
