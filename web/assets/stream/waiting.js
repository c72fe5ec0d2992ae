/** A wait that can be ended early. */
export class Waiting {
  /** @type {(() => void) | null} */
  #end = null;

  /**
   * Wait, at most for so long.
   *
   * @param {number} delayMs
   */
  async wait(delayMs) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    await new Promise((resolve) => {
      this.#end = () => resolve(undefined);
      timer = setTimeout(resolve, delayMs);
    });
    clearTimeout(timer);
    this.#end = null;
  }

  /** End the wait, if one is under way. */
  end() {
    this.#end?.();
  }
}
