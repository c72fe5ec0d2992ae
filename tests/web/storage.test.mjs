import assert from "node:assert/strict";
import { test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { ImageCache } from "../../web/assets/storage/image_cache.js";
import { openIndexedTables } from "../../web/assets/storage/indexed_tables.js";
import { openLastingTables, withMemory } from "../../web/assets/storage/lasting_tables.js";
import { createMemoryTables } from "../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../web/assets/storage/saved_generations.js";
import { ID, numbered, wholeStory } from "./scripted_app.mjs";
import { until } from "./waiting.mjs";

const TOLD = { story: "Das Meer.", style: "manga", noDialogue: false };
const START = { key: "key-1", body: '{"story":"Das Meer."}', told: TOLD };

function generation(count) {
  const messages = numbered(wholeStory()).slice(0, count);
  return { id: ID, told: TOLD, style: "manga", title: null, messages, cursor: count, choices: {} };
}

/** A disk on which every change fails. */
function brokenDisk(tables, error) {
  return { ...tables, change: async () => Promise.reject(error) };
}

const FULL = new DOMException("no room", "QuotaExceededError");

test("results and cursor are there after a reload, and belong together", async () => {
  const factory = new IDBFactory();
  await new SavedGenerations(openLastingTables(factory)).keep(generation(3));
  const kept = await new SavedGenerations(openLastingTables(factory)).get(ID);

  assert.equal(kept?.cursor, 3);
  assert.deepEqual(kept?.messages, numbered(wholeStory()).slice(0, 3));
});

test("a change that fails leaves nothing of itself", async () => {
  const tables = await openIndexedTables(new IDBFactory());
  await assert.rejects(
    tables.change(["starts", "generations"], async (transaction) => {
      transaction.put("generations", { id: ID });
      await transaction.get("starts", "key-1");
      throw new Error("in the middle");
    }),
    /in the middle/,
  );

  assert.equal(await tables.read("generations", ID), undefined);
});

test("a tab that knows less does not take back what another one has kept", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.keep(generation(5));
  await saved.keep(generation(2));

  assert.equal((await saved.get(ID))?.cursor, 5);
  assert.equal((await saved.get(ID))?.messages.length, 5);
});

test("a start that was answered becomes its generation in one step", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.keepStart(START);
  assert.deepEqual((await saved.starts()).map((start) => start.key), ["key-1"]);
  await saved.startBecame(START, ID);

  assert.deepEqual(await saved.starts(), []);
  assert.deepEqual((await saved.get(ID))?.told, TOLD);
});

test("an answer that comes twice does not take back what has come since", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.startBecame(START, ID);
  await saved.keep(generation(4));
  await saved.startBecame(START, ID);

  assert.equal((await saved.get(ID))?.cursor, 4);
});

test("what a start has become is known by its key, whichever was kept first", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.keep(generation(2));
  await saved.startBecame(START, ID);
  await saved.keep(generation(4));

  assert.equal(await saved.startedAs(START.key), ID);
  assert.equal((await saved.get(ID))?.cursor, 4);
  assert.equal(await saved.startedAs("f".repeat(32)), null);
});

test("comics are listed with the latest first", async () => {
  let now = 0;
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()), () => (now += 1));
  await saved.keep({ ...generation(1), id: "a".repeat(32) });
  await saved.keep({ ...generation(1), id: "b".repeat(32) });
  await saved.keep({ ...generation(2), id: "a".repeat(32) });

  assert.deepEqual((await saved.all()).map((one) => one.id[0]), ["b", "a"]);
});

for (const [name, factory] of [
  ["there is none", undefined],
  ["it refuses", { open: () => { throw new DOMException("private", "SecurityError"); } }],
]) {
  test(`a browser's storage is not needed where ${name}`, async () => {
    const saved = new SavedGenerations(openLastingTables(factory));
    await saved.keep(generation(3));

    assert.equal((await saved.get(ID))?.cursor, 3);
  });
}

