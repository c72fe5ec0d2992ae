/** The state of the page. */

import { NOTHING_YET } from "./generation_state.js";

/** @import { Connection } from "../stream/follower.js" */
/** @import { LanguageState, Lettering, LetteringMode } from "../lettering_types.d.ts" */
/** @import { Aspect, Chapter, Cost, ShareLink, StoryRequest, Style } from "../wire.js" */
/** @import { GenerationState } from "./generation_state.js" */
/**
 * @typedef {GenerationState & {
 *   generationId: string | null,
 *   startKey: string | null,
 *   request: StoryRequest | null,
 *   style: Style | null,
 *   aspect: Aspect,
 *   lettering: LetteringMode,
 *   languages: LanguageState[],
 *   words: Lettering | null,
 *   choices: Readonly<Record<string, number>>,
 *   connection: Connection | null,
 *   redoing: string | null,
 *   notice: string | null,
 *   notices: Readonly<Record<string, string>>,
 *   isLoading: boolean,
 *   isCancelling: boolean,
 *   cost: Cost | null,
 *   share: ShareLink | null,
 *   chapters: Chapter[],
 *   fresh: ReadonlySet<string>,
 * }} StoreState `startKey` is set until the start is answered; `choices` are the chosen versions and `redoing` is the image
 *   that is drawn again, by `itemKey`; `fresh` images arrived while the page was open; `notice` is the error of the last
 *   action, and `notices` are those of the last change of each image, by `itemKey`; `isLoading`: the results of an earlier
 *   time are being read; `isCancelling`: the app has not yet done what the user has asked for; `cost` is what the rounds so
 *   far have cost; `share` is the link to the comic, if it is shared; `chapters` are those of its book, or none; `words` are set
 *   over the pictures.
 */

/** @type {StoreState} */
export const EMPTY = {
  ...NOTHING_YET,
  generationId: null,
  startKey: null,
  request: null,
  style: null,
  aspect: "auto",
  lettering: "drawn",
  languages: [],
  words: null,
  choices: {},
  connection: null,
  redoing: null,
  notice: null,
  notices: {},
  isLoading: false,
  isCancelling: false,
  cost: null,
  share: null,
  chapters: [],
  fresh: new Set(),
};
