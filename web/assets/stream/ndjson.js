/** Newline-delimited JSON: bytes that come in any pieces become messages. */

import { orAborted } from "../time_limit.js";
import { isMessage } from "../wire.js";

/** @typedef {import("../wire.js").StreamMessage} StreamMessage */

/** A complete line is no message that this page understands. */
export class BrokenStream extends Error {}

/**
 * Yield each line as its message, and `null` for a heartbeat. A last line that was cut off is left out: it comes
 * again with the next response.
 *
 * @param {AsyncIterable<Uint8Array>} pieces
 * @returns {AsyncGenerator<StreamMessage | null, void, undefined>}
 * @throws {BrokenStream}
 */
export async function* readMessages(pieces) {
  const decoder = new TextDecoder();
  /** @type {string[]} */
  let pending = [];
  for await (const piece of pieces) {
    const [first = "", ...more] = decoder.decode(piece, { stream: true }).split("\n");
    pending.push(first);
    for (const next of more) {
      yield parse(pending.join(""));
      pending = [next];
    }
  }
}

/**
 * @param {string} line
 * @returns {StreamMessage | null}
 */
function parse(line) {
  if (line.trim() === "") return null;
  let value;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new BrokenStream(`a line is no JSON: ${line.slice(0, 80)}`, { cause: error });
  }
  if (!isMessage(value)) throw new BrokenStream(`a line is no message of the stream: ${line.slice(0, 80)}`);
  return value;
}

/**
 * Yield a response's body as it comes. (Safari can't iterate over a stream by itself.) The signal ends it even during
 * a read that never settles.
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
    // Whoever stops listening needs no more of it; that the connection is gone already is all the same.
    reader.cancel().catch(() => undefined);
  }
}
