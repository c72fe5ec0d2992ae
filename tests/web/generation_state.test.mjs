import assert from "node:assert/strict";
import { test } from "node:test";

import { after, isPlanned, isScriptOnly, isWhole, itemKey, NOTHING_YET, progressOf } from "../../web/assets/state/generation_state.js";
import { ID, numbered, wholeStory } from "./scripted_app.mjs";

const [ANALYSIS, CHUNKS, CHARACTER, PANEL_2, PANEL_1, COMPLETE] = wholeStory();

/** Return the state after messages. */
function stateAfter(...messages) {
  return numbered(messages).reduce(after, NOTHING_YET);
}

const failed = (step, index, code = "content-blocked") => ({
  type: "error",
  step,
  message: `Failed to generate ${step} ${index}.`,
  code,
  index,
});

test("results fill the fields of the state", () => {
  const state = stateAfter(...wholeStory());

  assert.deepEqual(state.storyAnalysis, ANALYSIS.data);
  assert.deepEqual(state.storyBreakdown, CHUNKS.data);
  assert.deepEqual(state.characterReferences.map((one) => one?.name), ["Mira"]);
  assert.deepEqual(state.generatedPanels.map((panel) => panel?.panelNumber), [1, 2]);
  assert.deepEqual([state.isGenerating, state.error, state.failedStep], [false, null, null]);
  assert.equal(state.outcome, "complete");
});

test("panels keep their place in any order of arrival", () => {
  const state = stateAfter(ANALYSIS, CHUNKS, PANEL_2);

  assert.equal(state.generatedPanels[0], undefined);
  assert.equal(state.generatedPanels[1]?.panelNumber, 2);
});

test("sections open when they have content", () => {
  assert.deepEqual([...stateAfter(ANALYSIS).openAccordions], ["analysis", "characters"]);
  assert.deepEqual([...stateAfter(ANALYSIS, CHUNKS).openAccordions], ["analysis", "characters", "layout", "panels"]);
});

test("a failed attempt is told until the next result", () => {
  const before = stateAfter(ANALYSIS);
  const status = after(before, { generationId: ID, type: "status", step: "chunks", message: "Breaking down story..." });
  const retrying = after(status, { generationId: ID, ...failed("panel", 0), retrying: true });

  assert.equal(status, before);
  assert.deepEqual(retrying, { ...before, retryText: "Failed to generate panel 0." });
  assert.equal(after(retrying, numbered([CHUNKS], 2)[0]).retryText, null);
});

test("the end of a stream's window does not change the state", () => {
  const before = stateAfter(ANALYSIS);

  assert.equal(after(before, { generationId: ID, type: "status", step: "reconnect", message: "after=1" }), before);
});

test("a failed panel has a reason and a suggestion, and the others continue", () => {
  const state = stateAfter(ANALYSIS, CHUNKS, failed("panel", 0), PANEL_2, { ...COMPLETE, failedPanels: [0] });

  assert.equal(state.failedStep, "panel");
  assert.equal(state.error?.category, "content");
  assert.match(state.error?.suggestion ?? "", /instructions/);
  assert.deepEqual(Object.keys(state.failures), [itemKey("panel", 0)]);
  assert.deepEqual(progressOf(state, "panel"), { done: 1, failed: 1, total: 2 });
  assert.equal(state.outcome, "complete");
});

test("a repaired panel leaves no error", () => {
  const round = [ANALYSIS, CHUNKS, CHARACTER, failed("panel", 0), PANEL_2, { ...COMPLETE, failedPanels: [0] }];
  const state = stateAfter(...round, PANEL_1, COMPLETE);

  assert.deepEqual([state.error, state.failedStep], [null, null]);
  assert.deepEqual(state.failures, {});
  assert.deepEqual(progressOf(state, "panel"), { done: 2, failed: 0, total: 2 });
});

