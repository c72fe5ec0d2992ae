import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../../web/assets/analytics.js";
import { shownOf } from "../../../web/assets/comic/image_info.js";
import { StoredInstructions } from "../../../web/assets/comic/stored_instructions.js";
import { VersionChooser } from "../../../web/assets/comic/version_chooser.js";
import { itemKey } from "../../../web/assets/state/generation_state.js";
import { GenerationStore } from "../../../web/assets/state/generation_store.js";
import { LocalValue } from "../../../web/assets/storage/local_value.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { DENIED_STORAGE, ID, memoryStorage, OUTAGE, ScriptedApp } from "../scripted_app.mjs";
import { gate, never, until } from "../waiting.mjs";

/** @type {ScriptedApp} */
let app;
let stores = [];
beforeEach(async () => {
  app = await new ScriptedApp().start();
  app.redraw(2);
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.clearResults();
  await app.stop();
});

function page(saved = new SavedGenerations(createMemoryTables())) {
  const store = new GenerationStore(app.client(), saved, new Analytics(null));
  stores.push(store);
  return store;
}

/** Open a page on the generation, whose first panel has two versions. */
async function opened(saved) {
  const store = page(saved);
  await store.open(ID);
  return { store, chooser: new VersionChooser(app.client(), store) };
}

const used = (store) => shownOf(store.state, "panel", 0).version;

test("a chosen version is used at once and stored with the generation", async () => {
  const { store, chooser } = await opened();
  assert.equal(used(store), 2);
  const answered = chooser.choose("panel", 0, 1);
  assert.equal(used(store), 1);
  await answered;

  assert.deepEqual(app.asked("PUT"), [`PUT /api/generations/${ID}/panels/0/version`]);
  assert.deepEqual(app.choices, { panels: { 0: 1 } });
});

test("another device uses the chosen version, and an open page when it is refreshed", async () => {
  const other = await opened();
  const { chooser } = await opened();
  await chooser.choose("panel", 0, 1);
  assert.equal(used((await opened()).store), 1);

  assert.equal(used(other.store), 2);
  await other.store.refresh();
  assert.equal(used(other.store), 1);
});

test("a choice that the app refuses goes back and says why", async () => {
  const { store, chooser } = await opened();
  app.answers = [OUTAGE];
  await chooser.choose("panel", 0, 1);

  const { version, notice } = shownOf(store.state, "panel", 0);
  assert.equal(version, 2);
  assert.match(notice, /^Version 2 is still used\. Later\./);
  await chooser.choose("panel", 0, 1);
  assert.equal(shownOf(store.state, "panel", 0).notice, "");
});

