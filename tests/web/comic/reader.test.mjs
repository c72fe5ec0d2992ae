import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf, readingAddress } from "../../../web/assets/address.js";
import { pageRatio, pagesOf } from "../../../web/assets/views/reader/page_layout.js";
import { sideOf } from "../../../web/assets/views/reader/gestures.js";
import { ID } from "../scripted_app.mjs";

test("taps near a side turn, and taps in the middle do not", () => {
  assert.deepEqual([10, 100, 180, 260, 350].map((x) => sideOf(x, 360)), ["left", "left", null, "right", "right"]);
});

const WIDE = 16 / 9;
const TALL = 3 / 4;

test("pages have all panels in reading order, 2 to 4 on each", () => {
  for (let count = 2; count <= 15; count += 1) {
    const ratios = Array.from({ length: count }, (_, index) => [WIDE, 1, TALL, 4 / 3][index % 4] ?? 1);
    const pages = pagesOf(ratios);

    assert.deepEqual(pages.flat(2), [...ratios.keys()]);
    for (const page of pages) assert(page.flat().length >= 2 && page.flat().length <= 4, JSON.stringify(pages));
  }
});

test("a single panel is a page, and no panel is none", () => {
  assert.deepEqual(pagesOf([WIDE]), [[[0]]]);
  assert.deepEqual(pagesOf([]), []);
});

test("wide panels get rows of their own, and narrow ones share a row", () => {
  assert.deepEqual(pagesOf([WIDE, TALL, TALL]), [[[0], [1, 2]]]);
  assert.deepEqual(pagesOf([TALL, TALL, TALL, TALL]), [[[0, 1], [2, 3]]]);
});

test("the shape of a page follows from its rows", () => {
  assert.equal(pageRatio([[0], [1]], [1, 1]), 1 / 2);
  assert.equal(pageRatio([[0, 1]], [1, 1]), 2);
});

test("a reading address leads to its panel", () => {
  const hash = readingAddress(ID, 3).slice(1);
  assert.deepEqual(placeOf({ pathname: "/", hash }), { view: "generation", id: ID, panel: 3 });
  assert.deepEqual(placeOf({ pathname: "/", hash: `#/g/${ID}/read/0` }), { view: "start" });
});