test("what a full disk does not take is known as long as the page is open", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  await new SavedGenerations(disk).keep(generation(1));
  const saved = new SavedGenerations(withMemory(brokenDisk(disk, FULL), createMemoryTables()));
  await saved.keep({ ...generation(2), told: null });

  assert.equal((await saved.get(ID))?.cursor, 2);
  assert.deepEqual((await saved.get(ID))?.told, TOLD, "what is on the disk is still read");
  assert.deepEqual((await saved.all()).map((one) => one.cursor), [2]);
});

test("a disk that has room again is the truth again", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  let isBroken = true;
  const flaky = { ...disk, change: (...all) => (isBroken ? Promise.reject(FULL) : disk.change(...all)) };
  const saved = new SavedGenerations(withMemory(flaky, createMemoryTables()));
  await saved.keep(generation(2));
  isBroken = false;
  await saved.keep(generation(3));

  assert.equal((await saved.get(ID))?.cursor, 3);
  assert.equal((await new SavedGenerations(disk).get(ID))?.cursor, 3);
});

test("a full disk loses the images that were seen longest ago", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  for (const seenAt of [3, 1, 2, 4]) {
    await disk.change(["images"], async (transaction) => transaction.put("images", { path: `/${seenAt}`, seenAt }));
  }
  let failures = 1;
  const tight = { ...disk, change: (...all) => (failures-- > 0 ? Promise.reject(FULL) : disk.change(...all)) };
  const saved = new SavedGenerations(withMemory(tight, createMemoryTables()));
  await saved.keep(generation(2));

  assert.deepEqual((await disk.all("images")).map((image) => image.path).sort(), ["/3", "/4"]);
  assert.equal((await new SavedGenerations(disk).get(ID))?.cursor, 2);
});

test("an image is fetched once, however often and by whomever it is wanted", async () => {
  const factory = new IDBFactory();
  const fetched = [];
  const fetchImage = async (path) => {
    fetched.push(path);
    return new Blob(["picture"], { type: "image/png" });
  };
  const tables = openLastingTables(factory);
  const cache = new ImageCache(tables, fetchImage);
  await Promise.all([cache.get(ID, "/a"), cache.get(ID, "/a")]);
  await until(() => tables.read("images", "/a"), "the image kept");
  const later = await new ImageCache(openLastingTables(factory), fetchImage).get(ID, "/a");

  assert.deepEqual(fetched, ["/a"]);
  assert.equal(later.type, "image/png");
  assert.equal(await later.text(), "picture");
});

test("an image that could not be fetched is fetched the next time", async () => {
  let isAway = true;
  const cache = new ImageCache(createMemoryTables(), async () => {
    if (isAway) throw new TypeError("away");
    return new Blob(["picture"]);
  });
  await assert.rejects(cache.get(ID, "/a"), TypeError);
  isAway = false;

  assert.equal(await (await cache.get(ID, "/a")).text(), "picture");
});

test("few images are fetched at once, and all of them in the end", async () => {
  let running = 0;
  let most = 0;
  const cache = new ImageCache(createMemoryTables(), async (path) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (path === "/3") throw new TypeError("away");
    return new Blob([path]);
  });
  const images = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => cache.get(ID, `/${index}`)));

  assert.equal(images.filter((image) => image.status === "fulfilled").length, 11);
  assert.equal(most, 4);
});

test("a forgotten comic takes its images along, and no others", async () => {
  const tables = createMemoryTables();
  const saved = new SavedGenerations(tables);
  const cache = new ImageCache(tables, async () => new Blob(["picture"]));
  await saved.keep(generation(1));
  await Promise.all([cache.get(ID, "/mine"), cache.get("other", "/other")]);
  await until(async () => (await tables.all("images")).length === 2, "both images kept");
  await saved.forget(ID);

  assert.equal(await saved.get(ID), null);
  assert.deepEqual((await tables.all("images")).map((image) => image.path), ["/other"]);
});
