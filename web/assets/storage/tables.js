/**
 * What the page keeps in this browser: a few tables, changed in transactions.
 *
 * @typedef {"generations" | "starts" | "images"} Table
 * @typedef {{ get: (table: Table, key: string) => Promise<any>, put: (table: Table, value: any) => void,
 *   delete: (table: Table, key: string) => void }} Transaction `any` is what the table holds: see who uses it.
 * @typedef {{
 *   read: (table: Table, key: string) => Promise<any>,
 *   all: (table: Table) => Promise<any[]>,
 *   change: <Result>(tables: Table[], work: (transaction: Transaction) => Promise<Result>) => Promise<Result>,
 * }} Tables Whatever `change` writes is there afterwards as a whole, or not at all. Its work may wait for nothing but
 *   the transaction.
 */

/**
 * How the rows of each table are told apart.
 *
 * @type {Readonly<Record<Table, string>>}
 */
export const KEYS = { generations: "id", starts: "key", images: "path" };
