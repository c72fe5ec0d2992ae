import assert from "node:assert/strict";
import { test } from "node:test";

import { Saver } from "../../web/assets/state/saver.js";

test("a change that comes while an earlier write ends is written, too", async () => {
  for (let turns = 0; turns < 6; turns += 1) {
    const written = [];
    const saver = new Saver({
      save: async ({ title }) => {
        written.push(title);
        if (title === "first") void later(turns, () => saver.save({ title: "second" }));
      },
    });
    saver.save({ title: "first" });
    await later(20, () => undefined);

    assert.deepEqual(written, ["first", "second"], `after ${turns} turns`);
  }
});

/** Call a function after so many microtasks. */
async function later(turns, run) {
  for (let turn = 0; turn < turns; turn += 1) await null;
  run();
}
