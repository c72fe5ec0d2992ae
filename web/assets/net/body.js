/** Reads response bodies. */

import { IdleTimer, orAborted, TooSlow } from "../time_limit.js";

/** A download without a byte for this long is dead. */
const FILE_IDLE_MS = 25_000;

/**
 * Yield a response's body as it arrives. (Safari can't iterate over a stream.) The signal ends it even during a read that
 * never settles.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Uint8Array, void, undefined>}
 */
export async function* piecesOf(stream, signal) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await orAborted(reader.read(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // The rest is not needed; the connection may be closed already.
    reader.cancel().catch(() => undefined);
  }
}

/** Read a file to its end, however long that takes while bytes keep arriving. @param {Response} response */
export async function readBlob(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (response.body === null) return new Blob([], { type });
  const connection = new AbortController();
  const idle = new IdleTimer(FILE_IDLE_MS, () => connection.abort(new TooSlow("the download has stopped")));
  /** @type {BlobPart[]} */
  const pieces = [];
  idle.restart();
  try {
    for await (const piece of piecesOf(response.body, connection.signal)) {
      idle.restart();
      pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    }
  } finally {
    idle.stop();
  }
  return new Blob(pieces, { type });
}