test("a retried generation is running until its next end", () => {
  const state = stateAfter(...wholeStory(), PANEL_1);

  assert.deepEqual([state.outcome, state.isGenerating], [null, true]);
});

test("a redone panel keeps its versions and shows the latest", () => {
  const again = { ...PANEL_1, version: 2, data: { panelNumber: 1, image: "/second" } };
  const state = stateAfter(...wholeStory(), again, COMPLETE);

  assert.deepEqual(state.generatedPanels[0]?.versions, { 1: PANEL_1.data.image, 2: "/second" });
  assert.equal(state.generatedPanels[0]?.image, "/second");
});

test("a failed redo keeps the earlier image", () => {
  const state = stateAfter(...wholeStory(), failed("panel", 0, "model-timeout"), COMPLETE);

  assert.equal(state.generatedPanels[0]?.image, PANEL_1.data.image);
  assert.equal(state.failures[itemKey("panel", 0)]?.category, "model");
  assert.deepEqual(progressOf(state, "panel"), { done: 2, failed: 0, total: 2 });
});

test("a cancelled generation has no error", () => {
  const state = stateAfter(ANALYSIS, CHUNKS, { type: "error", step: "cancelled", message: "Cancelled.", code: "cancelled" });

  assert.deepEqual([state.outcome, state.isGenerating, state.error], ["cancelled", false, null]);
});

test("a critical error ends the generation until a retry", () => {
  const critical = { type: "error", step: "critical", message: "Story analysis failed.", code: "model-busy" };
  const ended = stateAfter(critical);
  const again = stateAfter(critical, ANALYSIS);

  assert.deepEqual([ended.outcome, ended.failedStep, ended.error?.category], ["critical", "critical", "model"]);
  assert.deepEqual([again.outcome, again.failedStep, again.error], [null, null, null]);
});

test("messages without index and version, from the first version of the app, are accepted", () => {
  const { index: _index, version: _version, ...old } = CHARACTER;
  const state = stateAfter(ANALYSIS, CHUNKS, old);

  assert.equal(state.characterReferences[0]?.name, "Mira");
});

test("the state is never changed in place", () => {
  const frozen = (value) => (typeof value === "object" && value !== null ? Object.freeze(value) : value);
  numbered(wholeStory()).reduce((state, message) => {
    for (const field of Object.values(state)) frozen(field);
    return after(Object.freeze(state), message);
  }, NOTHING_YET);
});

const PLANNED = { ...COMPLETE, stoppedAfter: "plan" };
/** Return a message with a script of these scenes, in which the images at these indexes no longer count. */
const script = (scenes, outdated) => ({
  ...CHUNKS,
  data: { panels: scenes.map((sceneDescription, index) => ({ ...CHUNKS.data.panels[0], panelNumber: index + 1, sceneDescription })) },
  outdated,
});
const [SEA, SHIP, STORM] = ["The sea.", "A ship.", "A storm."];
const drawn = (index, version = 1) => ({
  type: "panel",
  panelNumber: index,
  version,
  data: { panelNumber: index + 1, image: `/panels/${index}/${version}` },
});
const images = (state) => Array.from(state.generatedPanels, (panel) => panel?.image);
const FINISHED = [ANALYSIS, script([SEA, SHIP]), CHARACTER, drawn(0), drawn(1), COMPLETE];

test("a start that stops after the plan waits with a script, and nothing else", () => {
  const running = { ...NOTHING_YET, isGenerating: true, stopsAfterPlan: true };
  const planning = numbered([ANALYSIS, CHUNKS]).reduce(after, running);
  const planned = after(planning, numbered([PLANNED], 3)[0]);

  assert.deepEqual([isScriptOnly(planning), isPlanned(planning)], [true, false]);
  assert.deepEqual([isScriptOnly(planned), isPlanned(planned), planned.outcome], [true, true, "complete"]);
  assert.equal(isPlanned(stateAfter(ANALYSIS, CHUNKS, PLANNED)), true, "also on another device");
  assert.equal(isPlanned(stateAfter(...wholeStory())), false);
});

