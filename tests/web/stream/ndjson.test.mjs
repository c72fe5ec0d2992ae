import assert from "node:assert/strict";
import { test } from "node:test";

import { BrokenStream, readMessages } from "../../../web/assets/stream/ndjson.js";
import { numbered, wholeStory } from "../scripted_app.mjs";

const MESSAGES = numbered(wholeStory());
const BYTES = new TextEncoder().encode(MESSAGES.map((message) => `${JSON.stringify(message)}\n\n`).join(""));

async function* pieces(...all) {
  yield* all;
}

async function read(...all) {
  const messages = [];
  for await (const message of readMessages(pieces(...all))) messages.push(message);
  return messages;
}

test("messages can be cut anywhere, even within a character", async () => {
  for (let cut = 0; cut <= BYTES.length; cut += 1) {
    const messages = await read(BYTES.slice(0, cut), BYTES.slice(cut));
    assert.deepEqual(messages.filter(Boolean), MESSAGES, `cut at ${cut}`);
  }
});

test("messages can arrive byte by byte", async () => {
  const messages = await read(...Array.from(BYTES, (byte) => Uint8Array.of(byte)));

  assert.deepEqual(messages.filter(Boolean), MESSAGES);
});

test("a blank line is a heartbeat", async () => {
  assert.deepEqual(await read(new TextEncoder().encode("\n \n")), [null, null]);
});

test("an incomplete last line is skipped", async () => {
  const messages = await read(BYTES.slice(0, -2));

  assert.deepEqual(messages.filter(Boolean), MESSAGES.slice(0, -1));
});

for (const [name, line] of [
  ["not JSON", "{oops"],
  ["not an object", "7"],
  ["of an unknown type", '{"type":"surprise"}'],
  ["a result without seq", '{"type":"complete","totalPanels":2}'],
  ["a panel without an image", '{"type":"panel","seq":1,"panelNumber":0,"data":{}}'],
]) {
  test(`a line that is ${name} breaks the stream`, async () => {
    await assert.rejects(read(new TextEncoder().encode(`${line}\n`)), BrokenStream);
  });
}

test("unknown fields are ignored", async () => {
  const [message] = await read(new TextEncoder().encode('{"type":"complete","seq":1,"totalPanels":2,"new":[1]}\n'));

  assert.equal(message?.type, "complete");
});
