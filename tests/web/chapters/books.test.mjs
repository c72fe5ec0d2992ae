/** Comics as chapters of books. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { booksOf } from "../../../web/assets/shelf/books.js";
import { continuedComic } from "../../../web/assets/shelf/continued_comic.js";
import { entryOf } from "../../../web/assets/shelf/shelf_entry.js";
import { chapterState, nextOf } from "../../../web/assets/views/chapters/chapter_text.js";
import { inWords } from "../../../web/assets/views/chapters/continued_note.js";
import { savedGeneration } from "../scripted_app.mjs";

const chapter = (number, id = `chapter ${number}`, status = "completed") => ({ number, id, title: null, status });
const entry = (id, openedAt, chapters = []) => ({ ...entryOf(savedGeneration(2), new Set()), id, openedAt, chapters });
const shape = (books) => books.map(({ entries, others }) => [entries.map(({ id }) => id), others.map(({ id }) => id)]);

test("a comic without chapters is a book of its own", () => {
  assert.deepEqual(shape(booksOf([entry("a", 2), entry("b", 1)])), [[["a"], []], [["b"], []]]);
});

test("chapters of a book are together, in their order, at the place of the latest", () => {
  const all = [chapter(1), chapter(2), chapter(3)];
  // The first chapter does not know those that came later.
  const entries = [entry("chapter 3", 9, all), entry("x", 8), entry("chapter 1", 7), entry("chapter 2", 6, all.slice(0, 2))];

  assert.deepEqual(shape(booksOf(entries)), [[["chapter 1", "chapter 2", "chapter 3"], []], [["x"], []]]);
});

test("chapters know all others of their book", () => {
  const [book] = booksOf([entry("chapter 2", 2, [chapter(1), chapter(2)]), entry("chapter 1", 1)]);

  assert.deepEqual(book.entries.map(({ chapters }) => chapters.map(({ number }) => number)), [[1, 2], [1, 2]]);
});

test("two known parts of a book become one when a third connects them", () => {
  const entries = [
    entry("chapter 1", 9, [chapter(1)]), entry("chapter 3", 8, [chapter(3)]), entry("chapter 2", 7, [chapter(1), chapter(2), chapter(3)]),
  ];

  assert.deepEqual(shape(booksOf(entries)), [[["chapter 1", "chapter 2", "chapter 3"], []]]);
});

test("begun chapters that are not on this device are told, unless they are hidden", () => {
  const all = [chapter(1), chapter(2), chapter(3), chapter(4, "chapter 4", "waiting")];

  assert.deepEqual(shape(booksOf([entry("chapter 1", 1, all)])), [[["chapter 1"], ["chapter 2", "chapter 3"]]]);
  assert.deepEqual(shape(booksOf([entry("chapter 1", 1, all)], new Set(["chapter 2"]))), [[["chapter 1"], ["chapter 3"]]]);
});

test("the next chapter is the one after this one", () => {
  const all = [chapter(1), chapter(2, "b", "waiting")];

  assert.equal(nextOf(all, "chapter 1"), all[1]);
  assert.equal(nextOf(all, "b"), null);
  assert.equal(nextOf([], "b"), null);
  assert.deepEqual(all.map(chapterState), ["", "not begun"]);
});

test("a story that continues a comic says who comes along", async () => {
  const known = await continuedComic({ get: async () => savedGeneration(6) }, "any");

  assert.deepEqual(known, { title: "Das Meer.", cast: ["Mira"] });
  assert.equal(inWords(known), "This story continues “Das Meer.”. Mira comes along and looks the same.");
  assert.equal(
    inWords({ title: "Das Meer", cast: ["Mira", "Jon", "Ida"] }),
    "This story continues “Das Meer”. Mira, Jon and Ida come along and look the same.",
  );
  assert.equal(await continuedComic({ get: async () => null }, "any"), null);
});
