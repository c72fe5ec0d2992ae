/** Time limits for promises that may never settle. */

/** The work took longer than its limit. */
export class TooSlow extends Error {}

/**
 * Return the result of the work, or throw after the limit. The work's signal is aborted then; work that ignores it
 * goes on unattended.
 *
 * @template Result
 * @param {number} limitMs
 * @param {(signal: AbortSignal) => Promise<Result>} work
 * @returns {Promise<Result>}
 * @throws {TooSlow}
 */
export async function withTimeLimit(limitMs, work) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const limit = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TooSlow(`no answer within ${limitMs} ms`));
      controller.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([work(controller.signal), /** @type {Promise<never>} */ (limit)]);
  } finally {
    clearTimeout(timer);
  }
}
