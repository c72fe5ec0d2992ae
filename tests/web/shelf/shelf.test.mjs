/** What the shelf says of a comic. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { AccessKey } from "../../../web/assets/net/access_key.js";
import { Refused } from "../../../web/assets/net/refused.js";
import { Shelf } from "../../../web/assets/shelf/shelf.js";
import { entryOf, matches, updated } from "../../../web/assets/shelf/shelf_entry.js";
import { KnownComics } from "../../../web/assets/shelf/known_comics.js";
import { LocalValue } from "../../../web/assets/storage/local_value.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { askToKeep } from "../../../web/assets/storage/persistence.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { Thumbnails } from "../../../web/assets/shelf/thumbnails.js";
import { DENIED_STORAGE, ID, memoryStorage, numbered, savedGeneration, ScriptedApp, wholeStory } from "../scripted_app.mjs";

const IMAGES = `/api/generations/${ID}/images`;
const [COVER, SECOND] = [`${IMAGES}/panels/0/1`, `${IMAGES}/panels/1/1`];
const STORED = new Set([COVER, SECOND]);
const USAGE = { calls: 5, inputTokens: 1, outputTokens: 1, images: 3, price: 0.75, currency: "USD" };

/** A stored comic with these messages. */
function comic(messages, changes = {}) {
  return { ...savedGeneration(0), messages: numbered(messages), cursor: messages.length, openedAt: 1, ...changes };
}

const [analysis, chunks, character, second, first] = wholeStory();
const stateOf = (...messages) => entryOf(comic(messages), STORED).state;

test("a finished comic has its cover, its panels and its price", () => {
  const complete = { type: "complete", totalPanels: 2, usage: USAGE };
  const entry = entryOf(comic([analysis, chunks, character, second, first, complete], { title: "Das Meer" }), STORED);

  assert.deepEqual(entry, {
    id: ID, name: "Das Meer", story: "Das Meer.", openedAt: 1, cover: COVER, done: 2, total: 2, price: 0.75,
    state: "complete",
    chapters: [],
  });
});

test("the cost that the app has told counts, and test pictures are free", () => {
  const cost = { calls: 5, tokens: 2, images: 3, price: 1.5, isFree: false, parts: {} };
  assert.equal(entryOf(comic(wholeStory(), { cost }), STORED).price, 1.5);
  assert.equal(entryOf(comic(wholeStory(), { cost: { ...cost, isFree: true } }), STORED).price, "free");
  assert.equal(entryOf(comic(wholeStory(), { cost: { ...cost, price: null } }), STORED).price, null);
});

test("the state is told for every end", () => {
  const complete = { type: "complete", totalPanels: 2 };
  assert.equal(stateOf(), "drawing");
  assert.equal(stateOf(analysis, chunks, first), "drawing");
  assert.equal(stateOf(analysis, chunks, character, first, complete), "incomplete");
  assert.equal(stateOf(analysis, chunks, first, second, complete), "incomplete");
  assert.equal(stateOf(analysis, chunks, { ...complete, stoppedAfter: "plan" }), "planned");
  assert.equal(stateOf(analysis, chunks, character, first, { ...complete, stoppedAfter: "plan" }), "incomplete");
  assert.equal(stateOf(analysis, { type: "error", step: "cancelled", message: "" }), "cancelled");
  assert.equal(stateOf({ type: "error", step: "critical", message: "" }), "failed");
});

test("the cover is the chosen version of the first panel", () => {
  const again = { ...first, version: 2, data: { ...first.data, image: `${IMAGES}/panels/0/2` } };
  const messages = [analysis, chunks, first, again];

  assert.equal(entryOf(comic(messages), STORED).cover, `${IMAGES}/panels/0/2`);
  assert.equal(entryOf(comic(messages, { choices: { "panel 0": 1 } }), STORED).cover, COVER);
});

test("a comic without its images on this device is absent, and expired if the app has it no longer", () => {
  const entry = entryOf(comic(wholeStory()), new Set([COVER]));
  assert.equal(entry.state, "absent");
  const answer = { status: "completed", lastSeq: 6, usage: USAGE, progress: { panels: { done: 2, total: 2 } } };
  assert.deepEqual([updated(entry, answer).state, updated(entry, answer).price], ["absent", 0.75]);

  assert.equal(updated(entry, "gone").state, "expired");
});

test("a comic that was drawn while the page was closed is told with the app's progress", () => {
  const entry = entryOf(comic([analysis, chunks, first]), STORED);
  const running = updated(entry, { status: "running", lastSeq: 5, progress: { panels: { done: 2, total: 2 } } });
  assert.deepEqual([running.state, running.done], ["drawing", 2]);

  assert.equal(updated(entry, { status: "completed", lastSeq: 6 }).state, "absent");
});

test("a search finds words of title and story in any case and order", () => {
  const entry = { name: "Über das Meer", story: "Mira lief zum Hafen." };

  assert.equal(matches(entry, ""), true);
  assert.equal(matches(entry, "  HAFEN uber "), true);
  assert.equal(matches(entry, "hafen berg"), false);
});

