import assert from "node:assert/strict";
import { test } from "node:test";

import { indexAfter, sideOfSwipe, turnOfKey } from "../../../web/assets/comic/turns.js";

const NO_MODIFIERS = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
const pressed = (key, modifiers = {}) => ({ key, ...NO_MODIFIERS, ...modifiers });

for (const [key, direction, turn] of [
  ["ArrowRight", "ltr", "forward"],
  ["ArrowLeft", "ltr", "back"],
  ["ArrowRight", "rtl", "back"],
  ["ArrowLeft", "rtl", "forward"],
  ["ArrowDown", "rtl", "forward"],
  ["ArrowUp", "ltr", "back"],
  ["PageDown", "rtl", "forward"],
  ["PageUp", "rtl", "back"],
  [" ", "rtl", "forward"],
  ["Home", "rtl", "first"],
  ["End", "ltr", "last"],
  ["Enter", "ltr", null],
  ["a", "ltr", null],
]) {
  test(`the key "${key}" turns a comic ${direction}: ${turn}`, () => {
    assert.equal(turnOfKey(pressed(key), direction), turn);
  });
}

test("Shift and Space turn back, and other modifiers are for the browser", () => {
  assert.equal(turnOfKey(pressed(" ", { shiftKey: true }), "ltr"), "back");
  for (const modifier of ["altKey", "ctrlKey", "metaKey"]) {
    assert.equal(turnOfKey(pressed("ArrowLeft", { [modifier]: true }), "ltr"), null);
  }
});

test("turns end at the first and the last place", () => {
  const turns = ["forward", "back", "first", "last"];
  assert.deepEqual(turns.map((turn) => indexAfter(turn, 1, 4)), [2, 0, 0, 3]);
  assert.deepEqual(turns.map((turn) => indexAfter(turn, 3, 4)), [3, 2, 0, 3]);
  assert.deepEqual(turns.map((turn) => indexAfter(turn, 0, 0)), [0, 0, 0, 0]);
});

test("a swipe uncovers the side that the finger leaves", () => {
  assert.equal(sideOfSwipe(-80, 10), "right");
  assert.equal(sideOfSwipe(80, -10), "left");
  assert.equal(sideOfSwipe(-20, 0), null);
  assert.equal(sideOfSwipe(-80, 70), null);
});
