/** Keeps one generation's results as they come: one write at a time, and the latest state in each. */

/** @typedef {import("../storage/saved_generations.js").SavedGeneration} SavedGeneration */
/** @typedef {import("../storage/saved_generations.js").SavedGenerations} SavedGenerations */
/** @typedef {import("../wire.js").ResultMessage} ResultMessage */
/** @typedef {Pick<SavedGeneration, "id" | "told" | "style" | "title" | "choices">} About */

export class Saver {
  #saved;
  /** @type {ResultMessage[]} */
  #messages = [];
  /** @type {About | null} */
  #unsaved = null;
  /** @type {Promise<void> | null} */
  #saving = null;

  /** @param {SavedGenerations} saved */
  constructor(saved) {
    this.#saved = saved;
  }

  /** The last result's `seq`; 0 if there is none. */
  get cursor() {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  /**
   * Take over what is kept already.
   *
   * @param {SavedGeneration} generation
   */
  load(generation) {
    this.#messages = [...generation.messages];
  }

  /**
   * Add a result; tell whether it is a further one.
   *
   * @param {ResultMessage} message
   */
  add(message) {
    if (message.seq !== this.cursor + 1) return false;
    this.#messages.push(message);
    return true;
  }

  /**
   * Keep what there is.
   *
   * @param {About} about
   */
  save(about) {
    this.#unsaved = about;
    this.#saving ??= this.#work().finally(() => {
      this.#saving = null;
    });
  }

  async #work() {
    while (this.#unsaved !== null) {
      const about = this.#unsaved;
      this.#unsaved = null;
      await this.#saved.keep({ ...about, messages: [...this.#messages], cursor: this.cursor });
    }
  }
}
