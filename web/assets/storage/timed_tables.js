/**
 * Tables with a time limit for each call.
 *
 * IndexedDB may never answer: another tab blocks the open, or a transaction never ends. While a call is overdue, all
 * others fail immediately, so a broken disk delays the page only once.
 */

import { TooSlow, withTimeLimit } from "../time_limit.js";

/** @import { Tables } from "./tables.js" */

/** A working disk answers within milliseconds, and the user waits for these calls. */
const TIME_LIMIT_MS = 3000;

/** @param {Promise<Tables>} tables settles when they are open @param {number} limitMs @returns {Tables} */
export function timedTables(tables, limitMs = TIME_LIMIT_MS) {
  // Each call reports a failed open.
  tables.catch(() => undefined);
  let late = 0;

  /**
   * @template Result
   * @param {(tables: Tables) => Promise<Result>} call
   * @returns {Promise<Result>}
   */
  async function inTime(call) {
    if (late > 0) throw new Error("an earlier call is still waiting");
    const answer = tables.then(call);
    try {
      return await withTimeLimit(limitMs, () => answer);
    } catch (error) {
      if (error instanceof TooSlow) {
        late += 1;
        const arrive = () => void (late -= 1);
        answer.then(arrive, arrive);
      }
      throw error;
    }
  }

  return {
    read: (table, key) => inTime((opened) => opened.read(table, key)),
    all: (table) => inTime((opened) => opened.all(table)),
    keys: (table) => inTime((opened) => opened.keys(table)),
    change: (names, work) => inTime((opened) => opened.change(names, work)),
  };
}
