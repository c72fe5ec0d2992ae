import assert from "node:assert/strict";
import { test } from "node:test";

import { elapsedSeconds } from "../../../web/assets/net/api.js";
import { durationInWords, Estimate, leftInWords } from "../../../web/assets/state/estimate.js";

/** Return an estimate, and a function that moves its clock to a second. */
function estimateAt(second) {
  let now = second * 1000;
  const estimate = new Estimate(() => now);
  return { estimate, moveTo: (later) => void (now = later * 1000) };
}

/** Return an estimate that has measured panels at these seconds. */
function measured(panelsBegun, arrivals) {
  const made = estimateAt(panelsBegun ?? arrivals[0]);
  if (panelsBegun !== null) made.estimate.beginPanels();
  for (const second of arrivals) {
    made.moveTo(second);
    made.estimate.measure();
  }
  return made;
}

test("without an estimate the remaining time is unknown until two panels are measured", () => {
  assert.equal(estimateAt(0).estimate.secondsLeft(0, null), null);
  assert.equal(measured(0, [10]).estimate.secondsLeft(1, 6), null);
  assert.equal(measured(0, [10, 20]).estimate.secondsLeft(2, 7), 50);
  assert.equal(measured(0, [10, 20]).estimate.secondsLeft(2, 2), null);
});

test("a page that joins later measures from the first panel that it sees", () => {
  assert.equal(measured(null, [100, 104, 108]).estimate.secondsLeft(6, 8), 8);
});

test("the remaining time comes from the estimate at first, and from the pace at last", () => {
  const { estimate, moveTo } = estimateAt(0);
  estimate.start();
  estimate.expect(120);
  assert.equal(estimate.secondsLeft(0, null), 120);
  moveTo(30);
  assert.equal(estimate.secondsLeft(0, 8), 90);
  estimate.beginPanels();
  for (const second of [34, 38, 42, 46]) {
    moveTo(second);
    estimate.measure();
  }
  // The mean of 74 s by the estimate and 16 s by the pace.
  assert.equal(estimate.secondsLeft(4, 8), 45);
  moveTo(58);
  for (let count = 0; count < 3; count += 1) estimate.measure();
  assert.equal(Math.round(estimate.secondsLeft(7, 8)), 11);
});

test("after the expected time the remaining time is unknown rather than wrong", () => {
  const { estimate, moveTo } = estimateAt(0);
  estimate.start();
  estimate.expect(60);
  moveTo(61);
  assert.equal(estimate.secondsLeft(0, 8), null);
});

test("a slow panel changes the remaining time only when it is much later than said", () => {
  const { estimate, moveTo } = measured(0, [10, 20]);
  assert.equal(estimate.secondsLeft(2, 6), 40);
  moveTo(22);
  assert.equal(estimate.secondsLeft(2, 6), 38);
  moveTo(30);
  assert.equal(estimate.secondsLeft(2, 6), 60);
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
