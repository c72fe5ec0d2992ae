/** The tail of a balloon. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { tailOf } from "../../../web/assets/lettering/tail.js";

const PLACE = { x: 0.4, y: 0.4, width: 0.2, height: 0.2 };
const near = (one, other) => one.forEach((value, index) => assert.ok(Math.abs(value - other[index]) < 1e-9, `${one} is not ${other}`));

test("a tail is as wide as the letters at its balloon, and ends at its tip", () => {
  const [ink, paper] = tailOf({ place: PLACE, fontSize: 0.05, tail: [0.5, 0.9] }, 1);

  near(ink[0], [0.5, 0.5]);
  near(ink[2], [0.5, 0.9]);
  // Its base is at the lower edge of the balloon: 0.8 font sizes wide, around the middle.
  near(ink[1], [0.48, 0.6]);
  near(ink[3], [0.52, 0.6]);
  assert.ok(paper[2][1] < 0.9 && paper[2][1] > 0.6, "the paper ends before the ink");
  assert.ok(paper[1][0] > 0.48 && paper[3][0] < 0.52, "the paper is narrower than the ink");
});

test("a tail has the same shape in a picture of another aspect", () => {
  const wide = { ...PLACE, y: 0.3, height: 0.4 };
  const [ink] = tailOf({ place: wide, fontSize: 0.05, tail: [0.5, 1.3] }, 2);

  near(ink[1], [0.48, 0.7]);
  near(ink[3], [0.52, 0.7]);
});

test("a tail begins at the round corner of a balloon", () => {
  const [ink] = tailOf({ place: PLACE, fontSize: 0.0001, tail: [0.9, 0.9] }, 1);
  // The middle of the corner's circle with radius 0.08 is 0.02 from that of the balloon in both directions.
  const distance = Math.hypot(ink[1][0] - 0.52, ink[1][1] - 0.52);

  assert.ok(Math.abs(distance - 0.08) < 1e-4, String(distance));
});

test("a text without a tail has none", () => {
  assert.equal(tailOf({ place: PLACE, fontSize: 0.05, tail: null }, 1), null);
  assert.equal(tailOf({ place: PLACE, fontSize: 0.05 }, 1), null);
});
