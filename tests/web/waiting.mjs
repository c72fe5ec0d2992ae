/** Waiting for conditions, and promises that a test resolves. */

import assert from "node:assert/strict";

const PATIENCE_MS = 10_000;

/**
 * Call a function until it returns a truthy value, and return that.
 *
 * @template Value
 * @param {() => Value | Promise<Value>} look
 * @param {string} description
 */
export async function until(look, description) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await look();
    if (value) return value;
    assert(Date.now() < deadline, `waited for: ${description}; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A promise that never settles. */
export const never = () => new Promise(() => undefined);

/** Return a promise and a function that resolves it. */
export function gate() {
  let open = () => undefined;
  const opened = new Promise((resolve) => {
    open = () => resolve(undefined);
  });
  return { opened, open };
}
