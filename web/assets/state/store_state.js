/** One generation as the page shows it: what came of it, and what the page does about it. */

import { NOTHING_YET } from "./generation_state.js";

/** @typedef {import("../storage/saved_generations.js").Told} Told */
/** @typedef {import("../stream/follower.js").Connection} Connection */
/** @typedef {import("../wire.js").Style} Style */
/** @typedef {import("./generation_state.js").GenerationState} GenerationState */
/**
 * @typedef {GenerationState & {
 *   generationId: string | null,
 *   startKey: string | null,
 *   told: Told | null,
 *   style: Style | null,
 *   choices: Readonly<Record<string, number>>,
 *   connection: Connection | null,
 *   redoing: string | null,
 *   notice: string | null,
 *   fresh: ReadonlySet<string>,
 * }} StoreState `startKey` is there until a start is answered; `choices` are versions to show and `redoing` is what is being drawn again, by `itemKey`; `fresh` came
 *   while somebody watched; `notice` is what became of the last action.
 */

/** @type {StoreState} */
export const EMPTY = {
  ...NOTHING_YET,
  generationId: null,
  startKey: null,
  told: null,
  style: null,
  choices: {},
  connection: null,
  redoing: null,
  notice: null,
  fresh: new Set(),
};
