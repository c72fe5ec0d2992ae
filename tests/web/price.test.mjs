import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Refused } from "../../web/assets/net/refused.js";
import { Estimator } from "../../web/assets/price/estimator.js";
import { estimateBody, estimateInWords, expectedSeconds } from "../../web/assets/price/estimates.js";
import { costInWords } from "../../web/assets/views/progress/cost_view.js";
import { gate } from "./waiting.mjs";

const ESTIMATE = {
  panels: { min: 2, expected: 10, max: 15 },
  likelyPanels: { min: 8, max: 12 },
  minutes: { min: 0.4, expected: 1.9, max: 12 },
  price: { min: 0.1, expected: 0.746, max: 1.091 },
};
const STORY = { story: "Das Meer ruft.", style: "manga", noDialogue: false };
const WORDS = "8 to 12 panels, about 2 minutes, about $0.75 (at most $1.10)";
const ESTIMATING = "Estimating the price…";
const PAUSE_MS = 600;

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** Return an estimator whose app gives these answers, with its requests and its texts. */
function estimatorOf(...answers) {
  const requests = [];
  const texts = [];
  const estimate = async (body, signal) => {
    requests.push({ body: JSON.parse(body), signal });
    const answer = await answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { estimator: new Estimator({ estimate }, (text) => texts.push(text)), requests, texts };
}

/** Let time pass, and everything that is due happen. */
async function pass(durationMs) {
  mock.timers.tick(durationMs);
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test("an estimate is in words", () => {
  const exact = { ...ESTIMATE, likelyPanels: { min: 2, max: 2 }, minutes: { ...ESTIMATE.minutes, expected: 0.6 } };
  assert.equal(estimateInWords(ESTIMATE), WORDS);
  assert.equal(estimateInWords(exact), "2 panels, about 1 minute, about $0.75 (at most $1.10)");
  assert.equal(
    estimateInWords({ ...ESTIMATE, price: null }),
    "8 to 12 panels, about 2 minutes. No price is known for this model.",
  );
  assert.equal(estimateInWords({ ...ESTIMATE, isFree: true }), "8 to 12 panels, free: test pictures");
  assert.equal(estimateInWords(ESTIMATE, true), "Only the script, about 2 minutes, about $0.75 (at most $1.10)");
  assert.equal(expectedSeconds(ESTIMATE), 114);
  assert.equal(expectedSeconds({ ...ESTIMATE, isFree: true }), null);
});

test("an estimate is told with its chapters, and when none will come", async () => {
  const told = [];
  const answers = [{ ...ESTIMATE, chapters: [{ number: 1, words: 300, firstWords: "Das" }] }, new TypeError("offline")];
  const estimate = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const tell = (given, isExpected) => told.push([given?.chapters?.length ?? null, isExpected]);
  const estimator = new Estimator({ estimate }, () => undefined, tell);
  estimator.update({ ...STORY, chapters: "auto" });
  await pass(PAUSE_MS);
  estimator.update(STORY);
  await pass(PAUSE_MS);

  assert.deepEqual(told, [[null, true], [1, false], [null, true], [null, false]]);
});

test("a cost is in words", () => {
  const cost = { calls: 14, price: 0.618, isFree: false };
  assert.deepEqual([cost, { ...cost, calls: 1, price: null }, { ...cost, price: 0, isFree: true }].map(costInWords), [
    "Cost: $0.62 for 14 calls of the model",
    "No price is known for this model (1 call of the model)",
    "Free: test pictures (14 calls of the model)",
  ]);
});

test("the user's pictures are not uploaded for an estimate", () => {
  const picture = { id: "1", name: " ", image: `data:image/png;base64,${"A".repeat(1e6)}`, fileName: "mira.png" };
  const body = estimateBody({ ...STORY, characters: [picture, picture], settings: [picture] });

  assert(body.length < 1000);
  const { uploadedCharacterReferences: characters, uploadedSettingReferences: places } = JSON.parse(body);
  assert.deepEqual([characters.length, places.length, characters[0].name], [2, 1, "x"]);
});

test("the story is estimated once, when the user pauses", async () => {
  const { estimator, requests, texts } = estimatorOf(ESTIMATE);
  estimator.update({ ...STORY, story: "Das" });
  await pass(PAUSE_MS - 1);
  estimator.update(STORY);
  estimator.update({ ...STORY });
  await pass(PAUSE_MS);

  assert.deepEqual(requests.map(({ body }) => body.story), ["Das Meer ruft."]);
  assert.deepEqual(texts, [ESTIMATING, ESTIMATING, WORDS]);
  assert.equal(estimator.expectedS, 114);
});

test("an estimate is never shown for another story", async () => {
  const { opened, open } = gate();
  const { estimator, requests, texts } = estimatorOf(opened.then(() => ESTIMATE), { ...ESTIMATE, isFree: true });
  estimator.update(STORY);
  await pass(PAUSE_MS);
  estimator.update({ ...STORY, style: "comic" });
  assert.equal(requests[0].signal.aborted, true);
  open();
  await pass(0);
  assert.deepEqual(texts, [ESTIMATING, ESTIMATING]);
  await pass(PAUSE_MS);
  assert.equal(texts.at(-1), "8 to 12 panels, free: test pictures");

  estimator.update(null);
  assert.equal(texts.at(-1), "");
  assert.equal(estimator.expectedS, null);
});

test("over the rate limit the estimate comes later, without an error", async () => {
  const limit = new Refused({ status: 429, code: "rate-limited", message: "Too many.", retryAfterS: 7 });
  const { estimator, requests, texts } = estimatorOf(limit, ESTIMATE);
  estimator.update(STORY);
  await pass(PAUSE_MS);
  assert.equal(texts.at(-1), "");
  await pass(6999);
  assert.equal(requests.length, 1);
  await pass(1);

  assert.equal(texts.at(-1), WORDS);
});

test("other errors show no price, and a missing key says so", async () => {
  const noKey = new Refused({ status: 401, code: "http-401", message: "No key." });
  for (const [error, text] of [
    [new TypeError("fetch failed"), ""],
    [new Refused({ status: 503, code: "busy", message: "Later.", retryAfterS: 1 }), ""],
    [noKey, "The price is shown once you have entered an access key."],
  ]) {
    const { estimator, requests, texts } = estimatorOf(error);
    estimator.update(STORY);
    await pass(PAUSE_MS);
    await pass(100_000);
    assert.equal(texts.at(-1), text);
    assert.equal(requests.length, 1);
  }
});
