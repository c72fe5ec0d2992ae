import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../../web/assets/address.js";
import { beaconSink } from "../../web/assets/analytics.js";
import { characterAlt, panelAlt } from "../../web/assets/comic/alt_text.js";
import { Draft } from "../../web/assets/storage/draft.js";
import { fileNameIn } from "../../web/assets/net/content_disposition.js";
import { Refused } from "../../web/assets/net/refused.js";
import { Backoff } from "../../web/assets/net/retry.js";
import { DEFAULTS, loadPageSettings } from "../../web/assets/page_settings.js";
import { bytesOf, nameFrom, problemsWith } from "../../web/assets/references/reference_list.js";
import { Observable } from "../../web/assets/state/observable.js";
import { problemFrom, problemOf } from "../../web/assets/state/problem.js";
import { LocalValue } from "../../web/assets/storage/local_value.js";
import { isBlank, lengthOf } from "../../web/assets/story_words.js";
import { DENIED_STORAGE, ID, memoryStorage } from "./scripted_app.mjs";

for (const [pathname, hash, place] of [
  ["/", "", { view: "start" }],
  ["/", "#/", { view: "start" }],
  ["/", `#/g/${ID}`, { view: "generation", id: ID }],
  ["/", `#/g/${ID}/`, { view: "generation", id: ID }],
  ["/", `#/starting/${ID}`, { view: "starting", key: ID }],
  ["/", "#/g/../../evil", { view: "start" }],
  ["/", "#/r/shortstories/comments/1abc/a_title", { view: "reddit", path: "/r/shortstories/comments/1abc/a_title" }],
  ["/r/shortstories/comments/1abc/a_title/", "", { view: "reddit", path: "/r/shortstories/comments/1abc/a_title/" }],
  ["/r/shortstories/comments/1abc/", `#/g/${ID}`, { view: "generation", id: ID }],
  ["/user/some-body/comments/1abc/a_title/", "", { view: "reddit", path: "/user/some-body/comments/1abc/a_title/" }],
  ["/r/shortstories/s/AbCdEf", "", { view: "reddit", path: "/r/shortstories/s/AbCdEf" }],
  ["/", "#/u/some-body/s/AbCdEf", { view: "reddit", path: "/u/some-body/s/AbCdEf" }],
  ["/r/shortstories/", "", { view: "start" }],
  ["/user/some-body/", "", { view: "start" }],
]) {
  test(`the address ${pathname}${hash} shows the view ${place.view}`, () => {
    assert.deepEqual(placeOf({ pathname, hash }), place);
  });
}

