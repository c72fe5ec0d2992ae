/** Unsaved changes of scripts in this browser. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { StoredScripts } from "../../../web/assets/comic/stored_scripts.js";
import { editedPlan } from "../../../web/assets/editor/edited_plan.js";
import { RetryPrice } from "../../../web/assets/price/retry_price.js";
import { LocalValue } from "../../../web/assets/storage/local_value.js";
import { DENIED_STORAGE, ID, memoryStorage, wholeStory } from "../scripted_app.mjs";

const [ANALYSIS, CHUNKS] = wholeStory();
const SCRIPT = { version: '"a"', edited: editedPlan({ analysis: ANALYSIS.data, chunks: CHUNKS.data }) };
const storedIn = (storage) => new StoredScripts(new LocalValue(storage, "scripts"));

test("unsaved changes are there after a reload, until they are removed", () => {
  const storage = memoryStorage();
  storedIn(storage).write(ID, SCRIPT);

  assert.deepEqual(storedIn(storage).read(ID), SCRIPT);
  assert.equal(storedIn(storage).read("f".repeat(32)), null);
  storedIn(storage).remove(ID);
  assert.equal(storedIn(storage).read(ID), null);
});

test("only the latest scripts are kept", () => {
  const stored = storedIn(memoryStorage());
  for (let count = 0; count < 10; count += 1) stored.write(String(count), SCRIPT);

  assert.deepEqual(["0", "1", "2", "9"].map((id) => stored.read(id) !== null), [false, false, true, true]);
});

test("a damaged or denied storage has no scripts", () => {
  assert.equal(storedIn(memoryStorage({ scripts: "{" })).read(ID), null);
  assert.equal(storedIn(memoryStorage({ scripts: JSON.stringify([[ID, { version: 1 }], 7]) })).read(ID), null);
  const denied = storedIn(DENIED_STORAGE);
  denied.write(ID, SCRIPT);
  assert.deepEqual(denied.read(ID), SCRIPT);
});

test("the price of a retry is asked for once for each script, and never shown for another one", async () => {
  const texts = [];
  const asked = [];
  /** @type {((estimate: object) => void)[]} */
  const answers = [];
  const estimateRetry = (id) => (asked.push(id), new Promise((resolve) => answers.push(resolve)));
  const price = new RetryPrice({ estimateRetry }, (text) => texts.push(text));
  const estimate = (expected) => ({ price: { min: 0, expected, max: 0.241 } });

  const first = price.update(ID, "one panel");
  await price.update(ID, "one panel");
  const second = price.update(ID, "two panels");
  answers[1]?.(estimate(0.2));
  answers[0]?.(estimate(0.1));
  await Promise.all([first, second]);
  assert.deepEqual(asked, [ID, ID]);
  assert.equal(texts.at(-1), "About $0.20 (at most $0.25)");
  await price.update(ID, "");
  assert.equal(texts.at(-1), "");
});
