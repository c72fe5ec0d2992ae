/** The access key of an app that requires one: asked for once, and stored in this browser. */

const NAME = "story-to-manga:access-key";

/** @typedef {Pick<Storage, "getItem" | "setItem">} KeyStorage */
/** @typedef {"missing" | "wrong" | "too low"} KeyProblem `too low`: the key is valid, but one of a higher level is needed. */

/** Stores the key and asks the user for it, once even if several requests are refused at the same time. */
export class AccessKey {
  /** @type {KeyStorage | null} */
  #storage;
  /** @type {(problem: KeyProblem) => Promise<string | null>} */
  #askUser;
  /** @type {string | null} */
  #value = null;
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /**
   * @param {KeyStorage | null} storage null if the browser has none
   * @param {(problem: KeyProblem) => Promise<string | null>} askUser returns null if the user has no key
   */
  constructor(storage, askUser) {
    this.#storage = storage;
    this.#askUser = askUser;
    this.#value = this.#load();
  }

  /** The key, or null if unknown. */
  get value() {
    return this.#value;
  }

  /**
   * Ask for a key to replace a refused one; return whether there is another one to try.
   *
   * @param {string | null} refused
   * @param {number} status 401 for a wrong key, 403 for a valid one of a lower level
   */
  async ask(refused, status) {
    if (this.#value !== refused) return true;
    const problem = refused === null ? "missing" : status === 403 ? "too low" : "wrong";
    this.#asking ??= this.#ask(problem).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** @param {KeyProblem} problem */
  async #ask(problem) {
    const answer = await this.#askUser(problem);
    if (answer === null || answer.trim() === "") return false;
    this.#value = answer.trim();
    this.#save(this.#value);
    return true;
  }

  #load() {
    try {
      return this.#storage?.getItem(NAME) ?? null;
    } catch {
      // Storage is denied: the user is asked again after a reload.
      return null;
    }
  }

  /** @param {string} key */
  #save(key) {
    try {
      this.#storage?.setItem(NAME, key);
    } catch {
      // As above: the key lasts as long as the page.
    }
  }
}
