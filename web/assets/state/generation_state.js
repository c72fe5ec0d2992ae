/** The state of a generation after its messages. Pure: stored, replayed and live messages give the same state. */

import { isRecord } from "../wire.js";
import { problemOf } from "./problem.js";

/** @import { GenerationStateAnswer, ItemKind, StreamMessage } from "../wire.js" */
/** @import { Problem } from "./problem.js" */
/** @typedef {"analysis" | "layout" | "characters" | "panels"} Section */
/**
 * @typedef {import("../wire.js").CharacterReference & { versions: Record<number, string> }} DrawnCharacter
 * @typedef {import("../wire.js").GeneratedPanel & { versions: Record<number, string> }} DrawnPanel
 *   `versions` are the paths of all its images, by version from 1; `image` is the latest.
 */
/**
 * @typedef {{
 *   storyAnalysis: import("../wire.js").StoryAnalysis | null,
 *   storyBreakdown: import("../wire.js").StoryBreakdown | null,
 *   characterReferences: (DrawnCharacter | undefined)[],
 *   generatedPanels: (DrawnPanel | undefined)[],
 *   isGenerating: boolean,
 *   retryText: string | null,
 *   error: Problem | null,
 *   failedStep: string | null,
 *   openAccordions: ReadonlySet<Section>,
 *   failures: Readonly<Record<string, Problem>>,
 *   outdated: Readonly<Record<string, string>>,
 *   outcome: "complete" | "critical" | "cancelled" | null,
 *   stopsAfterPlan: boolean,
 * }} GenerationState Arrays are indexed as the analysis' characters and the breakdown's panels, from 0; `failures` are
 *   by `itemKey`; `retryText` says which step is tried again and why; `outdated` are images of an earlier script until
 *   they are drawn again, as paths by `itemKey`; `stopsAfterPlan`: nothing is drawn before the user has read the script.
 */

/** @type {GenerationState} */
export const NOTHING_YET = {
  storyAnalysis: null,
  storyBreakdown: null,
  characterReferences: [],
  generatedPanels: [],
  isGenerating: false,
  retryText: null,
  error: null,
  failedStep: null,
  openAccordions: new Set(),
  failures: {},
  outdated: {},
  outcome: null,
  stopsAfterPlan: false,
};

/** Return the key of an image, such as `panel 3` for the fourth panel. @param {ItemKind} kind @param {number} index from 0 */
export function itemKey(kind, index) {
  return `${kind} ${index}`;
}

/**
 * Return the state after a message.
 *
 * @param {GenerationState} state
 * @param {StreamMessage} message
 * @returns {GenerationState}
 */
export function after(state, message) {
  switch (message.type) {
    case "status":
      // The page has words of its own for what is being done.
      return message.step === "character" || message.step === "panel" ? drawing(state) : state;
    case "analysis":
      // The empty frames of the characters are worth showing, too.
      return resumed(opened(withAnalysis(state, message), "analysis", "characters"));
    case "chunks":
      return resumed(opened(withBreakdown(state, message), "layout", "panels"));
    case "character":
      return resumed(withCharacter(state, message));
    case "panel":
      return resumed(withPanel(state, message));
    case "error":
      return afterError(state, message);
    case "complete":
      return completed(state, message);
  }
}

/** Images are being drawn. @param {GenerationState} state @returns {GenerationState} */
function drawing(state) {
  return state.stopsAfterPlan ? { ...state, stopsAfterPlan: false } : state;
}

/** @param {GenerationState} state @returns {GenerationState} */
function resumed(state) {
  if (state.retryText !== null) return resumed({ ...state, retryText: null });
  if (state.outcome === null) return state;
  const running = { ...state, outcome: null, isGenerating: true };
  return state.outcome === "critical" ? { ...running, error: null, failedStep: null } : running;
}

/** @param {GenerationState} state @param {Section[]} sections @returns {GenerationState} */
function opened(state, ...sections) {
  return { ...state, openAccordions: new Set([...state.openAccordions, ...sections]) };
}

/**
 * @param {GenerationState} state
 * @param {import("../wire.js").CharacterMessage} message
 * @returns {GenerationState}
 */
