/** Stores a generation's results as they arrive: one write at a time, always of the latest state. */

/** @import { SavedGeneration, SavedGenerations } from "../storage/saved_generations.js" */
/** @import { ResultMessage } from "../wire.js" */
/**
 * @typedef {Pick<SavedGeneration,
 *   "id" | "request" | "style" | "aspect" | "lettering" | "title" | "choices" | "cost" | "chapters"
 * >} About
 */

export class Saver {
  #saved;
  /** @type {ResultMessage[]} */
  #messages = [];
  /** @type {About | null} */
  #unsaved = null;
  #isSaving = false;

  /** @param {SavedGenerations} saved */
  constructor(saved) {
    this.#saved = saved;
  }

  /** The `seq` of the last result; 0 if there is none. */
  get cursor() {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  /** Start with the stored results. @param {SavedGeneration} generation */
  load(generation) {
    this.#messages = [...generation.messages];
  }

  /** Add a result; return whether it is new. @param {ResultMessage} message */
  add(message) {
    if (message.seq !== this.cursor + 1) return false;
    this.#messages.push(message);
    return true;
  }

  /** Store the results. @param {About} about */
  save(about) {
    this.#unsaved = about;
    if (!this.#isSaving) void this.#write();
  }

  async #write() {
    this.#isSaving = true;
    try {
      while (this.#unsaved !== null) {
        const about = this.#unsaved;
        this.#unsaved = null;
        await this.#saved.save({ ...about, messages: [...this.#messages], cursor: this.cursor });
      }
    } finally {
      // At once, not a turn later: a save in between would never be written.
      this.#isSaving = false;
    }
  }
}
