import assert from "node:assert/strict";
import { test } from "node:test";

import { after } from "../../../web/assets/state/generation_state.js";
import { EMPTY } from "../../../web/assets/state/store_state.js";
import { announcement, countsText, stepText, timeText } from "../../../web/assets/views/progress/progress_text.js";
import { ID, numbered, wholeStory } from "../scripted_app.mjs";

const [ANALYSIS, CHUNKS, CHARACTER, PANEL_2, PANEL_1, COMPLETE] = wholeStory();

/** Return the state of a page that follows a generation, after messages. */
function stateAfter(...messages) {
  return numbered(messages).reduce(after, { ...EMPTY, generationId: ID, isGenerating: true });
}

test("each step has plain words", () => {
  const texts = [
    [{ ...EMPTY, isGenerating: true, startKey: "key" }],
    [stateAfter()],
    [stateAfter(ANALYSIS)],
    [stateAfter(ANALYSIS, CHARACTER)],
    [stateAfter(ANALYSIS, CHUNKS)],
    [stateAfter(ANALYSIS, CHUNKS, CHARACTER)],
    [stateAfter(ANALYSIS, CHUNKS, CHARACTER, PANEL_2)],
    [stateAfter(ANALYSIS, CHUNKS, CHARACTER, PANEL_2, PANEL_1)],
    [stateAfter(...wholeStory())],
    [{ ...stateAfter(ANALYSIS), isCancelling: true }],
    [{ ...stateAfter(), isLoading: true }],
    [{ ...stateAfter(ANALYSIS, CHUNKS), redoing: "panel 1" }],
    [{ ...stateAfter(ANALYSIS, CHUNKS), redoing: "character 0" }],
  ].map(([state]) => stepText(state));

  assert.deepEqual(texts, [
    "Sending your story…",
    "Reading the story",
    "Writing the script",
    "Writing the script",
    "Drawing character sheet 1 of 1",
    "Drawing panel 1 of 2",
    "Drawing panel 2 of 2",
    "Finishing the comic",
    "The comic is complete",
    "Cancelling…",
    "Loading the comic…",
    "Drawing panel 2 again",
    "Drawing Mira again",
  ]);
});

test("failed images count as done, and are told", () => {
  const failed = { type: "error", step: "panel", message: "Failed.", code: "content-blocked", index: 0 };
  const state = stateAfter(ANALYSIS, CHUNKS, CHARACTER, failed);

  assert.equal(stepText(state), "Drawing panel 2 of 2");
  assert.equal(countsText(state), "Characters 1 of 1 · Panels 0 of 2 (1 failed)");
});

test("the time so far and the time that is left", () => {
  const running = { isGenerating: true, isLoading: false };
  assert.equal(timeText(running, { elapsedS: 35, secondsLeft: 100 }), "35 s so far, about 2 minutes left");
  assert.equal(timeText(running, { elapsedS: 35, secondsLeft: null }), "35 s so far");
  assert.equal(timeText({ ...running, isGenerating: false }, { elapsedS: 95, secondsLeft: null }), "Drawn in 1 min 35 s");
  assert.equal(timeText({ ...running, isLoading: true }, { elapsedS: 95, secondsLeft: 3 }), "");
  assert.equal(timeText(running, { elapsedS: null, secondsLeft: 3 }), "");
});

test("screen readers hear steps and counts, and no time", () => {
  const states = [stateAfter(), stateAfter(ANALYSIS, CHUNKS, CHARACTER), stateAfter(...wholeStory())];

  assert.deepEqual(states.map(announcement), [
    "Reading the story.",
    "Characters 1 of 1 · Panels 0 of 2.",
    "The comic is complete. Characters 1 of 1 · Panels 2 of 2.",
  ]);
});

test("a script that is to be read first has its own words", () => {
  const [analysis, chunks] = [ANALYSIS, CHUNKS].map((message, index) => numbered([message], index + 1)[0]);
  const begun = { ...EMPTY, generationId: ID, isGenerating: true, stopsAfterPlan: true };
  const planning = after(after(begun, analysis), chunks);
  const planned = after(planning, numbered([{ ...COMPLETE, stoppedAfter: "plan" }], 3)[0]);

  assert.deepEqual([planning, planned].map(stepText), ["Writing the script", "The script is ready"]);
  assert.deepEqual([planning, planned].map(countsText), ["", ""]);
  assert.deepEqual([planning, planned].map(announcement), ["Writing the script.", "The script is ready."]);
});
