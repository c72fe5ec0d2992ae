/** Deletion with undo, across closed pages, several tabs and outages. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { Deleter } from "../../../web/assets/shelf/deleter.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { ID, OUTAGE, savedGeneration, ScriptedApp } from "../scripted_app.mjs";
import { gate, until } from "../waiting.mjs";

const OTHER_ID = "f".repeat(32);
const LONG_MS = 3_600_000;
const DELETE = `DELETE /api/generations/${ID}`;
const ignore = () => undefined;

/** @type {ScriptedApp} */
let app;
let tables;
let saved;

before(async () => {
  app = await new ScriptedApp().start();
});
after(() => app.stop());
beforeEach(async () => {
  app.requests.length = 0;
  app.answers.length = 0;
  tables = createMemoryTables();
  saved = new SavedGenerations(tables);
  await saved.save(savedGeneration(6));
});

/** A tab that has the page open. */
const tab = (undoMs = LONG_MS) => new Deleter(app.client(), saved, undoMs);
const deletes = () => app.asked(DELETE).length;
const isForgotten = async () => typeof (await tables.read("generations", ID))?.deletedAt === "number";

test("a deleted comic disappears immediately, and is deleted when it can't be undone any more", async () => {
  const ended = [];
  const deleting = tab(1).delete(ID, () => ended.push(ID));
  await deleting;

  assert.deepEqual(await saved.all(), []);
  assert.equal(await saved.get(ID), null);
  await until(isForgotten, "the deletion");
  assert.equal(deletes(), 1);
  assert.deepEqual(ended, [ID]);
});

test("an undone deletion deletes nothing, then or later", async () => {
  const page = tab();
  await page.delete(ID, ignore);
  assert.equal(await page.undo(ID), true);
  page.leave();
  await tab().resume();

  assert.equal((await saved.get(ID))?.cursor, 6);
  assert.deepEqual(await saved.marked(), []);
  assert.equal(deletes(), 0);
});

test("an undone deletion is not sent when its time is over, but another one is", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const sent = [];
  const { opened, open } = gate();
  const api = {
    delete: async (id) => {
      sent.push(id);
      open();
    },
  };
  const page = new Deleter(api, saved, LONG_MS);
  await saved.save({ ...savedGeneration(6), id: OTHER_ID });
  await page.delete(ID, ignore);
  await page.delete(OTHER_ID, ignore);
  await page.undo(ID);

  t.mock.timers.tick(2 * LONG_MS);

  await opened;
  await setImmediate();
  assert.deepEqual(sent, [OTHER_ID]);
  assert.notEqual(await saved.get(ID), null);
});

test("leaving the page ends the offer and sends the deletion", async () => {
  const ended = [];
  const page = tab();
  await page.delete(ID, () => ended.push(ID));
  page.leave();

  assert.deepEqual(ended, [ID]);
  assert.equal(await page.undo(ID), false);
  await until(isForgotten, "the deletion");
  assert.equal(deletes(), 1);
});

test("the next visit carries out what a crashed page has not", async () => {
  await saved.markDeleted(ID, Date.now() - 1);
  assert.deepEqual(await saved.all(), []);
  await tab().resume();

  await until(isForgotten, "the deletion");
  assert.equal(deletes(), 1);
});

test("another tab does not delete what can still be undone", async () => {
  const page = tab(300);
  await page.delete(ID, ignore);
  await tab().resume();
  assert.equal(await page.undo(ID), true);
  const { undoUntil } = (await tables.read("generations", ID)) ?? {};
  await until(() => Date.now() > (undoUntil ?? 0) + 300, "the end of the offer");

  assert.equal(deletes(), 0);
  assert.equal((await saved.get(ID))?.cursor, 6);
});

test("a deletion during an outage is repeated until the app has answered", async () => {
  app.answers.push({ ...OUTAGE, headers: { "Retry-After": "0" } }, "hang up");
  const page = tab(1);
  await page.delete(ID, ignore);
  await until(async () => (page.wake(), await isForgotten()), "the deletion");

  assert.equal(deletes(), 3);
});

test("a comic that the app does not have is forgotten", async () => {
  app.answers.push({ status: 410, body: { error: "Expired.", code: "expired" } });
  await tab(1).delete(ID, ignore);

  await until(isForgotten, "the deletion");
});

test("no other tab stores a deleted comic again", async () => {
  await saved.delete(ID);
  await saved.save(savedGeneration(6));
  await saved.replaceStart({ key: "key-1", body: "{}", request: savedGeneration(1).request }, ID);

  assert.deepEqual(await saved.all(), []);
  assert.deepEqual((await saved.overview()).deletedIds, [ID]);
});

test("results that arrive meanwhile are there after an undo", async () => {
  await saved.markDeleted(ID, Date.now() + LONG_MS);
  await saved.save({ ...savedGeneration(6), title: "Das Meer" });
  assert.deepEqual(await saved.all(), []);
  assert.equal(await saved.undoDelete(ID), true);

  assert.equal((await saved.get(ID))?.title, "Das Meer");
});

test("marks of deleted comics are removed after a month", async () => {
  let now = 0;
  const later = new SavedGenerations(tables, () => now);
  await later.delete("a".repeat(32));
  now = 31 * 24 * 3_600_000;
  await later.delete("b".repeat(32));

  assert.deepEqual((await later.overview()).deletedIds, ["b".repeat(32)]);
});
