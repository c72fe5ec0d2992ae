/** The title of a comic in the language that is shown. */

import { setText } from "./element.js";

/** @import { StoreState } from "../state/store_state.js" */

/** @param {HTMLElement} target @param {Pick<StoreState, "storyAnalysis" | "words">} state @param {string} none the text without a title */
export function showTitle(target, { storyAnalysis, words }, none) {
  const isTranslated = words !== null && words.language !== words.languages[0]?.language;
  setText(target, (isTranslated ? words.title : storyAnalysis?.title) ?? none);
  if (words === null) target.removeAttribute("lang");
  else target.lang = words.language;
}
