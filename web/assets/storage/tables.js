/**
 * The page's tables in this browser, changed in transactions.
 *
 * @typedef {"generations" | "starts" | "images"} Table
 * @typedef {{ get: (table: Table, key: string) => Promise<any>, put: (table: Table, value: any) => void,
 *   delete: (table: Table, key: string) => void }} Transaction `any` is a row of the table.
 * @typedef {{
 *   read: (table: Table, key: string) => Promise<any>,
 *   all: (table: Table) => Promise<any[]>,
 *   keys: (table: Table) => Promise<string[]>,
 *   change: <Result>(tables: Table[], work: (transaction: Transaction) => Promise<Result>) => Promise<Result>,
 * }} Tables `change` is atomic. Its work must not wait for anything but the transaction.
 */

/** The key of each table's rows. @type {Readonly<Record<Table, string>>} */
export const KEYS = { generations: "id", starts: "key", images: "path" };

const THUMBNAIL = "#thumbnail";

/** Return the key of the small copy of an image. @param {string} path of the image */
export function thumbnailPath(path) {
  return `${path}${THUMBNAIL}`;
}

/** @param {string} path */
export function isThumbnail(path) {
  return path.endsWith(THUMBNAIL);
}