function withCharacter(state, message) {
  // The first version of the app sent no index.
  const index = message.index ?? nameIndex(state, message.data.name);
  const version = message.version ?? 1;
  const characterReferences = [...state.characterReferences];
  characterReferences[index] = {
    ...message.data,
    versions: { ...characterReferences[index]?.versions, [version]: message.data.image },
  };
  return opened({ ...repaired(drawing(state), "character", index), characterReferences }, "characters");
}

/** @param {GenerationState} state @param {string} name */
function nameIndex(state, name) {
  const index = state.storyAnalysis?.characters.findIndex((character) => character.name === name) ?? -1;
  return index >= 0 ? index : state.characterReferences.length;
}

/** @param {GenerationState} state @param {import("../wire.js").PanelMessage} message @returns {GenerationState} */
function withPanel(state, message) {
  const index = message.panelNumber;
  const version = message.version ?? 1;
  const generatedPanels = [...state.generatedPanels];
  generatedPanels[index] = {
    ...message.data,
    versions: { ...generatedPanels[index]?.versions, [version]: message.data.image },
  };
  return opened({ ...repaired(drawing(state), "panel", index), generatedPanels }, "panels");
}

/** @param {GenerationState} state @param {import("../wire.js").AnalysisMessage} message @returns {GenerationState} */
function withAnalysis(state, { data, outdated = [] }) {
  const names = (/** @type {{ name: string }[] | undefined} */ characters) => characters?.map(({ name }) => name) ?? [];
  const isKept = keeping(names(state.storyAnalysis?.characters), names(data.characters));
  const characterReferences = counting(state.characterReferences, data.characters.length, outdated);
  const left = withoutOutdated(state, "character", outdated, data.characters.length, isKept);
  return { ...left, storyAnalysis: data, characterReferences };
}

/** @param {GenerationState} state @param {import("../wire.js").ChunksMessage} message @returns {GenerationState} */
function withBreakdown(state, { data, outdated = [] }) {
  const scenes = (/** @type {{ sceneDescription: string }[] | undefined} */ panels) =>
    panels?.map(({ sceneDescription }) => sceneDescription) ?? [];
  const isKept = keeping(scenes(state.storyBreakdown?.panels), scenes(data.panels));
  const generatedPanels = counting(state.generatedPanels, data.panels.length, outdated);
  const left = withoutOutdated(state, "panel", outdated, data.panels.length, isKept);
  return { ...left, storyBreakdown: data, generatedPanels };
}

/**
 * Return a function that tells whether a place has the same character or panel as before, though changed.
 *
 * @param {string[]} before
 * @param {string[]} now
 * @returns {(index: number) => boolean}
 */
function keeping(before, now) {
  const isElsewhere = (/** @type {string[]} */ texts, /** @type {string | undefined} */ text, /** @type {number} */ index) =>
    texts.some((other, place) => place !== index && other === text);
  return (index) => !isElsewhere(now, before[index], index) && !isElsewhere(before, now[index], index);
}

/**
 * Return the images that still count.
 *
 * @template Drawn
 * @param {readonly (Drawn | undefined)[]} drawn
 * @param {number} planned
 * @param {number[]} outdated indexes
 */
function counting(drawn, planned, outdated) {
  return drawn.slice(0, planned).map((image, index) => (outdated.includes(index) ? undefined : image));
}

/**
 * Forget failures of an earlier script, and note its images that are to be drawn again.
 *
 * @param {GenerationState} state
 * @param {ItemKind} kind
 * @param {number[]} outdated indexes
 * @param {number} planned
 * @param {(index: number) => boolean} isKept whether the image may still be shown
 * @returns {GenerationState}
 */
function withoutOutdated(state, kind, outdated, planned, isKept) {
  const drawn = kind === "character" ? state.characterReferences : state.generatedPanels;
  const isValid = (/** @type {string} */ key) => {
    const [keyKind, index] = key.split(" ");
    return keyKind !== kind || (Number(index) < planned && !outdated.includes(Number(index)));
  };
  const valid = (/** @type {Readonly<Record<string, any>>} */ record) =>
    Object.fromEntries(Object.entries(record).filter(([key]) => isValid(key)));
  const added = outdated.filter(isKept).flatMap((index) => {
    const path = drawn[index]?.image ?? state.outdated[itemKey(kind, index)];
    return path === undefined ? [] : [[itemKey(kind, index), path]];
  });
  return { ...state, failures: valid(state.failures), outdated: { ...valid(state.outdated), ...Object.fromEntries(added) } };
}

