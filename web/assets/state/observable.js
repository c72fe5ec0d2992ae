/**
 * A value that can be watched. Watchers are called with the latest value only, once for all changes of one turn.
 *
 * @template Value
 */
export class Observable {
  /** @type {Value} */
  #value;
  /** @type {Set<(value: Value) => void>} */
  #watchers = new Set();
  #isTelling = false;

  /** @param {Value} value */
  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  /** @param {Partial<Value>} changes */
  set(changes) {
    this.#value = { ...this.#value, ...changes };
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const watcher of [...this.#watchers]) watcher(this.#value);
    });
  }

  /**
   * Watch the value, beginning with what it is now; returns what ends it.
   *
   * @param {(value: Value) => void} watcher
   * @returns {() => void}
   */
  watch(watcher) {
    this.#watchers.add(watcher);
    watcher(this.#value);
    return () => void this.#watchers.delete(watcher);
  }
}