test("comics that the browser has removed are listed by name, unless the user has deleted them", async () => {
  const names = new LocalValue(memoryStorage(), "comics");
  const other = "a".repeat(32);
  const answers = async (id) => {
    if (id === ID) throw new Refused({ status: 410, code: "expired", message: "" });
    throw new TypeError("offline");
  };
  const shelfOf = (tables) =>
    new Shelf({ peek: answers }, new SavedGenerations(tables), tables, new KnownComics(names));
  const before = createMemoryTables();
  await new SavedGenerations(before).save({ ...savedGeneration(6), title: "Das Meer" });
  await new SavedGenerations(before).save({ ...savedGeneration(6), id: other, title: "Der Berg" });
  await shelfOf(before).load();

  const emptied = createMemoryTables();
  const shelf = shelfOf(emptied);
  const { entries } = await shelf.load();
  assert.deepEqual(entries.map(({ name, state }) => [name, state]).sort(), [["Das Meer", "absent"], ["Der Berg", "absent"]]);
  assert.equal(await shelf.ask(ID), "gone");
  assert.equal(await shelf.ask(other), null);

  await new SavedGenerations(emptied).markDeleted(ID, Date.now() + 1000);
  assert.deepEqual((await shelf.load()).entries.map(({ id }) => id), [other]);
});

test("the shelf does not ask the user for an access key", async () => {
  const app = await new ScriptedApp().start();
  try {
    const asked = [];
    const client = (value) =>
      app.client(new AccessKey(new LocalValue(memoryStorage({ key: value }), "key"), async () => void asked.push(value)));
    const tables = createMemoryTables();
    const names = new KnownComics(new LocalValue(memoryStorage(), "comics"));
    const shelfWith = (key) => new Shelf(client(key), new SavedGenerations(tables), tables, names);
    app.accessKey = "right";

    assert.equal(await shelfWith("wrong").ask(ID), null);
    assert.equal((await shelfWith("right").ask(ID)).status, "completed");
    assert.deepEqual(asked, []);
  } finally {
    await app.stop();
  }
});

test("damaged names are ignored", () => {
  for (const text of ["{", "null", "{}", '[1, null, {"id": "x"}]']) {
    assert.deepEqual(new KnownComics(new LocalValue(memoryStorage({ comics: text }), "comics")).load(), []);
  }
  const denied = new KnownComics(new LocalValue(DENIED_STORAGE, "comics"));
  denied.save([{ id: ID, name: "Das Meer", openedAt: 1 }]);
  assert.equal(denied.load().length, 1);
});

test("a thumbnail is made once, and deleted with its comic", async () => {
  const tables = createMemoryTables();
  const bytes = new TextEncoder().encode("a large image").buffer;
  await tables.change(["images"], async (transaction) =>
    transaction.put("images", { path: COVER, generationId: ID, bytes, mediaType: "image/png", seenAt: 1 }),
  );
  const made = [];
  const shrink = async (image) => {
    made.push(await image.text());
    return new Blob(["small"], { type: "image/jpeg" });
  };
  const thumbnails = new Thumbnails(tables, shrink);
  const [one, two] = await Promise.all([thumbnails.get(ID, COVER), thumbnails.get(ID, COVER)]);
  assert.equal(await one?.text(), "small");
  assert.equal(two?.type, "image/jpeg");
  assert.deepEqual(made, ["a large image"]);
  assert.equal(await thumbnails.get(ID, SECOND), null);

  await new SavedGenerations(tables).delete(ID);
  assert.deepEqual(await tables.all("images"), []);
});

test("an image that can't be shrunk has no thumbnail, and does not stop the others", async () => {
  const tables = createMemoryTables();
  const row = { generationId: ID, bytes: new ArrayBuffer(1), mediaType: "image/png", seenAt: 1 };
  await tables.change(["images"], async (transaction) => {
    for (const path of [COVER, SECOND]) transaction.put("images", { ...row, path });
  });
  let failures = 1;
  const thumbnails = new Thumbnails(tables, async () => {
    if (failures-- > 0) throw new Error("damaged");
    return new Blob(["small"]);
  });

  const [damaged, other] = await Promise.all([thumbnails.get(ID, COVER), thumbnails.get(ID, SECOND)]);
  assert.equal(damaged, null);
  assert.equal(await other?.text(), "small");
});

test("the browser is asked once to keep the data, and need not have that permission", async () => {
  let asked = 0;
  const storage = { persisted: async () => asked > 0, persist: async () => ++asked > 0 };
  assert.equal(await askToKeep(storage), true);
  assert.equal(await askToKeep(storage), true);
  assert.equal(asked, 1);

  assert.equal(await askToKeep(undefined), false);
  assert.equal(await askToKeep({ persisted: async () => Promise.reject(new TypeError("denied")) }), false);
});
