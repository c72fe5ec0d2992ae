/** What a comic will take, before it is drawn. */

import { counted, dollars } from "../amounts.js";

/** @import { Reference } from "../references/reference_list.js" */
/** @import { GenerationEstimate, StoryRequest } from "../wire.js" */
/** @typedef {StoryRequest & { characters?: readonly Reference[], settings?: readonly Reference[] }} Estimated */

/** A picture with one pixel. Only the number of pictures changes the price, so the user's own ones are not uploaded. */
const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg==";

/** Return the body of the request for an estimate. @param {Estimated} submission */
export function estimateBody({ characters = [], settings = [], ...request }) {
  const placeholders = (/** @type {readonly Reference[]} */ references) => references.map(() => ({ name: "x", image: PIXEL }));
  return JSON.stringify({
    ...request,
    uploadedCharacterReferences: placeholders(characters),
    uploadedSettingReferences: placeholders(settings),
  });
}

/** Return the expected seconds; null if the time of the model is not known. @param {GenerationEstimate} estimate */
export function expectedSeconds({ minutes, isFree = false }) {
  return isFree ? null : minutes.expected * 60;
}

/**
 * Return an estimate in words, such as `8 to 12 panels, about 2 minutes, about $0.75 (at most $1.10)`.
 *
 * @param {GenerationEstimate} estimate
 * @param {boolean} [stopsAfterPlan] whether only the script is made
 */
export function estimateInWords({ panels, likelyPanels, minutes, price, isFree = false }, stopsAfterPlan = false) {
  const { min, max } = likelyPanels ?? panels;
  const ofPanels = min === max ? `${max} panels` : `${min} to ${max} panels`;
  const count = stopsAfterPlan ? "Only the script" : ofPanels;
  if (isFree) return `${count}, free: test pictures`;
  const time = `about ${counted(Math.max(1, Math.round(minutes.expected)), "minute")}`;
  if (price === null) return `${count}, ${time}. No price is known for this model.`;
  return `${count}, ${time}, ${rangeInWords(price)}`;
}

/** Return only the price of an estimate in words. @param {GenerationEstimate} estimate */
export function priceInWords({ price, isFree = false }) {
  if (isFree) return "Free: test pictures";
  if (price === null) return "No price is known for this model.";
  const words = rangeInWords(price);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** @param {import("../wire.js").Range} price */
function rangeInWords({ expected, max }) {
  return `about ${dollars(expected)} (at most ${dollars(Math.ceil(max * 100) / 100)})`;
}
