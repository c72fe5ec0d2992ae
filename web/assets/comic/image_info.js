/** What the page shows of a character or panel. */

import { itemKey } from "../state/generation_state.js";
import { characterAlt, panelAlt } from "./alt_text.js";
import { panelRatio, SHEET_RATIO } from "./aspect.js";

/** @import { StoreState } from "../state/store_state.js" */
/** @import { ItemKind, PanelPlan } from "../wire.js" */

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
    const lettering = state.words?.panels[index] ?? null;
    return {
      ratio: panelRatio(plan.cameraAngle, state.aspect),
      label: String(index + 1),
      // Text over the picture is read out itself.
      alt: panelAlt(lettering === null ? plan : { ...plan, dialogue: "" }, index),
      title: `Panel ${index + 1}`,
      role: "",
      sketch: plan.sceneDescription,
      spoken: lettering?.texts.map(({ text }) => text).join(" ") ?? plan.dialogue ?? "",
      lettering,
      facts: factsOf(plan),
      report: reportOf(state, `Panel ${index + 1}`),
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
    lettering: null,
    facts: inOneLine([character.role, character.personality]),
    report: reportOf(state, `Character ${index + 1}`),
  };
}

/** Return the facts of a panel's plan in a line. @param {PanelPlan} plan */
export function factsOf({ cameraAngle, visualMood, characters }) {
  return inOneLine([cameraAngle, visualMood, characters.join(", ")]);
}

/** @param {string[]} facts those that are empty are left out */
export function inOneLine(facts) {
  return facts.filter((fact) => fact.trim() !== "").join(" · ");
}

/** Return the beginning of a report about an image. @param {StoreState} state @param {string} image */
function reportOf({ generationId }, image) {
  // The operator finds the comic by these characters. The whole id would open it for everyone who reads the report.
  return `${image} of the comic ${(generationId ?? "").slice(0, 8)}…:`;
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
  const drawn = drawnOf(state, kind, index);
  const { versions, version } = versionsOf(state, kind, index);
  const problem = state.failures[key] ?? null;
  return {
    path: drawn?.versions[version] ?? drawn?.image ?? state.outdated[key] ?? null,
    isOutdated: key in state.outdated,
    problem,
    notice: state.notices[key] ?? "",
    versions,
    version,
    isDrawing: state.redoing === key || (state.isGenerating && drawn === undefined && problem === null),
    isFresh: state.fresh.has(key),
    canRedo: !state.isGenerating && state.redoing === null,
  };
}

/**
 * Return all drawn versions of an image, and the one that counts; 0 if nothing is drawn.
 *
 * @param {StoreState} state
 * @param {ItemKind} kind
 * @param {number} index counts from 0
 */
export function versionsOf(state, kind, index) {
  const versions = Object.keys(drawnOf(state, kind, index)?.versions ?? {}).map(Number);
  const chosen = state.choices[itemKey(kind, index)] ?? 0;
  return { versions, version: versions.includes(chosen) ? chosen : (versions.at(-1) ?? 0) };
}

/** @param {StoreState} state @param {ItemKind} kind @param {number} index */
function drawnOf(state, kind, index) {
  return kind === "panel" ? state.generatedPanels[index] : state.characterReferences[index];
}
