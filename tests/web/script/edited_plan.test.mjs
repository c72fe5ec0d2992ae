/** A script that is being edited. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  editedPlan, isSame, planOf, withCharacter, withMovedPanel, withoutCharacter, withoutPanel, withPanelAt, withRemoved,
} from "../../../web/assets/editor/edited_plan.js";
import { fieldNamed, problemsOf } from "../../../web/assets/editor/plan_problems.js";
import { wholeStory } from "../scripted_app.mjs";

const [ANALYSIS, CHUNKS] = wholeStory();
const JON = { name: "Jon", physicalDescription: "tall", personality: "", role: "Friend" };
const PLAN = {
  analysis: { ...ANALYSIS.data, characters: [...ANALYSIS.data.characters, JON] },
  chunks: { panels: [CHUNKS.data.panels[0], { ...CHUNKS.data.panels[1], characters: ["Jon", "Mira"] }] },
};
const scenes = (edited) => planOf(edited).chunks.panels.map(({ sceneDescription }) => sceneDescription);
const casts = (edited) => planOf(edited).chunks.panels.map(({ characters }) => characters);

test("a script that is not edited stays the same, with fields that the page does not know", () => {
  const later = { analysis: { ...PLAN.analysis, summary: "All was well." }, chunks: { ...PLAN.chunks, rhythm: "slow" } };
  const { analysis, chunks } = planOf(editedPlan(later));

  assert.deepEqual(analysis, later.analysis);
  assert.equal(chunks.rhythm, "slow");
  assert.deepEqual(chunks.panels[0], PLAN.chunks.panels[0]);
  assert.equal(isSame(editedPlan(later), editedPlan({ chunks: later.chunks, analysis: later.analysis })), true);
});

test("texts are trimmed, and an empty speech is none", () => {
  const edited = editedPlan(PLAN);
  edited.title = " Das Meer ";
  edited.panels[0].dialogue = "  ";

  const { analysis, chunks } = planOf(edited);
  assert.equal(analysis.title, "Das Meer");
  assert.equal("dialogue" in chunks.panels[0], false);
});

test("a character keeps its panels when it gets another name", () => {
  const edited = editedPlan(PLAN);
  edited.characters[1].name = "Johanna";

  assert.deepEqual(casts(edited), [["Mira"], ["Mira", "Johanna"]]);
  assert.equal(isSame(edited, editedPlan(PLAN)), false);
});

test("panels are added, moved and removed, and numbered again", () => {
  const edited = withPanelAt(editedPlan(PLAN), 1);
  const [first, added, last] = edited.panels.map(({ key }) => key);

  assert.equal(new Set([first, added, last]).size, 3);
  assert.deepEqual(scenes(edited), ["Scene 1 🌊", "", "Scene 2 🌊"]);
  assert.deepEqual(scenes(withMovedPanel(edited, last, -1)), ["Scene 1 🌊", "Scene 2 🌊", ""]);
  assert.deepEqual(scenes(withMovedPanel(edited, first, 1)), ["", "Scene 1 🌊", "Scene 2 🌊"]);
  assert.deepEqual(scenes(withMovedPanel(edited, first, -1)), scenes(edited));
  const less = withoutPanel(edited, first);
  assert.deepEqual(planOf(less).chunks.panels.map(({ panelNumber }) => panelNumber), [1, 2]);
  assert.equal(new Set(withPanelAt(less, 0).panels.map(({ key }) => key)).size, 3);
});

test("a removed character is in no panel, and a new one in none yet", () => {
  const edited = editedPlan(PLAN);

  assert.deepEqual(casts(withoutCharacter(edited, edited.characters[0].key)), [[], ["Jon"]]);
  assert.deepEqual(planOf(withCharacter(edited)).analysis.characters.length, 3);
  assert.deepEqual(casts(withCharacter(edited)), casts(edited));
  const replaced = withCharacter(withoutCharacter(edited, edited.characters[1].key));
  assert.deepEqual(casts(replaced), [["Mira"], ["Mira"]], "a new character is in no panel of an earlier one");
});

test("an undone removal keeps what was edited since", () => {
  const before = editedPlan(PLAN);
  const withoutJon = withoutCharacter(before, "c1");
  withoutJon.panels[0].sceneDescription = "A new scene.";
  withoutJon.title = "A new title";
  const undone = withRemoved(withoutJon, before, "c1");

  assert.deepEqual(casts(undone), casts(before));
  assert.deepEqual(planOf(undone).analysis.characters, PLAN.analysis.characters);
  assert.deepEqual([scenes(undone)[0], undone.title], ["A new scene.", "A new title"]);

  const withoutFirst = withoutPanel(undone, "p0");
  withoutFirst.panels[0].sceneDescription = "The last scene.";
  assert.deepEqual(scenes(withRemoved(withoutFirst, undone, "p0")), ["A new scene.", "The last scene."]);
  assert.deepEqual(casts(withRemoved(withoutFirst, undone, "p0")), casts(before));
});

test("missing texts and repeated names are found before the script is sent", () => {
  const edited = withPanelAt(withCharacter(editedPlan(PLAN)), 2);
  edited.title = " ";
  edited.characters[1].name = "Mira ";

  assert.deepEqual(problemsOf(edited), [
    { field: "title", message: "The comic needs a title." },
    { field: "c1.name", message: "Two characters have the name “Mira”. Change one." },
    { field: "c2.name", message: "Character 3 needs a name." },
    { field: "p2.sceneDescription", message: "Describe what panel 3 shows." },
  ]);
  assert.deepEqual(problemsOf(editedPlan(PLAN)), []);
});

test("fields that the app names are found in the editor", () => {
  const edited = withMovedPanel(editedPlan(PLAN), "p1", -1);
  const paths = [
    "analysis.title", "analysis.setting.mood", "analysis.characters[1].name", "chunks.panels[0].sceneDescription",
    "chunks.panels[1].characters[0]", "chunks.panels", "chunks.panels[7].dialogue", "chunks.panels[1]", "story",
  ];

  assert.deepEqual(paths.map((path) => fieldNamed(edited, path)), [
    "title", "setting.mood", "c1.name", "p1.sceneDescription", "p0.characters", "panels", "panels", "p0.sceneDescription", null,
  ]);
});
