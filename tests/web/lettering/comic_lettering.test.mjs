/** The texts of the comic on the page, from an HTTP server that answers like the app. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Analytics } from "../../../web/assets/analytics.js";
import { infoOf } from "../../../web/assets/comic/image_info.js";
import { ComicLettering } from "../../../web/assets/lettering/comic_lettering.js";
import { chosenLanguages } from "../../../web/assets/lettering/stored_words.js";
import { GenerationStore } from "../../../web/assets/state/generation_store.js";
import { ImageCache } from "../../../web/assets/storage/image_cache.js";
import { createMemoryTables } from "../../../web/assets/storage/memory_tables.js";
import { SavedGenerations } from "../../../web/assets/storage/saved_generations.js";
import { ID, numbered, OUTAGE, ScriptedApp, wholeStory } from "../scripted_app.mjs";
import { until } from "../waiting.mjs";
import { lettering } from "./letterings.mjs";

const PATH = `GET /api/generations/${ID}/lettering`;
const GERMAN = { language: "de", status: "done" };
const inArabic = (status) => [GERMAN, { language: "ar", status }];

/** @type {ScriptedApp} */
let app;
let tables;
/** The pages of a test, which follow the app. */
let stops;
beforeEach(async () => {
  chosenLanguages.remove(ID);
  tables = createMemoryTables();
  stops = [];
  app = await new ScriptedApp().start();
  app.state = { lettering: "text", languages: [GERMAN] };
  app.letterings = { de: lettering(), ar: lettering("ar", { words: "من هناك؟" }) };
});
afterEach(async () => {
  for (const stop of stops) stop();
  await app.stop();
});

/** Return a page that shows texts, and what its bar tells. */
function page() {
  const api = app.client();
  const store = new GenerationStore(api, new SavedGenerations(tables), new Analytics(() => undefined));
  const bar = { actions: null, shown: null, told: "", update: (words) => (bar.shown = words), tell: (text) => (bar.told = text) };
  const letters = new ComicLettering(store, api, new ImageCache(tables, (path) => api.image(path)), (actions) => {
    bar.actions = actions;
    return bar;
  });
  store.watch((state) => letters.update(state));
  stops.push(() => store.clearResults());
  return { store, bar };
}

const textOf = (store) => store.state.words?.panels[0].texts[0].text;
const shows = (store, text) => until(() => textOf(store) === text, `the text ${text}`);

test("texts are loaded once with the pictures, and the alternative text does not repeat them", async () => {
  const { store, bar } = page();
  await store.open(ID);
  await shows(store, "Wer da?");

  assert.deepEqual(app.asked(PATH), [PATH]);
  assert.deepEqual(bar.shown.languages, [GERMAN]);
  const info = infoOf(store.state, "panel", 0);
  assert.equal(info.alt, "Panel 1. Scene 1 🌊.");
  assert.equal(info.spoken, "Wer da? Später.");
  assert.equal(info.lettering, store.state.words.panels[0]);
});

test("texts of drawn lettering are not loaded", async () => {
  app.state = {};
  const { store } = page();
  await store.open(ID);

  assert.deepEqual(app.asked(PATH), []);
  assert.match(infoOf(store.state, "panel", 0).alt, /Spoken: “Wer da\?”/);
});

test("texts are loaded again after a redo, and what is the same is not set again", async () => {
  const { store } = page();
  await store.open(ID);
  await shows(store, "Wer da?");
  app.letterings = { de: { ...lettering("de", { version: 2 }) } };
  app.redraw(2);
  await store.redo("panel", 0, "");

  await until(() => store.state.words.panels[0].version === 2, "the texts of version 2");
  app.redraw(3);
  const [first] = store.state.words.panels;
  await store.redo("panel", 0, "");
  await until(() => app.asked(PATH).length === 3, "a third request");
  assert.equal(store.state.words.panels[0], first);
});

test("another language is shown, also after a reload, until the script has changed", async () => {
  app.state.languages = inArabic("done");
  const { store, bar } = page();
  await store.open(ID);
  await shows(store, "Wer da?");
  bar.actions.onChoose("ar");
  await shows(store, "من هناك؟");
  assert.equal(app.asked(PATH).at(-1), `${PATH}?lang=ar`);

  const reloaded = page();
  await reloaded.store.open(ID);
  await shows(reloaded.store, "من هناك؟");
  // A changed script has no translation yet.
  app.state = { ...app.state, languages: [GERMAN] };
  await reloaded.store.learn();
  await shows(reloaded.store, "Wer da?");
});

test("a language that the app no longer has is not shown", async () => {
  chosenLanguages.write(ID, "ja");
  app.state.languages = [];
  const { store } = page();
  await store.open(ID);

  await shows(store, "Wer da?");
  assert.deepEqual(app.asked(PATH), [`${PATH}?lang=ja`, PATH]);
  assert.equal(chosenLanguages.read(ID), null);
});

test("a translation is asked for once, and shown when it is done", async () => {
  const { store, bar } = page();
  await store.open(ID);
  await shows(store, "Wer da?");
  app.state = { ...app.state, languages: inArabic("running") };
  bar.actions.onTranslate("ar");
  await until(() => bar.shown.languages.length === 2, "the running translation");
  app.state = { ...app.state, languages: inArabic("done") };

  await shows(store, "من هناك؟");
  assert.equal(bar.told, "The comic is translated.");
  assert.equal(app.asked(`POST /api/generations/${ID}/lettering`).length, 1);
  assert.equal(chosenLanguages.read(ID), "ar");
});

test("a translation that failed or was refused is told, and the texts stay", async () => {
  const { store, bar } = page();
  await store.open(ID);
  await shows(store, "Wer da?");
  app.state = { ...app.state, languages: inArabic("failed") };
  bar.actions.onTranslate("ar");
  await until(() => bar.shown.languages[1]?.status === "failed", "the failed translation");
  assert.equal(textOf(store), "Wer da?");

  app.answers = [{ status: 429, body: { error: "The day's budget is spent.", code: "daily-budget-exhausted" } }];
  bar.actions.onTranslate("ja");
  await until(() => bar.told.includes("budget"), "the refusal");
  assert.equal(textOf(store), "Wer da?");
});

test("without the app, the stored texts are shown, and then the current ones", async () => {
  const first = page();
  await first.store.open(ID);
  await shows(first.store, "Wer da?");
  await until(async () => (await tables.keys("images")).length === 1, "the stored texts");
  await until(async () => (await new SavedGenerations(tables).get(ID))?.cursor === 6, "the stored results");
  app.letterings = { de: lettering("de", { words: "Wer dort?" }) };
  const { store } = page();
  const texts = [];
  store.watch(() => texts.at(-1) !== textOf(store) && texts.push(textOf(store)));
  // The state of the comic is answered, and its texts are not.
  app.answers = [undefined, { ...OUTAGE, headers: { "Retry-After": "0" } }];
  await store.open(ID);

  await shows(store, "Wer dort?");
  assert.deepEqual(texts, ["Wer da?", "Wer dort?"]);
});
