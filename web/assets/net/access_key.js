/** The access key of an app that requires one: asked for once, and stored in this browser. */

/** @import { LocalValue } from "../storage/local_value.js" */
/** @typedef {"missing" | "wrong" | "too low"} KeyProblem `too low`: the key is valid, but a higher level is needed. */

/** Stores the key and asks the user for it, once even if several requests are refused at the same time. */
export class AccessKey {
  #stored;
  #askUser;
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /**
   * @param {LocalValue} stored
   * @param {(problem: KeyProblem) => Promise<string | null>} askUser returns null if the user has no key
   */
  constructor(stored, askUser) {
    this.#stored = stored;
    this.#askUser = askUser;
  }

  /** The key, or null if unknown. */
  get value() {
    return this.#stored.get();
  }

  /**
   * Ask for a key to replace a refused one; return whether there is another one to try.
   *
   * @param {string | null} refused
   * @param {number} status 401 for a wrong key, 403 for a valid one of a lower level
   */
  async ask(refused, status) {
    if (this.value !== refused) return true;
    const problem = refused === null ? "missing" : status === 403 ? "too low" : "wrong";
    this.#asking ??= this.#ask(problem).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** @param {KeyProblem} problem */
  async #ask(problem) {
    const answer = (await this.#askUser(problem))?.trim() ?? "";
    if (answer === "") return false;
    this.#stored.set(answer);
    return true;
  }
}
