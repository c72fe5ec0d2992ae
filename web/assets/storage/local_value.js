/** A value in localStorage. If the browser denies storage, it lasts as long as the page. */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} LocalStorage */

export class LocalValue {
  #storage;
  #name;
  /** @type {string | null} */
  #value;

  /** @param {LocalStorage | null} storage null if the browser has none @param {string} name */
  constructor(storage, name) {
    this.#storage = storage;
    this.#name = name;
    this.#value = attempt(() => storage?.getItem(name)) ?? null;
  }

  get() {
    return this.#value;
  }

  /** @param {string} value */
  set(value) {
    this.#value = value;
    attempt(() => this.#storage?.setItem(this.#name, value));
  }

  remove() {
    this.#value = null;
    attempt(() => this.#storage?.removeItem(this.#name));
  }
}

/** Return the result, or null if the browser denies it. @template Result @param {() => Result} access */
export function attempt(access) {
  try {
    return access();
  } catch {
    return null;
  }
}
