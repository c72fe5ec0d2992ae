/** The comics that this browser has stored or has known, and what the app says of them. */

import { Refused } from "../net/refused.js";
import { absentEntry, entryOf } from "./shelf_entry.js";

/** @import { Api } from "../net/api.js" */
/** @import { KnownComics } from "./known_comics.js" */
/** @import { SavedGenerations } from "../storage/saved_generations.js" */
/** @import { Tables } from "../storage/tables.js" */
/** @import { Peeked } from "./shelf_entry.js" */

export class Shelf {
  #api;
  #saved;
  #tables;
  #known;

  /** @param {Api} api @param {SavedGenerations} saved @param {Tables} tables @param {KnownComics} known */
  constructor(api, saved, tables, known) {
    this.#api = api;
    this.#saved = saved;
    this.#tables = tables;
    this.#known = known;
  }

  /** Return all comics, the latest first, the unanswered starts, and the ids of deleted comics. */
  async load() {
    const [starts, { generations, deletedIds }, images] = await Promise.all([
      this.#saved.starts(),
      this.#saved.overview(),
      this.#tables.keys("images"),
    ]);
    const stored = new Set(images);
    const present = generations.map((generation) => entryOf(generation, stored));
    const listed = new Set([...present.map(({ id }) => id), ...deletedIds]);
    const absent = this.#known.load().flatMap((known) => (listed.has(known.id) ? [] : [absentEntry(known)]));
    const entries = [...present, ...absent].sort((one, other) => other.openedAt - one.openedAt);
    this.#known.save(entries);
    return { starts, entries, deletedIds };
  }

  /**
   * Return the app's state of a generation, "gone" if it has none, or null if it does not tell.
   *
   * @param {string} id
   * @returns {Promise<Peeked | "gone" | null>}
   */
  async ask(id) {
    try {
      return await this.#api.peek(id);
    } catch (error) {
      return error instanceof Refused && error.isGone ? "gone" : null;
    }
  }
}
