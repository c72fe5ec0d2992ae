/** Storage that never answers, and damaged rows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { IDBFactory, IDBObjectStore } from "fake-indexeddb";

import { ImageCache } from "../../../web/assets/storage/image_cache.js";
import { openIndexedTables } from "../../../web/assets/storage/indexed_tables.js";
import { withMemory } from "../../../web/assets/storage/lasting_tables.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { timedTables } from "../../../web/assets/storage/timed_tables.js";
import { TooSlow } from "../../../web/assets/time_limit.js";
import { ID, REQUEST, savedGeneration } from "../scripted_app.mjs";
import { gate, never, until } from "../waiting.mjs";

const SOON_MS = 20;

/** A failing request of IndexedDB. */
function failingRequest() {
  const request = { error: new DOMException("the file is gone", "NotReadableError") };
  setImmediate(() => request.onerror?.());
  return request;
}

test("an overdue call makes others fail immediately until it is answered", async () => {
  const { opened, open } = gate();
  const slow = { ...createMemoryTables(), read: () => opened.then(() => "late") };
  const tables = timedTables(Promise.resolve(slow), SOON_MS);

  await assert.rejects(tables.read("images", "/a"), TooSlow);
  await assert.rejects(tables.read("images", "/a"), /earlier call/);
  open();
  assert.equal(await until(() => tables.read("images", "/a").catch(() => null), "an answer"), "late");
});

test("a row in memory is not overwritten by an older one on disk", async () => {
  const disk = await openIndexedTables(new IDBFactory());
  await new SavedGenerations(disk).save(savedGeneration(1));
  let isBroken = true;
  const flaky = { ...disk, change: (...all) => (isBroken ? Promise.reject(new Error("no")) : disk.change(...all)) };
  const saved = new SavedGenerations(withMemory(flaky, createMemoryTables()));
  await saved.save(savedGeneration(4));
  isBroken = false;
  await saved.replaceStart({ key: "key-1", body: "{}", request: REQUEST }, ID);

  assert.equal((await new SavedGenerations(disk).get(ID))?.cursor, 4);
});

test("one unreadable row does not hide the others", async () => {
  const tables = await openIndexedTables(new IDBFactory());
  const saved = new SavedGenerations(tables);
  for (const id of ["a", "b", "c"]) await saved.save({ ...savedGeneration(1), id });
  const { getAll, get } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.getAll = failingRequest;
  IDBObjectStore.prototype.get = function (key) {
    return key === "b" ? failingRequest() : get.call(this, key);
  };
  try {
    assert.deepEqual((await saved.all()).map((one) => one.id).sort(), ["a", "c"]);
  } finally {
    Object.assign(IDBObjectStore.prototype, { getAll, get });
  }
});

function countedFetch() {
  const fetched = [];
  return { fetched, fetchImage: async (path) => (fetched.push(path), new Blob(["picture"], { type: "image/png" })) };
}

for (const [name, bytes] of [
  ["without its bytes", undefined],
  ["with no bytes", new ArrayBuffer(0)],
]) {
  test(`a cached image ${name} is fetched again and cached`, async () => {
    const tables = createMemoryTables();
    await tables.change(["images"], async (transaction) => transaction.put("images", { path: "/a", bytes }));
    const { fetched, fetchImage } = countedFetch();
    const cache = new ImageCache(tables, fetchImage);

    assert.equal(await (await cache.get(ID, "/a")).text(), "picture");
    assert.deepEqual(fetched, ["/a"]);
    await until(async () => (await tables.read("images", "/a")).bytes?.byteLength === 7, "the cached image");
  });
}

test("an unreadable cached image is fetched again", async () => {
  const disk = { ...createMemoryTables(), read: async () => Promise.reject(new DOMException("gone", "NotReadableError")) };
  const { fetched, fetchImage } = countedFetch();
  const cache = new ImageCache(withMemory(disk, createMemoryTables()), fetchImage);

  assert.equal(await (await cache.get(ID, "/a")).text(), "picture");
  assert.deepEqual(fetched, ["/a"]);
});

test("an image is shown before it is cached", async () => {
  const { fetchImage } = countedFetch();
  const cache = new ImageCache({ ...createMemoryTables(), change: never }, fetchImage);

  assert.equal(await (await cache.get(ID, "/a")).text(), "picture");
});

test("an image that can't be cached is shown", async () => {
  const unreadable = { type: "image/png", arrayBuffer: async () => Promise.reject(new DOMException("gone", "NotReadableError")) };
  const tables = createMemoryTables();
  const cache = new ImageCache(tables, async () => unreadable);

  assert.equal(await cache.get(ID, "/a"), unreadable);
  assert.deepEqual(await tables.all("images"), []);
});

test("a damaged cached image is replaced", async () => {
  const tables = createMemoryTables();
  const bytes = new TextEncoder().encode("garbage").buffer;
  await tables.change(["images"], async (transaction) => transaction.put("images", { path: "/a", bytes, mediaType: "image/png" }));
  const cache = new ImageCache(tables, countedFetch().fetchImage);

  assert.equal(await (await cache.get(ID, "/a")).text(), "garbage");
  assert.equal(await (await cache.refetch(ID, "/a")).text(), "picture");
  await until(async () => (await (await cache.get(ID, "/a")).text()) === "picture", "the cached image");
});

const wholeRow = { ...savedGeneration(3), openedAt: 1, changedAt: 1 };
const DAMAGED_ROWS = {
  "without its messages": { ...wholeRow, messages: undefined },
  "with a gap between its messages": { ...wholeRow, messages: [wholeRow.messages[0], wholeRow.messages[2]], cursor: 2 },
  "whose cursor is ahead of its messages": { ...wholeRow, cursor: 5 },
  "with an invalid message": { ...wholeRow, messages: [wholeRow.messages[0], null, wholeRow.messages[2]] },
  "without its choices": { ...wholeRow, choices: null },
};

for (const [name, row] of Object.entries(DAMAGED_ROWS)) {
  test(`a stored comic ${name} is ignored and replaced`, async () => {
    const tables = createMemoryTables();
    await tables.change(["generations"], async (transaction) => transaction.put("generations", row));
    const saved = new SavedGenerations(tables);

    assert.equal(await saved.get(ID), null);
    assert.deepEqual(await saved.all(), []);
    await saved.save(savedGeneration(1));
    assert.equal((await saved.get(ID))?.cursor, 1);
  });
}

test("a stored start without a body is ignored", async () => {
  const tables = createMemoryTables();
  await tables.change(["starts"], async (transaction) => transaction.put("starts", { key: "key-1", sentAt: 1 }));

  assert.equal(await new SavedGenerations(tables).start("key-1"), null);
  assert.deepEqual(await new SavedGenerations(tables).starts(), []);
});
