import assert from "node:assert/strict";
import { test } from "node:test";

import { Saver } from "../../../web/assets/state/saver.js";

test("a change is stored whenever it comes during or after another one", async () => {
  for (let turns = 0; turns < 10; turns += 1) {
    const stored = [];
    const saver = new Saver({ save: async ({ title }) => void stored.push(title) });
    saver.save({ title: "first" });
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    saver.save({ title: "second" });
    await new Promise((resolve) => setImmediate(resolve));

    assert.equal(stored.at(-1), "second", `after ${turns} turns`);
  }
});
