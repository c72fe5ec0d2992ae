/**
 * A value with watchers. All changes of one turn are reported together.
 *
 * @template Value
 */
export class Observable {
  /** @type {Value} */
  #value;
  /** @type {Set<(value: Value) => void>} */
  #watchers = new Set();
  #isScheduled = false;

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
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      for (const watcher of [...this.#watchers]) watcher(this.#value);
    });
  }

  /**
   * Watch the value, beginning with the current one; returns a function that stops it.
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
