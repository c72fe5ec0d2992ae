/** Tables in IndexedDB, or in memory if the browser has no working storage. No call fails or hangs. */

import { openIndexedTables } from "./indexed_tables.js";
import { createMemoryTables } from "./memory_tables.js";
import { isThumbnail, KEYS } from "./tables.js";
import { timedTables } from "./timed_tables.js";

/** @import { Table, Tables, Transaction } from "./tables.js" */

/**
 * @param {IDBFactory | undefined} factory undefined if the browser has none
 * @param {number} [limitMs] time limit of each call
 * @returns {Tables}
 */
export function openLastingTables(factory, limitMs) {
  const memory = createMemoryTables();
  if (factory === undefined) return memory;
  return withMemory(timedTables(openIndexedTables(factory), limitMs), memory);
}

/**
 * Tables on disk, with memory for rows that can't be written there. A row in memory is newer than the same row on disk.
 *
 * @param {Tables} disk
 * @param {Tables} memory
 * @returns {Tables}
 */
export function withMemory(disk, memory) {
  return {
    async read(table, key) {
      return (await memory.read(table, key)) ?? (await orElse(disk.read(table, key), undefined));
    },
    async all(table) {
      /** @type {Map<string, any>} */
      const rows = new Map();
      for (const row of await orElse(disk.all(table), [])) rows.set(row[KEYS[table]], row);
      for (const row of await memory.all(table)) rows.set(row[KEYS[table]], row);
      return [...rows.values()];
    },
    async keys(table) {
      return [...new Set([...(await orElse(disk.keys(table), [])), ...(await memory.keys(table))])];
    },
    async change(tables, work) {
      /** @type {[Table, string][]} */
      const written = [];
      try {
        const result = await changeWithRoom(disk, tables, (transaction) => work(recording(transaction, memory, written)));
        await forget(memory, written);
        return result;
      } catch {
        return memory.change(tables, (transaction) =>
          work({
            ...transaction,
            get: async (table, key) =>
              (await transaction.get(table, key)) ?? (await orElse(disk.read(table, key), undefined)),
          }),
        );
      }
    },
  };
}

/**
 * @template Result, Default
 * @param {Promise<Result>} attempt
 * @param {Default} fallback
 * @returns {Promise<Result | Default>}
 */
async function orElse(attempt, fallback) {
  try {
    return await attempt;
  } catch {
    return fallback;
  }
}

/**
 * @param {Transaction} transaction
 * @param {Tables} memory
 * @param {[Table, string][]} written
 * @returns {Transaction}
 */
function recording(transaction, memory, written) {
  return {
    get: async (table, key) => (await memory.read(table, key)) ?? transaction.get(table, key),
    put(table, value) {
      written.push([table, value[KEYS[table]]]);
      transaction.put(table, value);
    },
    delete(table, key) {
      written.push([table, key]);
      transaction.delete(table, key);
    },
  };
}

/** Remove rows from memory that are on disk now. @param {Tables} memory @param {[Table, string][]} rows */
async function forget(memory, rows) {
  await memory.change([], async (transaction) => {
    for (const [table, key] of rows) transaction.delete(table, key);
  });
}

/**
 * Change the tables. If the disk is full, remove the older half of the images, which the app still has, and try again.
 *
 * @template Result
 * @param {Tables} disk
 * @param {Table[]} tables
 * @param {(transaction: Transaction) => Promise<Result>} work
 */
async function changeWithRoom(disk, tables, work) {
  try {
    return await disk.change(tables, work);
  } catch (error) {
    if (!isFull(error)) throw error;
    await makeRoom(disk);
    return disk.change(tables, work);
  }
}

/** Thumbnails stay: they need little room, and the shelf shows them. @param {Tables} disk */
async function makeRoom(disk) {
  const images = (await disk.all("images")).filter((image) => !isThumbnail(image.path));
  images.sort((one, other) => one.seenAt - other.seenAt);
  const oldest = images.slice(0, Math.ceil(images.length / 2));
  await disk.change(["images"], async (transaction) => {
    for (const image of oldest) transaction.delete("images", image.path);
  });
}

/** @param {unknown} error */
function isFull(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
