/** Limits for promises that may never settle. */

/** The work took longer than its limit. */
export class TooSlow extends Error {}

/**
 * Return the result of the work, or abort its signal and throw after the limit. Work that ignores the signal continues.
 *
 * @template Result
 * @param {number} limitMs
 * @param {(signal: AbortSignal) => Promise<Result>} work
 * @returns {Promise<Result>}
 * @throws {TooSlow}
 */
export async function withTimeLimit(limitMs, work) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TooSlow(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await orAborted(work(controller.signal), controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Return the promise's result, or throw the signal's reason if it is aborted first.
 *
 * @template Result
 * @param {Promise<Result>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<Result>}
 */
export function orAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Calls back if it is not restarted in time. */
export class IdleTimer {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #idleMs;
  #onIdle;

  /** @param {number} idleMs @param {() => void} onIdle */
  constructor(idleMs, onIdle) {
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  /** @param {number} [idleMs] */
  restart(idleMs = this.#idleMs) {
    this.stop();
    this.#timer = setTimeout(this.#onIdle, idleMs);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
