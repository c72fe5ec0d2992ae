/** What the page shows of a character or panel. */

import { characterAlt, panelAlt } from "../../comic/alt_text.js";
import { panelRatio, SHEET_RATIO } from "../../comic/aspect.js";
import { itemKey } from "../../state/generation_state.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */

/**
 * Return the texts and the shape of an image, or null if it is not planned.
 *
 * @param {StoreState} state
 * @param {ItemKind} kind
 * @param {number} index counts from 0
 */
export function infoOf(state, kind, index) {
  if (kind === "panel") {
    const plan = state.storyBreakdown?.panels[index];
    if (plan === undefined) return null;
    return {
      ratio: panelRatio(plan.cameraAngle),
      label: String(index + 1),
      alt: panelAlt(plan, index),
      title: `Panel ${index + 1}`,
      role: "",
      sketch: plan.sceneDescription,
      spoken: plan.dialogue ?? "",
    };
  }
  const character = state.storyAnalysis?.characters[index];
  if (character === undefined) return null;
  return {
    ratio: SHEET_RATIO,
    label: "",
    alt: characterAlt(character),
    title: character.name,
    role: character.role,
    sketch: character.physicalDescription,
    spoken: "",
  };
}

/**
 * Return what to show of an image.
 *
 * @param {StoreState} state
 * @param {ItemKind} kind
 * @param {number} index counts from 0
 */
export function shownOf(state, kind, index) {
  const key = itemKey(kind, index);
  const drawn = kind === "panel" ? state.generatedPanels[index] : state.characterReferences[index];
  const chosen = drawn?.versions[state.choices[key] ?? 0];
  const problem = state.failures[key] ?? null;
  return {
    path: chosen ?? drawn?.image ?? null,
    problem,
    isDrawing: state.redoing === key || (state.isGenerating && drawn === undefined && problem === null),
    isFresh: state.fresh.has(key),
    canRedo: !state.isGenerating && state.redoing === null,
  };
}
