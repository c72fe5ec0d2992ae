import assert from "node:assert/strict";
import { test } from "node:test";

import { IDBFactory } from "fake-indexeddb";

import { ImageCache } from "../../../web/assets/storage/image_cache.js";
import { openIndexedTables } from "../../../web/assets/storage/indexed_tables.js";
import { openLastingTables, withMemory } from "../../../web/assets/storage/lasting_tables.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { thumbnailPath } from "../../../web/assets/storage/tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { ID, numbered, REQUEST, savedGeneration, wholeStory } from "../scripted_app.mjs";
import { until } from "../waiting.mjs";

const START = { key: "key-1", body: '{"story":"Das Meer."}', request: REQUEST };

/** A disk whose changes all fail. */
function brokenDisk(tables, error) {
  return { ...tables, change: async () => Promise.reject(error) };
}

const FULL = new DOMException("no room", "QuotaExceededError");

test("results and cursor are stored together", async () => {
  const factory = new IDBFactory();
  await new SavedGenerations(openLastingTables(factory)).save(savedGeneration(3));
  const stored = await new SavedGenerations(openLastingTables(factory)).get(ID);

  assert.equal(stored?.cursor, 3);
  assert.deepEqual(stored?.messages, numbered(wholeStory()).slice(0, 3));
});

test("a failed change is rolled back", async () => {
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

test("a tab with fewer results does not overwrite another tab's", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.save(savedGeneration(5));
  await saved.save(savedGeneration(2));

  assert.equal((await saved.get(ID))?.cursor, 5);
  assert.equal((await saved.get(ID))?.messages.length, 5);
});

test("an answered start is replaced by its generation", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.saveStart(START);
  assert.deepEqual((await saved.starts()).map((start) => start.key), ["key-1"]);
  await saved.replaceStart(START, ID);

  assert.deepEqual(await saved.starts(), []);
  assert.deepEqual((await saved.get(ID))?.request, REQUEST);
});

test("a repeated answer does not delete later results", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.replaceStart(START, ID);
  await saved.save(savedGeneration(4));
  await saved.replaceStart(START, ID);

  assert.equal((await saved.get(ID))?.cursor, 4);
});

test("a generation is found by the key of its start", async () => {
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()));
  await saved.save(savedGeneration(2));
  await saved.replaceStart(START, ID);
  await saved.save(savedGeneration(4));

  assert.equal(await saved.generationOf(START.key), ID);
  assert.equal((await saved.get(ID))?.cursor, 4);
  assert.equal(await saved.generationOf("f".repeat(32)), null);
});

test("comics are listed with the latest first", async () => {
  let now = 0;
  const saved = new SavedGenerations(openLastingTables(new IDBFactory()), () => (now += 1));
  await saved.save({ ...savedGeneration(1), id: "a".repeat(32) });
  await saved.save({ ...savedGeneration(1), id: "b".repeat(32) });
  await saved.save({ ...savedGeneration(2), id: "a".repeat(32) });

  assert.deepEqual((await saved.all()).map((one) => one.id[0]), ["b", "a"]);
});

test("rows that don't fit on the disk stay in memory", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  await new SavedGenerations(disk).save(savedGeneration(1));
  const saved = new SavedGenerations(withMemory(brokenDisk(disk, FULL), createMemoryTables()));
  await saved.save({ ...savedGeneration(2), request: null });

  assert.equal((await saved.get(ID))?.cursor, 2);
  assert.deepEqual((await saved.get(ID))?.request, REQUEST, "the disk is still read");
  assert.deepEqual((await saved.all()).map((one) => one.cursor), [2]);
});

test("a disk that has room again is used again", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  let isBroken = true;
  const flaky = { ...disk, change: (...all) => (isBroken ? Promise.reject(FULL) : disk.change(...all)) };
  const saved = new SavedGenerations(withMemory(flaky, createMemoryTables()));
  await saved.save(savedGeneration(2));
  isBroken = false;
  await saved.save(savedGeneration(3));

  assert.equal((await saved.get(ID))?.cursor, 3);
  assert.equal((await new SavedGenerations(disk).get(ID))?.cursor, 3);
});

test("a full disk loses its oldest images, and no thumbnail", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  for (const seenAt of [3, 1, 2, 4]) {
    await disk.change(["images"], async (transaction) => transaction.put("images", { path: `/${seenAt}`, seenAt }));
  }
  const thumbnail = { path: thumbnailPath("/1"), seenAt: 0 };
  await disk.change(["images"], async (transaction) => transaction.put("images", thumbnail));
  let failures = 1;
  const tight = { ...disk, change: (...all) => (failures-- > 0 ? Promise.reject(FULL) : disk.change(...all)) };
  const saved = new SavedGenerations(withMemory(tight, createMemoryTables()));
  await saved.save(savedGeneration(2));

  assert.deepEqual((await disk.all("images")).map((image) => image.path).sort(), [thumbnail.path, "/3", "/4"]);
  assert.equal((await new SavedGenerations(disk).get(ID))?.cursor, 2);
});

test("an image is fetched once and cached", async () => {
  const factory = new IDBFactory();
  const fetched = [];
  const fetchImage = async (path) => {
    fetched.push(path);
    return new Blob(["picture"], { type: "image/png" });
  };
  const tables = openLastingTables(factory);
  const cache = new ImageCache(tables, fetchImage);
  await Promise.all([cache.get(ID, "/a"), cache.get(ID, "/a")]);
  await until(() => tables.read("images", "/a"), "the cached image");
  const later = await new ImageCache(openLastingTables(factory), fetchImage).get(ID, "/a");

  assert.deepEqual(fetched, ["/a"]);
  assert.equal(later.type, "image/png");
  assert.equal(await later.text(), "picture");
});

test("a failed fetch of an image is repeated by the next call", async () => {
  let isAway = true;
  const cache = new ImageCache(createMemoryTables(), async () => {
    if (isAway) throw new TypeError("away");
    return new Blob(["picture"]);
  });
  await assert.rejects(cache.get(ID, "/a"), TypeError);
  isAway = false;

  assert.equal(await (await cache.get(ID, "/a")).text(), "picture");
});

test("at most four images are fetched at once", async () => {
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

test("a deleted comic deletes its images and no others", async () => {
  const tables = createMemoryTables();
  const saved = new SavedGenerations(tables);
  const cache = new ImageCache(tables, async () => new Blob(["picture"]));
  await saved.save(savedGeneration(1));
  await Promise.all([cache.get(ID, `/${ID}/mine`), cache.get("other", "/other")]);
  await until(async () => (await tables.all("images")).length === 2, "both cached images");
  await saved.delete(ID);

  assert.equal(await saved.get(ID), null);
  assert.deepEqual((await tables.all("images")).map((image) => image.path), ["/other"]);
});

test("rows of earlier versions of the page, with another name of the request, are read", async () => {
  const tables = createMemoryTables();
  const { request, ...row } = savedGeneration(2);
  await tables.change(["generations", "starts"], async (transaction) => {
    transaction.put("generations", { ...row, told: request });
    transaction.put("starts", { key: "key-1", body: "{}", told: request, sentAt: 1 });
  });
  const saved = new SavedGenerations(tables);

  assert.deepEqual((await saved.get(ID))?.request, REQUEST);
  assert.deepEqual((await saved.start("key-1"))?.request, REQUEST);
});