test("a choice without a network goes back and says why", async () => {
  const { store, chooser } = await opened();
  app.answers = ["hang up"];
  await chooser.choose("panel", 0, 1);

  assert.equal(used(store), 2);
  assert.match(shownOf(store.state, "panel", 0).notice, /can't be reached/);
});

for (const [versions, sent] of [
  [[1, 2], 2],
  [[1, 2, 1], 1],
]) {
  test(`of the choices ${versions} in quick succession the last one counts, after ${sent} requests`, async () => {
    app.redraw(3);
    const { store, chooser } = await opened();
    await Promise.all(versions.map((version) => chooser.choose("panel", 0, version)));

    assert.equal(used(store), versions.at(-1));
    assert.deepEqual(app.choices, { panels: { 0: versions.at(-1) } });
    assert.equal(app.asked("PUT").length, sent);
  });
}

test("downloads wait until the app has the choice", async () => {
  const { chooser } = await opened();
  void chooser.choose("panel", 0, 1);
  await chooser.settled();

  assert.deepEqual(app.choices, { panels: { 0: 1 } });
});

test("a choice survives the replay of the results before it, and a later version replaces it", async () => {
  app.choices = { panels: { 0: 1 } };
  const store = page();
  const drawing = gate();
  const replayed = app.results.length;
  app.isRunning = true;
  app.connections = [
    async (stream) => {
      stream.upTo(replayed);
      await drawing.opened;
      stream.upTo(replayed + 1);
      await never();
    },
  ];
  void store.open(ID);
  await until(() => store.state.generatedPanels[0]?.versions[2], "the replayed version");
  assert.equal(used(store), 1);

  app.redraw(3);
  drawing.open();
  await until(() => store.state.generatedPanels[0]?.versions[3], "the later version");
  assert.equal(used(store), 3);
});

test("an answer that is older than the page's results changes no version", async () => {
  const { store } = await opened();
  app.choices = { panels: { 0: 1 } };
  app.state = { lastSeq: 3 };
  await store.refresh();

  assert.equal(used(store), 2);
});

test("a choice is used without a network after a reload", async () => {
  const saved = new SavedGenerations(createMemoryTables());
  const { chooser } = await opened(saved);
  await chooser.choose("panel", 0, 1);
  await until(async () => (await saved.get(ID))?.choices[itemKey("panel", 0)] === 1, "the stored choice");
  app.answers = ["hang up"];

  assert.equal(used((await opened(saved)).store), 1);
});

test("a page that chooses while the app is asked keeps its choice", async () => {
  const { store, chooser } = await opened();
  const refreshed = store.refresh();
  const answered = chooser.choose("panel", 0, 1);
  await Promise.all([refreshed, answered]);

  assert.equal(used(store), 1);
});

test("a redo whose answer is lost, but which is drawn, has no notice", async () => {
  const { store } = await opened();
  app.redraw(3);
  app.answers = ["hang up"];
  await store.redo("panel", 0, "");

  assert.equal(used(store), 3);
  assert.equal(shownOf(store.state, "panel", 0).notice, "");
});

test("a refused redo says why at its image", async () => {
  const { store } = await opened();
  app.answers = [OUTAGE];
  await store.redo("panel", 0, "More rain.");

  assert.match(shownOf(store.state, "panel", 0).notice, /Later\./);
  assert.equal(shownOf(store.state, "panel", 1).notice, "");
});

test("a shared comic has a link until the user stops sharing it", async () => {
  const { store } = await opened();
  assert.equal(store.state.share, null);
  const share = await store.share();

  assert.equal(share?.url, "/c/token");
  assert.deepEqual((await opened()).store.state.share, share);
  await store.stopSharing();
  assert.equal(store.state.share, null);
  assert.equal((await opened()).store.state.share, null);
});

const KEY = itemKey("panel", 0);
const storedIn = (storage) => new StoredInstructions(new LocalValue(storage, "instructions"));

test("instructions are kept for their image after a reload", () => {
  const storage = memoryStorage();
  storedIn(storage).write(ID, KEY, "More rain.");

  assert.equal(storedIn(storage).text(ID, KEY, 1), "More rain.");
  assert.equal(storedIn(storage).text(ID, itemKey("panel", 1), 1), "");
  assert.equal(storedIn(storage).text("f".repeat(32), KEY, 1), "");
});

test("sent instructions are kept until there is a later version", () => {
  const storage = memoryStorage();
  storedIn(storage).send(ID, KEY, "More rain.", 1);

  assert.equal(storedIn(storage).text(ID, KEY, 1), "More rain.");
  assert.equal(storedIn(storage).text(ID, KEY, 2), "");
});

test("instructions that are written after a redo are kept", () => {
  const stored = storedIn(memoryStorage());
  stored.send(ID, KEY, "More rain.", 1);
  stored.write(ID, KEY, "Less rain.");

  assert.equal(stored.text(ID, KEY, 2), "Less rain.");
});

test("cleared instructions are gone, and only the latest ones are kept", () => {
  const storage = memoryStorage();
  const stored = storedIn(storage);
  stored.write(ID, KEY, "More rain.");
  stored.write(ID, KEY, "");
  assert.equal(stored.text(ID, KEY, 1), "");

  for (let index = 0; index < 60; index += 1) stored.write(ID, itemKey("panel", index), `Rain ${index}`);
  assert.equal(stored.text(ID, itemKey("panel", 59), 1), "Rain 59");
  assert.equal(stored.text(ID, itemKey("panel", 9), 1), "");
});

test("instructions that can't be stored are kept as long as the page", () => {
  const stored = storedIn(DENIED_STORAGE);
  stored.write(ID, KEY, "More rain.");
  assert.equal(stored.text(ID, KEY, 1), "More rain.");
  assert.equal(storedIn(memoryStorage({ instructions: "{broken" })).text(ID, KEY, 1), "");
  assert.equal(storedIn(memoryStorage({ instructions: '[null, ["a", 1], 3]' })).text(ID, KEY, 1), "");
});
