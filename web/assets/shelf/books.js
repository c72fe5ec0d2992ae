/** Groups the comics of the shelf into books. */

/** @import { Chapter } from "../wire.js" */
/** @import { ShelfEntry } from "./shelf_entry.js" */
/**
 * @typedef {{ key: string, entries: ShelfEntry[], others: Chapter[] }} Book `entries` are in the order of their chapters, and
 *   know all of them; `others` are chapters that this device does not have.
 */

/**
 * Return the comics as books, in the order of the latest of their chapters. A comic without chapters is a book of one.
 *
 * @param {ShelfEntry[]} entries the latest first
 * @param {ReadonlySet<string>} [hiddenIds] of chapters that are not shown as `others`
 * @returns {Book[]}
 */
export function booksOf(entries, hiddenIds = new Set()) {
  /** @type {{ ids: Set<string>, entries: ShelfEntry[] }[]} */
  let groups = [];
  for (const entry of entries) {
    const ids = new Set([entry.id, ...entry.chapters.map(({ id }) => id)]);
    const related = groups.filter((group) => overlap(group.ids, ids));
    const [first] = related;
    const merged = {
      ids: new Set([...ids, ...related.flatMap((group) => [...group.ids])]),
      entries: [...related.flatMap((group) => group.entries), entry],
    };
    if (first === undefined) groups.push(merged);
    else groups = groups.flatMap((group) => (group === first ? merged : related.includes(group) ? [] : group));
  }
  return groups.map((group) => bookOf(group.entries, hiddenIds));
}

/** @param {ShelfEntry[]} entries @param {ReadonlySet<string>} hiddenIds @returns {Book} */
function bookOf(entries, hiddenIds) {
  const chapters = new Map(entries.flatMap((entry) => entry.chapters.map((chapter) => [chapter.id, chapter])));
  const numberOf = (/** @type {ShelfEntry} */ { id }) => chapters.get(id)?.number ?? 0;
  const all = [...chapters.values()].sort((one, other) => one.number - other.number);
  const sorted = [...entries].sort((one, other) => numberOf(one) - numberOf(other)).map((entry) => ({ ...entry, chapters: all }));
  const known = new Set(entries.map(({ id }) => id));
  const others = all.filter(({ id, status }) => !known.has(id) && !hiddenIds.has(id) && status !== "waiting");
  return { key: [...chapters.keys()].sort()[0] ?? sorted[0]?.id ?? "", entries: sorted, others };
}

/** @param {Set<string>} one @param {Set<string>} other */
function overlap(one, other) {
  return [...other].some((id) => one.has(id));
}
