/** The page in a browser whose storage throws, never answers or is full. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../../web/assets/analytics.js";
import { GenerationStore } from "../../../web/assets/state/generation_store.js";
import { openLastingTables, withMemory } from "../../../web/assets/storage/lasting_tables.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { timedTables } from "../../../web/assets/storage/timed_tables.js";
import { ID, savedGeneration, ScriptedApp } from "../scripted_app.mjs";
import { never } from "../waiting.mjs";

const SOON_MS = 20;

/** @type {ScriptedApp} */
let app;
beforeEach(async () => {
  app = await new ScriptedApp().start();
});
afterEach(() => app.stop());

/** Tables on a disk with some other calls. */
function tablesWith(calls) {
  const disk = { ...createMemoryTables(), ...calls };
  return withMemory(timedTables(Promise.resolve(disk), SOON_MS), createMemoryTables());
}

const all = (call) => ({ read: call, all: call, change: call });
const failing = (name) => all(async () => Promise.reject(new DOMException("no", name)));
const deny = () => {
  throw new DOMException("no", "SecurityError");
};
const STORAGES = {
  "is missing": () => openLastingTables(undefined),
  "is denied": () => openLastingTables({ open: deny }, SOON_MS),
  "never opens": () => openLastingTables({ open: () => ({}) }, SOON_MS),
  "never reads": () => tablesWith({ read: never }),
  "never lists": () => tablesWith({ all: never }),
  "never writes": () => tablesWith({ change: never }),
  "never completes a transaction": () => tablesWith(all(never)),
  "fails every transaction": () => tablesWith(failing("UnknownError")),
  "is full": () => tablesWith(failing("QuotaExceededError")),
};

for (const [name, tables] of Object.entries(STORAGES)) {
  const page = () => new GenerationStore(app.client(), new SavedGenerations(tables()), new Analytics(() => undefined));

  test(`a comic is stored and deleted in a browser whose storage ${name}`, async () => {
    const saved = new SavedGenerations(tables());
    await saved.save(savedGeneration(3));

    assert.equal((await saved.get(ID))?.cursor ?? null, name === "never reads" ? null : 3);
    // A stored row is unknown while the disk does not answer.
    assert.equal((await saved.all()).length, name === "never reads" || name === "never lists" ? 0 : 1);
    await saved.delete(ID);
    assert.equal(await saved.get(ID), null);
  });

  test(`a story is drawn in a browser whose storage ${name}`, async () => {
    const store = page();
    await store.generate({ story: "Das Meer ruft.", style: "manga", noDialogue: false, characters: [], settings: [] });

    assert.equal(store.state.outcome, "complete");
    assert.equal(store.state.generatedPanels.length, 2);
    assert.equal(app.starts.length, 1);
  });

  test(`a comic is shown by its address in a browser whose storage ${name}`, async () => {
    const store = page();
    await store.open(ID);

    assert.deepEqual(store.state.generatedPanels.map((panel) => panel?.panelNumber), [1, 2]);
  });

  test(`an unknown start is not resumed in a browser whose storage ${name}`, async () => {
    assert.equal(await page().resumeStart("0".repeat(32)), false);
  });
}

test("a comic whose stored row is damaged is loaded from the app", async () => {
  const tables = createMemoryTables();
  await tables.change(["generations"], async (transaction) => transaction.put("generations", { id: ID, messages: [null] }));
  const store = new GenerationStore(app.client(), new SavedGenerations(tables), new Analytics(() => undefined));
  await store.open(ID);

  assert.deepEqual(store.state.generatedPanels.map((panel) => panel?.panelNumber), [1, 2]);
});
