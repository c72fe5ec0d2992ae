/** The progress of a generation in words. */

import { durationInWords, leftInWords } from "../../amounts.js";
import { isPlanned, isScriptOnly, progressOf } from "../../state/generation_state.js";

/** @import { StoreState } from "../../state/store_state.js" */
/** @import { ItemKind } from "../../wire.js" */

/** Return what is being done, such as `Drawing panel 3 of 8`. @param {StoreState} state */
export function stepText(state) {
  if (state.isCancelling) return "Cancelling…";
  if (state.isLoading) return "Loading the comic…";
  if (isPlanned(state)) return "The script is ready";
  if (!state.isGenerating) return state.outcome === "complete" ? "The comic is complete" : "";
  if (state.startKey !== null) return "Sending your story…";
  if (state.redoing !== null) return `Drawing ${nameOfKey(state, state.redoing)} again`;
  if (state.storyAnalysis === null) return "Reading the story";
  if (state.storyBreakdown === null || state.stopsAfterPlan) return "Writing the script";
  return drawingText(state, "character", "character sheet") ?? drawingText(state, "panel", "panel") ?? "Finishing the comic";
}

/** @param {StoreState} state @param {ItemKind} kind @param {string} noun */
function drawingText(state, kind, noun) {
  const { done, failed, total } = progressOf(state, kind);
  const tried = done + failed;
  return total === null || tried >= total ? null : `Drawing ${noun} ${tried + 1} of ${total}`;
}

/** Return the name of an image, such as `panel 4` or `Mira`. @param {StoreState} state @param {string} itemKey */
export function nameOfKey(state, itemKey) {
  const [kind, index] = itemKey.split(" ");
  const character = kind === "character" ? state.storyAnalysis?.characters[Number(index)]?.name : undefined;
  return character ?? `${kind} ${Number(index) + 1}`;
}

/** Return how many images are done. @param {StoreState} state */
export function countsText(state) {
  if (isScriptOnly(state)) return "";
  return [countText(state, "character", "Characters"), countText(state, "panel", "Panels")].filter(Boolean).join(" · ");
}

/** @param {StoreState} state @param {ItemKind} kind @param {string} name */
function countText(state, kind, name) {
  const { done, failed, total } = progressOf(state, kind);
  if (total === null) return "";
  return `${name} ${done} of ${total}${failed > 0 ? ` (${failed} failed)` : ""}`;
}

/**
 * Return the time so far and the time that is left.
 *
 * @param {Pick<StoreState, "isGenerating" | "isLoading">} state
 * @param {{ elapsedS: number | null, secondsLeft: number | null }} times
 */
export function timeText({ isGenerating, isLoading }, { elapsedS, secondsLeft }) {
  if (isLoading || elapsedS === null) return "";
  if (!isGenerating) return `Drawn in ${durationInWords(elapsedS)}`;
  const left = secondsLeft === null ? "" : `, ${leftInWords(secondsLeft)}`;
  return `${durationInWords(elapsedS)} so far${left}`;
}

/** Return what a screen reader says: less often than the other texts change. @param {StoreState} state */
export function announcement(state) {
  if (state.generationId === null || state.isLoading) return "";
  const counts = countsText(state);
  if (isPlanned(state)) return "The script is ready.";
  if (!state.isGenerating) {
    if (state.outcome === "complete") return `The comic is complete. ${counts}.`;
    return state.outcome === "cancelled" ? "Cancelled." : "";
  }
  if (state.isCancelling) return "Cancelling…";
  return counts === "" ? `${stepText(state)}.` : `${counts}.`;
}