test("delays double up to a limit, start over after progress, and are random", () => {
  const backoff = new Backoff(() => 1);
  const delays = Array.from({ length: 7 }, () => backoff.nextDelayMs({}));
  assert.deepEqual(delays, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.reset();
  assert.equal(backoff.nextDelayMs({}), 500);
  assert.equal(new Backoff(() => 0).nextDelayMs({}), 375);
});

test("the first announced end has no delay, and Retry-After is limited", () => {
  const backoff = new Backoff(() => 1);
  assert.equal(backoff.nextDelayMs({ announced: true }), 0);
  assert.equal(backoff.nextDelayMs({ announced: true }), 1000);
  assert.equal(backoff.nextDelayMs({ retryAfterS: 7 }), 7000);
  assert.equal(backoff.nextDelayMs({ retryAfterS: 7000 }), 60_000);
});

test("a watcher gets the current value, and all changes of a turn together", async () => {
  const observable = new Observable({ count: 0, name: "a" });
  const seen = [];
  const stop = observable.watch(({ count }) => seen.push(count));
  observable.set({ count: 1 });
  observable.set({ count: 2 });
  await Promise.resolve();
  stop();
  observable.set({ count: 3 });
  await Promise.resolve();
  assert.deepEqual(seen, [0, 2]);
});

test("alternative texts have the scene and the dialogue", () => {
  const plan = { panelNumber: 2, characters: [], sceneDescription: "It rains ", dialogue: "Oh!", cameraAngle: "", visualMood: "" };
  assert.equal(panelAlt(plan, 1), "Panel 2. It rains. Spoken: “Oh!”");
  assert.equal(panelAlt({ ...plan, sceneDescription: "雨だ。", dialogue: "" }, 1), "Panel 2. 雨だ。");
  const mira = { name: "Mira", physicalDescription: "", personality: "", role: "" };
  assert.equal(characterAlt(mira), "Character sheet of Mira.");
});

test("references have limits", () => {
  const limits = { maxReferences: 2, maxNameLength: 5 };
  const one = { id: "1", name: "Mira", image: "data:,", fileName: "mira.png" };
  assert.deepEqual(problemsWith([one, one], limits), []);
  const problems = problemsWith([one, { ...one, name: " " }, { ...one, name: "Miranda" }], limits);
  assert.deepEqual(
    problems.map(({ index, message }) => `${index} ${message}`),
    [
      "null Use at most 2 pictures here. Remove some.",
      "1 Name the picture mira.png.",
      "2 Shorten the name of mira.png to at most 5 characters.",
    ],
  );
  assert(bytesOf([one, one]) > 2 * one.image.length);
});

test("the name of a reference comes from its file name", () => {
  assert.equal(nameFrom("mira_vale-2.final.PNG", 120), "mira vale 2.final");
  assert.equal(nameFrom("ミラ.jpg", 120), "ミラ");
  assert.equal(nameFrom("a".repeat(200), 5), "aaaaa");
});

const draftIn = (storage) => new Draft(new LocalValue(storage, "draft"));

test("a draft is stored until it is cleared", () => {
  const storage = memoryStorage();
  const look = { styleText: "ink wash", aspect: "tall", imageSize: "2K" };
  const kind = { stopAfter: "plan", chapters: "auto", continues: "a".repeat(32) };
  const request = { story: "Once", style: "comic", noDialogue: true, ...look, ...kind };
  draftIn(storage).save(request);
  assert.deepEqual(draftIn(storage).load(), request);
  draftIn(storage).clear();
  assert.equal(draftIn(storage).load(), null);
});

test("a draft that can't be stored or read is ignored", () => {
  const draft = draftIn(DENIED_STORAGE);
  draft.save({ story: "Once", style: "manga", noDialogue: false });
  draft.clear();
  assert.equal(draft.load(), null);
  const storage = memoryStorage();
  storage.setItem("draft", "{broken");
  assert.equal(draftIn(storage).load(), null);
});

test("without an answer the settings are the defaults", async () => {
  assert.equal(await loadPageSettings(async () => Promise.reject(new TypeError("away"))), DEFAULTS);
  assert.equal(await loadPageSettings(async () => new Response("", { status: 503 })), DEFAULTS);
  const settings = await loadPageSettings(async () => Response.json({ maxStoryWords: 200 }));
  assert.equal(settings.maxStoryWords, 200);
  assert.equal(settings.maxReferences, DEFAULTS.maxReferences);
});

test("without a URL there are no analytics", () => {
  assert.equal(beaconSink(null, { sendBeacon: () => true }), null);
});

test("events are sent to the URL", () => {
  const sent = [];
  const sink = beaconSink("https://count.example/", { sendBeacon: (url, body) => sent.push([url, JSON.parse(body)]) > 0 });
  sink?.({ action: "retry", category: "manga_generation" });
  assert.deepEqual(sent, [["https://count.example/", { action: "retry", category: "manga_generation" }]]);
});

test("every problem has a suggestion", () => {
  for (const code of ["content-blocked", "model-timeout", "model-access-denied", "rate-limited", "never-heard-of"]) {
    assert.notEqual(problemOf({ message: "It failed.", code }).suggestion, "");
  }
  assert.equal(problemFrom(new TypeError("fetch failed")).category, "network");
});

test("the suggestion for a limit says when to try again, unless the message does", () => {
  const refusal = (code, message, retryAfterS) => problemFrom(new Refused({ status: 429, code, message, retryAfterS }));
  const suggestions = [
    refusal("rate-limited", "Too many requests.", 40),
    refusal("rate-limited", "Too many requests.", 0.5),
    refusal("daily-limit-reached", "Too many stories for today. Try again in 3 h 2 min.", 10_920),
    refusal("daily-budget-exhausted", "The limit is reached; try again after midnight UTC.", 3600),
    refusal("never-heard-of", "Not now.", null),
    problemOf({ code: "generation-budget-exhausted", message: "The limit of this story is reached." }),
  ].map(({ category, suggestion }) => `${category}: ${suggestion}`);

  assert.deepEqual(suggestions, [
    "limit: Your story and finished images are kept. Try again in 40 seconds.",
    "limit: Your story and finished images are kept. Try again in 1 second.",
    "limit: Your story and finished images are kept.",
    "limit: Your story and finished images are kept.",
    "limit: Your story and finished images are kept. Try again later.",
    "limit: Finished images are kept. A shorter story costs less.",
  ]);
});

test("error codes have categories", () => {
  const categories = {
    "daily-budget-exhausted": "limit",
    "too-many-generations": "limit",
    "content-blocked": "content",
    "model-image-rejected": "input",
    "model-input-too-large": "input",
    "model-rate-limited": "model",
    "model-quota-exhausted": "limit",
    "model-rejected-request": "app",
    "model-billing-required": "app",
  };
  for (const [code, category] of Object.entries(categories)) {
    assert.equal(problemOf({ message: "It failed.", code }).category, category, code);
  }
});

test("an error of this page is thrown again", () => {
  assert.throws(() => problemFrom(new RangeError("oops")), RangeError);
});

for (const [disposition, name] of [
  [`attachment; filename="Caf.pdf"; filename*=UTF-8''Caf%C3%A9.pdf`, "Café.pdf"],
  [`attachment; filename="The-Lamp.pdf"`, "The-Lamp.pdf"],
  [`attachment; filename="Lamp.pdf"; filename*=UTF-8''%E5%A4.pdf`, "Lamp.pdf"],
  [`attachment; filename="CON_.pdf"; filename*=UTF-8''CON_.pdf`, "CON_.pdf"],
  [`attachment; filename="Lamp.pdf"; filename*=UTF-8''con.pdf`, "Lamp.pdf"],
  [`attachment; filename="nul.pdf"`, null],
  [`attachment; filename="LPT1"`, null],
  [`attachment; filename="../x.pdf"`, null],
  [`attachment; filename=".hidden"`, null],
  [`attachment; filename="x.pdf."`, null],
  [`attachment; filename="x "`, null],
  [`attachment; filename*=UTF-8''a%3Ab.pdf`, null],
  [`attachment; filename*=UTF-8''a%E2%80%AEfdp.exe`, null],
  ["attachment", null],
  ["", null],
]) {
  test(`the file name of ${disposition || "no header"} is ${name}`, () => {
    assert.equal(fileNameIn(disposition), name);
  });
}

test("the length of a story is in words, or in characters if it has too many of them", () => {
  const limits = { maxStoryWords: 2, maxStoryCharacters: 9 };
  assert.deepEqual(lengthOf("a b c", limits), { count: 3, most: 2, unit: "words" });
  assert.deepEqual(lengthOf("x".repeat(10), limits), { count: 10, most: 9, unit: "characters" });
  assert.deepEqual(lengthOf("😀".repeat(9), limits), { count: 0, most: 2, unit: "words" });
  assert.equal(isBlank(" \u200b\u3164"), true);
  assert.equal(isBlank("…"), false);
});
