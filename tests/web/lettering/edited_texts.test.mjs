/** The texts of a panel that are being edited. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bodyOf, changedPlace, editedTexts, fieldNamed, isSame, placeInWords, withMovedText, withText,
} from "../../../web/assets/lettering/edited_texts.js";
import { lettering } from "./letterings.mjs";

const PLACE = { x: 0.1, y: 0.2, width: 0.4, height: 0.1 };

test("only places by hand are sent", () => {
  const { texts } = lettering().panels[0];
  const edited = editedTexts({ texts: [texts[0], { ...texts[1], isPlacedByHand: true }] });

  assert.deepEqual(bodyOf(edited).texts, [
    { kind: "dialogue", text: "Wer da?", speaker: "Mira" },
    { kind: "narration", text: "Später.", place: texts[1].place },
  ]);
});

test("words are trimmed, and only speech has a speaker", () => {
  const [text] = editedTexts(lettering().panels[0]);
  const told = { ...text, kind: "narration", text: "  Später. " };

  assert.deepEqual(bodyOf([told]).texts, [{ kind: "narration", text: "Später." }]);
  assert.equal(isSame([told], [text]), false);
});

test("a new text comes last, with a key and a place of its own", () => {
  const edited = withText(editedTexts(lettering().panels[0]));

  assert.deepEqual(edited.map(({ key }) => key), ["t0", "t1", "t2"]);
  assert.equal(edited[2].place, null);
  assert.deepEqual(withMovedText(edited, "t2", -1).map(({ key }) => key), ["t0", "t2", "t1"]);
  assert.deepEqual(withMovedText(edited, "t0", -1).map(({ key }) => key), ["t0", "t1", "t2"]);
});

test("a place stays inside the picture, and keeps its size when it is moved", () => {
  assert.deepEqual(changedPlace(PLACE, { x: 0.01 }), { ...PLACE, x: 0.11 });
  assert.deepEqual(changedPlace(PLACE, { x: 5, y: -5 }), { ...PLACE, x: 0.6, y: 0 });
  assert.deepEqual(changedPlace(PLACE, { width: 5 }), { ...PLACE, width: 0.9 });
  assert.deepEqual(changedPlace(PLACE, { height: -5 }), { ...PLACE, height: 0.05 });
  assert.equal(placeInWords(PLACE), "10% from the left, 20% from the top, 40% wide, 10% high");
});

test("an error of the app is shown at the field that it names", () => {
  const edited = withMovedText(withText(editedTexts(lettering().panels[0])), "t2", -1);

  assert.equal(fieldNamed(edited, "texts[1].place"), "t2.place");
  assert.equal(fieldNamed(edited, "texts[0]"), "t0.text");
  assert.equal(fieldNamed(edited, "texts[9].place"), null);
  assert.equal(fieldNamed(edited, "texts"), null);
});
