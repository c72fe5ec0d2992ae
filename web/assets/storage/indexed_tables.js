/** Tables in IndexedDB. */

import { KEYS } from "./tables.js";

/** @import { Table, Tables } from "./tables.js" */

const NAME = "story-to-manga";
const VERSION = 1;

/**
 * Open the database. Calls may never settle; `timed_tables.js` limits them.
 *
 * @param {IDBFactory} factory
 * @returns {Promise<Tables>}
 * @throws {Error} the browser denies storage
 */
export async function openIndexedTables(factory) {
  let database = await open(factory);

  /** @param {Table | Table[]} tables @param {IDBTransactionMode} mode */
  async function begin(tables, mode) {
    try {
      return database.transaction(tables, mode);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      // The browser may close the connection of a page in the background.
      database = await open(factory);
      return database.transaction(tables, mode);
    }
  }

  /** @param {Table} table @param {IDBValidKey} key */
  async function read(table, key) {
    const transaction = await begin(table, "readonly");
    return settled(transaction.objectStore(table).get(key));
  }

  /** Read row by row: `getAll` fails as a whole if one row can't be read. @param {Table} table */
  async function readableRows(table) {
    const rows = await Promise.allSettled((await keys(table)).map((key) => read(table, key)));
    return rows.flatMap((row) => (row.status === "fulfilled" && row.value !== undefined ? [row.value] : []));
  }

  /** @param {Table} table @returns {Promise<string[]>} */
  async function keys(table) {
    const transaction = await begin(table, "readonly");
    return settled(transaction.objectStore(table).getAllKeys()).then((all) => all.map(String));
  }

  return {
    read,
    keys,
    async all(table) {
      const transaction = await begin(table, "readonly");
      return settled(transaction.objectStore(table).getAll()).catch(() => readableRows(table));
    },
    async change(tables, work) {
      const transaction = await begin(tables, "readwrite");
      const done = committed(transaction);
      // The error is reported by `await done` below.
      done.catch(() => undefined);
      try {
        const result = await work(writing(transaction));
        await done;
        return result;
      } catch (error) {
        abort(transaction);
        throw error;
      }
    },
  };
}

/** @param {IDBTransaction} transaction @returns {import("./tables.js").Transaction} */
function writing(transaction) {
  return {
    get: (table, key) => settled(transaction.objectStore(table).get(key)),
    put: (table, value) => void transaction.objectStore(table).put(value),
    delete: (table, key) => void transaction.objectStore(table).delete(key),
  };
}

/** @param {IDBFactory} factory @returns {Promise<IDBDatabase>} */
function open(factory) {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(KEYS)) request.result.createObjectStore(table, { keyPath });
    };
    request.onsuccess = () => {
      // A newer page in another tab may upgrade the tables; this page then works from memory.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("IndexedDB can't be opened"));
  });
}

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction */
function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was aborted"));
  });
}

/** @param {IDBTransaction} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has already ended.
  }
}
