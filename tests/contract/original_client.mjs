// A browser client as the first version of the stream had it: it knows neither seq, nor heartbeats, nor coming back.
// Usage: node original_client.mjs URL < request.json; prints the store it ends up with as JSON.
import { text } from "node:stream/consumers";

const store = {
  step: "Connecting to stream...",
  generating: true,
  error: null,
  failedStep: null,
  analysis: null,
  breakdown: null,
  characters: [],
  panels: [],
  retries: 0,
  unparsable: 0,
};

const receive = {
  status: ({ message }) => (store.step = message),
  analysis: ({ data }) => (store.analysis = data),
  chunks: ({ data }) => (store.breakdown = data),
  character: ({ data }) => store.characters.push(data),
  panel: ({ panelNumber, data }) => (store.panels[panelNumber] = data),
  error: ({ step, message, retrying }) => {
    if (retrying) {
      store.retries += 1;
      return;
    }
    store.error = `Error during ${step}: ${message}`;
    store.failedStep = step;
  },
  complete: ({ totalPanels }) => {
    store.step = "Complete!";
    store.generating = false;
    store.totalPanels = totalPanels;
  },
};

function take(line) {
  if (line.trim() === "") return;
  try {
    const message = JSON.parse(line);
    receive[message.type](message);
  } catch {
    store.unparsable += 1;
  }
}

const response = await fetch(`${process.argv[2]}/api/generate-manga-stream`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: await text(process.stdin),
});
if (!response.ok) throw new Error(`refused: ${response.status}`);

const reader = response.body.getReader();
const decoder = new TextDecoder();
let unfinished = "";
for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
  const lines = (unfinished + decoder.decode(piece.value, { stream: true })).split("\n");
  unfinished = lines.pop();
  lines.forEach(take);
}
store.leftOver = unfinished;
console.log(JSON.stringify(store));
