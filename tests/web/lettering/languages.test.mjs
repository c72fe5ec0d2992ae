/** Languages and whether words are text, as the form offers and stores them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { languageName, languageTag, offeredLanguages } from "../../../web/assets/comic/languages.js";
import { Draft } from "../../../web/assets/storage/draft.js";
import { LocalValue } from "../../../web/assets/storage/local_value.js";
import { memoryStorage, REQUEST } from "../scripted_app.mjs";

test("languages have their names in their own words", () => {
  assert.equal(languageName("fr"), "Français");
  assert.equal(languageName("ar"), "العربية");
  assert.equal(languageName("ja"), "日本語");
  assert.equal(languageName("no tag"), "no tag");
});

test("a tag is written as usual, and what is no tag is refused", () => {
  assert.equal(languageTag(" PT-br "), "pt-BR");
  for (const text of ["", "not a tag", "1"]) assert.equal(languageTag(text), null, text);
});

test("languages that are there are not offered again", () => {
  const tags = offeredLanguages(["ja", "gsw"]).map(({ tag }) => tag);

  assert.equal(tags.includes("ja"), false);
  assert.ok(tags.includes("ar") && tags.includes("en"));
});

test("a draft keeps the language and how words are lettered", () => {
  const draft = new Draft(new LocalValue(memoryStorage(), "draft"));
  const request = { ...REQUEST, lettering: "text", language: "ja" };
  draft.save(request);

  assert.deepEqual(draft.load(), request);
  draft.save({ ...request, lettering: "drawn", language: 7 });
  assert.deepEqual(draft.load(), REQUEST);
});
