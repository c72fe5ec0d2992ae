/** The texts of a script whose lettering is text. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  editedPlan, isSame, planOf, withMovedText, withoutCharacter, withoutText, withPanelAt, withRemoved, withRemovedText, withText,
} from "../../../web/assets/editor/edited_plan.js";
import { fieldNamed, problemsOf } from "../../../web/assets/editor/plan_problems.js";
import { wholeStory } from "../scripted_app.mjs";

const [ANALYSIS, CHUNKS] = wholeStory();
const HELLO = { kind: "dialogue", text: "Wer da?", speaker: "Mira" };
const LATER = { kind: "narration", text: "Später." };
const VOICE = { kind: "dialogue", text: "Ich!", speaker: "A voice" };
const FACES = [{ name: "Mira", part: "top-left" }];
const [FIRST, SECOND] = CHUNKS.data.panels;
const PLAN = {
  analysis: ANALYSIS.data,
  chunks: { panels: [{ ...FIRST, texts: [HELLO, LATER, VOICE], faces: FACES }, { ...SECOND, dialogue: null, texts: [], faces: [] }] },
};
const texts = (edited, panel = 0) => planOf(edited).chunks.panels[panel].texts;

test("texts and faces that are not edited stay the same, without the dialogue that is made of them", () => {
  const [first, second] = planOf(editedPlan(PLAN)).chunks.panels;

  assert.deepEqual([first.texts, first.faces], [[HELLO, LATER, VOICE], FACES]);
  assert.deepEqual([second.texts, second.faces], [[], []]);
  assert.equal("dialogue" in first || "dialogue" in second, false);
});

test("a script with drawn lettering gets no texts", () => {
  const drawn = { ...PLAN, chunks: { panels: [{ ...FIRST, texts: null, faces: null }, SECOND] } };
  const [first, added] = planOf(withPanelAt(editedPlan(drawn), 1)).chunks.panels;

  assert.deepEqual([first.dialogue, "texts" in first, "faces" in first, "texts" in added], ["Wer da?", false, false, false]);
  assert.deepEqual(texts(withPanelAt(editedPlan(PLAN), 1), 1), []);
});

test("a speaker and a face keep their character when it gets another name", () => {
  const edited = editedPlan(PLAN);
  edited.characters[0].name = "Marie";

  const [first] = planOf(edited).chunks.panels;
  assert.deepEqual(first.texts.map(({ speaker }) => speaker), ["Marie", undefined, "A voice"]);
  assert.deepEqual(first.faces, [{ name: "Marie", part: "top-left" }]);
});

test("a removed character leaves its words without a speaker, and comes back as the speaker", () => {
  const before = editedPlan(PLAN);
  const [{ key }] = before.characters;
  const removed = withoutCharacter(before, key);

  assert.deepEqual(texts(removed)[0], { kind: "dialogue", text: "Wer da?" });
  assert.deepEqual(planOf(removed).chunks.panels[0].faces, []);
  removed.panels[0].texts[1].text = "Viel später.";
  const [first] = planOf(withRemoved(removed, before, key)).chunks.panels;
  assert.deepEqual([first.texts[0], first.texts[1].text, first.faces], [HELLO, "Viel später.", FACES]);
});

test("texts are added, moved and removed, and a removal is undone", () => {
  const edited = editedPlan(PLAN);
  const [{ key: panel, texts: [hello, later] }] = edited.panels;
  const added = withText(edited, panel);
  assert.deepEqual(texts(added).map(({ text }) => text), ["Wer da?", "Später.", "Ich!", ""]);
  assert.equal(new Set(added.panels[0].texts.map(({ key }) => key)).size, 4);
  assert.deepEqual(texts(withMovedText(edited, panel, later.key, -1)), [LATER, HELLO, VOICE]);
  assert.deepEqual(texts(withMovedText(edited, panel, hello.key, -1)), [HELLO, LATER, VOICE]);

  const removed = withoutText(edited, panel, hello.key);
  assert.deepEqual(texts(removed), [LATER, VOICE]);
  assert.equal(isSame(removed, edited), false);
  assert.deepEqual(texts(withRemovedText(removed, edited, panel)), [HELLO, LATER, VOICE]);
});

test("problems with texts are found at their fields", () => {
  const edited = editedPlan(PLAN);
  edited.panels[0].texts[1].text = " ";

  assert.deepEqual(problemsOf(edited), [{ field: "p0.t1.text", message: "Write the words of panel 1, or remove the text." }]);
  assert.equal(fieldNamed(edited, "chunks.panels[0].texts[2].speaker"), "p0.t2.speaker");
  assert.equal(fieldNamed(edited, "chunks.panels[0].texts[2]"), "p0.t2.text");
  assert.equal(fieldNamed(edited, "chunks.panels[1].texts"), "p1.texts");
});
