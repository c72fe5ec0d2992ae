/** Unsaved words in this browser. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { chosenLanguages, forgetComic, UnsavedWords } from "../../../web/assets/lettering/stored_words.js";

const WORDS = { version: '"a"', texts: [] };

test("unsaved words are those of one panel in one language", () => {
  const words = new UnsavedWords("comic", 0, "de");
  words.write(WORDS);

  assert.deepEqual(new UnsavedWords("comic", 0, "de").read(), WORDS);
  for (const other of [new UnsavedWords("comic", 1, "de"), new UnsavedWords("comic", 0, "ar"), new UnsavedWords("other", 0, "de")]) {
    assert.equal(other.read(), null);
    other.remove();
  }
  assert.deepEqual(words.read(), WORDS);
  words.remove();
  assert.equal(words.read(), null);
});

test("a deleted comic leaves no words", () => {
  for (const id of ["comic", "other"]) {
    new UnsavedWords(id, 0, "de").write(WORDS);
    chosenLanguages.write(id, "de");
  }
  forgetComic("comic");

  assert.deepEqual([new UnsavedWords("comic", 0, "de").read(), chosenLanguages.read("comic")], [null, null]);
  assert.deepEqual([new UnsavedWords("other", 0, "de").read(), chosenLanguages.read("other")], [WORDS, "de"]);
});
