/** Aspect ratios of images, known in advance so that the layout does not shift when an image arrives. */

/** @import { Aspect } from "../wire.js" */

const SQUARE = ["close-up", "close up", "closeup", "detail"];
const WIDE = ["wide", "establishing", "panorama", "long shot", "bird"];
const TALL = ["low angle", "high angle", "full body", "full shot", "vertical", "worm"];

/** Width / height of a character sheet. */
export const SHEET_RATIO = 3 / 4;

/** @type {Partial<Record<Aspect, number>>} */
const RATIOS = { square: 1, portrait: 3 / 4, landscape: 4 / 3, tall: 9 / 16 };

/**
 * Return width / height of the panel that the app draws.
 *
 * @param {string} cameraAngle
 * @param {Aspect} [aspect] what the start has asked for
 */
export function panelRatio(cameraAngle, aspect = "auto") {
  const ratio = RATIOS[aspect];
  if (ratio !== undefined) return ratio;
  const angle = cameraAngle.toLowerCase();
  const has = (/** @type {string} */ term) => angle.includes(term);
  if (SQUARE.some(has)) return 1;
  if (WIDE.some(has)) return 16 / 9;
  if (TALL.some(has)) return 3 / 4;
  return 4 / 3;
}
