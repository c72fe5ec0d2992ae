/** Tables that last as long as the page, for browsers without storage. */

import { KEYS } from "./tables.js";

/** @import { Table, Tables } from "./tables.js" */

/** @returns {Tables} */
export function createMemoryTables() {
  /** @type {Record<Table, Map<string, any>>} */
  const rows = { generations: new Map(), starts: new Map(), images: new Map() };
  return {
    async read(table, key) {
      return rows[table].get(key);
    },
    async all(table) {
      return [...rows[table].values()];
    },
    async keys(table) {
      return [...rows[table].keys()];
    },
    async change(_tables, work) {
      /** @type {(() => void)[]} */
      const changes = [];
      const result = await work({
        get: async (table, key) => rows[table].get(key),
        put: (table, value) => void changes.push(() => rows[table].set(value[KEYS[table]], value)),
        delete: (table, key) => void changes.push(() => rows[table].delete(key)),
      });
      for (const change of changes) change();
      return result;
    },
  };
}
