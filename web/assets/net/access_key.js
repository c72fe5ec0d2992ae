/** The access key that an app may want: asked for once, and kept in this browser. */

const NAME = "story-to-manga:access-key";

/** @typedef {Pick<Storage, "getItem" | "setItem">} KeyStorage */
/** @typedef {"missing" | "wrong" | "too low"} KeyProblem `too low`: the key is valid, but one of a higher level is needed. */

/** Holds the key and asks for it, once however many requests are refused at the same time. */
export class AccessKey {
  /** @type {KeyStorage | null} */
  #storage;
  /** @type {(problem: KeyProblem) => Promise<string | null>} */
  #askPerson;
  /** @type {string | null} */
  #value = null;
  /** @type {Promise<boolean> | null} */
  #asking = null;

  /**
   * @param {KeyStorage | null} storage null where the browser gives none
   * @param {(problem: KeyProblem) => Promise<string | null>} askPerson returns null if there is no key to be had
   */
  constructor(storage, askPerson) {
    this.#storage = storage;
    this.#askPerson = askPerson;
    this.#value = this.#load();
  }

  /** The key, or null while none is known. */
  get value() {
    return this.#value;
  }

  /**
   * Ask for a key in place of the one that was refused; tell whether there is another one to try.
   *
   * @param {string | null} refused
   * @param {number} status what the app answered: 401 for a wrong key, 403 for a valid one of a lower level
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
    const answer = await this.#askPerson(problem);
    if (answer === null || answer.trim() === "") return false;
    this.#value = answer.trim();
    this.#save(this.#value);
    return true;
  }

  #load() {
    try {
      return this.#storage?.getItem(NAME) ?? null;
    } catch {
      // Storage is refused: the key is asked for again after a reload.
      return null;
    }
  }

  /** @param {string} key */
  #save(key) {
    try {
      this.#storage?.setItem(NAME, key);
    } catch {
      // As above: it is kept until the page is closed.
    }
  }
}