test("frames appear as soon as the drawing begins", () => {
  const planned = stateAfter(ANALYSIS, CHUNKS, PLANNED);
  const status = (step) => ({ generationId: ID, type: "status", step, message: step });

  assert.equal(isScriptOnly(after(planned, status("analysis"))), true);
  assert.equal(isScriptOnly(after(planned, status("character"))), false);
  assert.equal(isScriptOnly(stateAfter(ANALYSIS, CHUNKS, PLANNED, CHARACTER)), false);
});

test("only changed panels are outdated, and their images are shown until they are drawn again", () => {
  const edited = stateAfter(...FINISHED, ANALYSIS, script([SEA, STORM], [1]), PLANNED);

  assert.deepEqual(images(edited), ["/panels/0/1", undefined]);
  assert.deepEqual(edited.outdated, { [itemKey("panel", 1)]: "/panels/1/1" });
  assert.deepEqual([isPlanned(edited), isScriptOnly(edited), isWhole(edited)], [true, false, false]);

  const redrawn = numbered([drawn(1, 2), COMPLETE], 10).reduce(after, edited);
  assert.deepEqual([redrawn.outdated, isWhole(redrawn)], [{}, true]);
  assert.deepEqual(redrawn.generatedPanels[1]?.versions, { 2: "/panels/1/2" });
});

test("images of panels that were moved are not shown in their old place", () => {
  const moved = [ANALYSIS, script([STORM, SEA, SHIP], [0, 1, 2]), drawn(1, 2), drawn(2, 1), PLANNED];
  const state = stateAfter(...FINISHED, ...moved);

  assert.deepEqual(images(state), [undefined, "/panels/1/2", "/panels/2/1"]);
  assert.deepEqual(state.outdated, {});
});

test("the image of a removed panel is not shown in the place of another one", () => {
  const begun = [ANALYSIS, script([SEA, SHIP, STORM]), CHARACTER, drawn(0), failed("panel", 1), failed("panel", 2), COMPLETE];
  const state = stateAfter(...begun, ANALYSIS, script([SHIP, STORM], [0, 1]), PLANNED);

  assert.deepEqual([images(state), state.outdated], [[undefined], {}]);
});

test("removed panels and characters leave nothing", () => {
  const two = { ...ANALYSIS, data: { ...ANALYSIS.data, characters: [ANALYSIS.data.characters[0], { ...ANALYSIS.data.characters[0], name: "Jon" }] } };
  const jon = { ...CHARACTER, index: 1, data: { ...CHARACTER.data, name: "Jon" } };
  const begun = [two, script([SEA, SHIP, STORM]), CHARACTER, jon, drawn(0), failed("panel", 2), COMPLETE];
  const state = stateAfter(...begun, { ...ANALYSIS, outdated: [] }, script([SEA, SHIP], []), PLANNED);

  assert.equal(state.characterReferences.length, 1);
  assert.deepEqual(state.failures, {});
  assert.deepEqual(progressOf(state, "panel"), { done: 1, failed: 0, total: 2 });
});

test("a character with other looks is outdated, and so are its panels", () => {
  const edited = stateAfter(...FINISHED, { ...ANALYSIS, outdated: [0] }, script([SEA, SHIP], [0, 1]), PLANNED);

  assert.deepEqual(Object.keys(edited.outdated), [itemKey("character", 0), itemKey("panel", 0), itemKey("panel", 1)]);
  assert.equal(isScriptOnly(edited), false, "its images are shown");
  const twice = numbered([ANALYSIS, script([SEA, STORM], [1]), PLANNED], 20).reduce(after, edited);
  assert.deepEqual(Object.keys(twice.outdated).sort(), Object.keys(edited.outdated).sort(), "until they are drawn");
});
