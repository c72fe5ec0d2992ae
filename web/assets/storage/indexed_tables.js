/** Tables in IndexedDB. */

import { KEYS } from "./tables.js";

/** @typedef {import("./tables.js").Table} Table */
/** @typedef {import("./tables.js").Tables} Tables */

const NAME = "story-to-manga";
const VERSION = 1;
/** Some browsers never answer where storage is refused. */
const OPEN_TIMEOUT_MS = 3000;

/**
 * Open the database.
 *
 * @param {IDBFactory} factory
 * @returns {Promise<Tables>}
 * @throws {Error} the browser gives no storage
 */
export async function openIndexedTables(factory) {
  let database = await open(factory);

  /** @param {Table | Table[]} tables @param {IDBTransactionMode} mode */
  async function begin(tables, mode) {
    try {
      return database.transaction(tables, mode);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      // A browser may close the connection of a page that was in the background.
      database = await open(factory);
      return database.transaction(tables, mode);
    }
  }

  return {
    async read(table, key) {
      const transaction = await begin(table, "readonly");
      return settled(transaction.objectStore(table).get(key));
    },
    async all(table) {
      const transaction = await begin(table, "readonly");
      return settled(transaction.objectStore(table).getAll());
    },
    async change(tables, work) {
      const transaction = await begin(tables, "readwrite");
      const done = committed(transaction);
      // Whoever waits for the work learns of a failed transaction from below.
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
    const timer = setTimeout(() => reject(new Error("IndexedDB does not answer")), OPEN_TIMEOUT_MS);
    const request = factory.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(KEYS)) request.result.createObjectStore(table, { keyPath });
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      // A newer page in another tab may change the tables; this one then works from memory.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error ?? new Error("IndexedDB can't be opened"));
    };
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
    transaction.onabort = () => reject(transaction.error ?? new Error("the transaction was given up"));
  });
}

/** @param {IDBTransaction} transaction */
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself.
  }
}