/** The image was drawn. @param {GenerationState} state @param {ItemKind} kind @param {number} index @returns {GenerationState} */
function repaired(state, kind, index) {
  const { [itemKey(kind, index)]: problem, ...failures } = state.failures;
  const { [itemKey(kind, index)]: image, ...outdated } = state.outdated;
  return problem === undefined && image === undefined ? state : { ...state, failures, outdated };
}

/** @param {GenerationState} state @param {import("../wire.js").ErrorMessage} message @returns {GenerationState} */
function afterError(state, message) {
  if (message.retrying) return { ...state, retryText: message.message };
  if (message.step === "cancelled") {
    return { ...state, isGenerating: false, outcome: "cancelled", retryText: null };
  }
  const problem = problemOf(message);
  const failed = { ...state, error: problem, failedStep: message.step };
  if (message.step === "critical") {
    return { ...failed, isGenerating: false, outcome: "critical", retryText: null };
  }
  if ((message.step !== "character" && message.step !== "panel") || message.index === undefined) return failed;
  return resumed({
    ...failed,
    failures: { ...state.failures, [itemKey(message.step, message.index)]: problem },
  });
}

/** @param {GenerationState} state @param {import("../wire.js").CompleteMessage} message @returns {GenerationState} */
function completed(state, { stoppedAfter }) {
  const outcome = /** @type {const} */ ("complete");
  const ended = { ...state, isGenerating: false, outcome, retryText: null, stopsAfterPlan: stoppedAfter === "plan" };
  // Failures that a retry has repaired are over.
  return Object.keys(state.failures).length === 0 ? withoutFailures(ended) : ended;
}

/**
 * Return the versions that count where they are not the latest ones, by kind and index; null if the app does not tell.
 *
 * @param {GenerationStateAnswer} answer
 * @returns {Record<string, number> | null}
 */
export function choicesIn({ images }) {
  if (images === undefined) return null;
  const named = (/** @type {ItemKind} */ kind) =>
    (images[`${kind}s`] ?? []).flatMap(({ versions, version }, index) =>
      version === null || version === versions.at(-1) ? [] : [[itemKey(kind, index), version]],
    );
  return Object.fromEntries([...named("character"), ...named("panel")]);
}

/** Return whether a script waits to be read and drawn. @param {GenerationState} state */
export function isPlanned(state) {
  return state.stopsAfterPlan && state.outcome === "complete" && !state.isGenerating;
}

/** Return whether there is only a script to show, because nothing is drawn before it was read. @param {GenerationState} state */
export function isScriptOnly(state) {
  const isDrawn = [...state.characterReferences, ...state.generatedPanels].some(isRecord);
  return state.stopsAfterPlan && !isDrawn && Object.keys(state.outdated).length === 0;
}

/** Return whether a generation has ended with all its images. @param {GenerationState} state */
export function isWhole(state) {
  const hasAll = (/** @type {ItemKind} */ kind) => progressOf(state, kind).done >= (progressOf(state, kind).total ?? 0);
  return state.outcome === "complete" && hasAll("character") && hasAll("panel");
}

/**
 * Return the state without its failures, which are being retried.
 *
 * @template {GenerationState} State
 * @param {State} state
 * @returns {State}
 */
export function withoutFailures(state) {
  return { ...state, failures: {}, error: null, failedStep: null };
}

/**
 * Return how many images of a kind are done, failed and planned (null if not known yet).
 *
 * @param {GenerationState} state
 * @param {ItemKind} kind
 */
export function progressOf(state, kind) {
  const drawn = kind === "character" ? state.characterReferences : state.generatedPanels;
  const planned = kind === "character" ? state.storyAnalysis?.characters : state.storyBreakdown?.panels;
  const isDrawn = (/** @type {number} */ index) => isRecord(drawn[index]);
  const failed = Object.keys(state.failures).filter((key) => {
    const [failedKind, index] = key.split(" ");
    return failedKind === kind && !isDrawn(Number(index));
  });
  return { done: drawn.filter(isRecord).length, failed: failed.length, total: planned?.length ?? null };
}
