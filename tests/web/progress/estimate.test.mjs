import assert from "node:assert/strict";
import { test } from "node:test";

import { elapsedSeconds } from "../../../web/assets/net/api.js";
import { durationInWords, leftInWords } from "../../../web/assets/amounts.js";
import { Estimate } from "../../../web/assets/state/estimate.js";

/** Return an estimate, and a function that moves its clock to a second. */
function estimateAt(second) {
  let now = second * 1000;
  const estimate = new Estimate(() => now);
  return { estimate, moveTo: (later) => void (now = later * 1000) };
}

/** Return the texts of a whole drawing, each when it first appears, such as `60: about 50 seconds left`. */
function textsOf({ expectedS, begunAt, arrivals }) {
  const { estimate, moveTo } = estimateAt(0);
  estimate.start();
  estimate.expect(expectedS);
  const texts = [];
  let done = 0;
  for (let second = 0; second <= arrivals.at(-1); second += 1) {
    moveTo(second);
    if (second === begunAt) estimate.beginPanels();
    for (; arrivals[done] <= second; done += 1) estimate.measure();
    const left = estimate.secondsLeft(done, second < begunAt ? null : arrivals.length);
    const text = left === null ? "unknown" : leftInWords(left);
    if (!texts.at(-1)?.endsWith(`: ${text}`)) texts.push(`${second}: ${text}`);
  }
  return texts;
}

/** Return when panels arrive that are drawn in parallel: four at a time, in a burst of some seconds. */
function arrivalsOf(panels, begunAt, waveS) {
  return Array.from({ length: panels }, (_, index) => begunAt + waveS * (Math.floor(index / 4) + 1) + (index % 4) - 4);
}

test("a drawing that takes as long as expected counts down without a jump", () => {
  assert.deepEqual(textsOf({ expectedS: 110, begunAt: 35, arrivals: arrivalsOf(12, 35, 25) }), [
    "0: about 2 minutes left",
    "21: about 1 minute left",
    "60: about 50 seconds left",
    "70: about 40 seconds left",
    "80: about 30 seconds left",
    "90: about 20 seconds left",
    "100: about 10 seconds left",
    "105: a few seconds left",
  ]);
});

test("a drawing that is slower than expected follows its pace after the first burst", () => {
  const texts = textsOf({ expectedS: 60, begunAt: 35, arrivals: arrivalsOf(12, 35, 40) });
  assert.deepEqual(texts.slice(texts.indexOf("60: unknown")), [
    "60: unknown",
    "77: about 1 minute left",
    "102: about 50 seconds left",
    "112: about 40 seconds left",
    "122: about 30 seconds left",
    "132: about 20 seconds left",
    "142: about 10 seconds left",
    "147: a few seconds left",
  ]);
});

test("without an estimate the remaining time is unknown until the first burst is over", () => {
  const texts = textsOf({ expectedS: null, begunAt: 30, arrivals: arrivalsOf(12, 30, 25) });
  assert.deepEqual(texts.slice(0, 2), ["0: unknown", "57: about 50 seconds left"]);
});

test("a page that joins later measures from the first panel that it sees", () => {
  const { estimate, moveTo } = estimateAt(100);
  for (const second of [100, 104, 108]) {
    moveTo(second);
    estimate.measure();
  }
  moveTo(111);
  // Two panels at 4 s each, of which 3 s are over.
  assert.equal(estimate.secondsLeft(6, 8), 5);
});

test("a panel that is late increases the remaining time", () => {
  const { estimate, moveTo } = estimateAt(0);
  estimate.beginPanels();
  for (const second of [10, 20]) {
    moveTo(second);
    estimate.measure();
  }
  moveTo(23);
  assert.equal(estimate.secondsLeft(2, 4), 17);
  moveTo(39);
  assert.equal(estimate.secondsLeft(2, 4), 1);
  moveTo(60);
  assert.equal(estimate.secondsLeft(2, 4), 60);
});

test("a redo has no remaining time, since all panels are there", () => {
  const { estimate } = estimateAt(0);
  estimate.start();
  assert.equal(estimate.secondsLeft(8, 8), null);
});

test("after the expected time the remaining time is unknown rather than wrong", () => {
  const { estimate, moveTo } = estimateAt(0);
  estimate.start();
  estimate.expect(60);
  moveTo(61);
  assert.equal(estimate.secondsLeft(0, 8), null);
});

test("the time so far goes on from what the app says, and stops at the end", () => {
  const { estimate, moveTo } = estimateAt(1000);
  assert.equal(estimate.elapsedS, null);
  estimate.start(42);
  moveTo(1003);
  assert.equal(estimate.elapsedS, 45);
  estimate.end();
  moveTo(2000);
  assert.equal(estimate.elapsedS, 45);
  estimate.reset();
  assert.equal(estimate.elapsedS, null);
});

for (const [name, times, answeredAt, seconds] of [
  ["is the time from the start to the answer", { createdAt: "2026-11-30T10:00:00.500Z" }, "Mon, 30 Nov 2026 10:01:05 GMT", 64.5],
  ["ends with the round", { createdAt: "2026-11-30T10:00:00Z", finishedAt: "2026-11-30T10:00:30Z" }, "Mon, 30 Nov 2026 11:00:00 GMT", 30],
  ["is never negative", { createdAt: "2026-11-30T10:00:00.900Z", finishedAt: null }, "Mon, 30 Nov 2026 10:00:00 GMT", 0],
  ["is unknown without the time of the answer", { createdAt: "2026-11-30T10:00:00Z" }, null, null],
  ["is unknown to an older app", {}, "Mon, 30 Nov 2026 10:00:00 GMT", null],
]) {
  test(`the time so far ${name}`, () => assert.equal(elapsedSeconds(times, answeredAt), seconds));
}

test("durations are in words", () => {
  assert.deepEqual([0, 59.9, 60, 125, 3725].map(durationInWords), ["0 s", "59 s", "1 min 0 s", "2 min 5 s", "1 h 2 min"]);
  assert.deepEqual([3, 6, 11, 50, 51, 89, 90, 200].map(leftInWords), [
    "a few seconds left",
    "about 10 seconds left",
    "about 20 seconds left",
    "about 50 seconds left",
    "about 1 minute left",
    "about 1 minute left",
    "about 2 minutes left",
    "about 3 minutes left",
  ]);
});
