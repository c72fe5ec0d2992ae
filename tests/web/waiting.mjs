/** Waits for conditions and for words of the test itself. */

import assert from "node:assert/strict";

const PATIENCE_MS = 10_000;

/**
 * Return the first value that is true, of a function that is called until then.
 *
 * @template Value
 * @param {() => Value | Promise<Value>} look
 * @param {string} description
 */
export async function until(look, description) {
  const givesUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await look();
    if (value) return value;
    assert(Date.now() < givesUpAt, `waited for: ${description}; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Return a promise, and what keeps it. */
export function gate() {
  let open = () => undefined;
  const opened = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
  return { opened, open };
}
