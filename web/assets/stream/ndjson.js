/** Parses newline-delimited JSON from bytes in pieces of any size. */

import { isMessage } from "../wire.js";

/** @import { StreamMessage } from "../wire.js" */

/** The page does not understand an answer of the app. */
export class BrokenStream extends Error {}

/**
 * Yield the message of each line, and `null` for a heartbeat. An incomplete last line is skipped: the next response
 * repeats it.
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

/** @param {string} line @returns {StreamMessage | null} */
function parse(line) {
  if (line.trim() === "") return null;
  let value;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new BrokenStream(`a line is not JSON: ${line.slice(0, 80)}`, { cause: error });
  }
  if (!isMessage(value)) throw new BrokenStream(`a line is not a message of the stream: ${line.slice(0, 80)}`);
  return value;
}
