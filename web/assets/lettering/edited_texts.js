/** The texts of a panel that are being edited. Pure, except that fields change a text itself. */

/** @import { PanelLettering, Place, PlannedText } from "../lettering_types.d.ts" */
/** @import { TextInFields } from "../editor/text_fields.js" */
/**
 * @typedef {TextInFields & { place: Place | null, shown: Place, fontSize: number }} EditedText `place` is null if the app
 *   chooses it; `shown` is where the text is seen meanwhile.
 */

const LEAST_SIZE = 0.05;
const NEW_PLACE = { x: 0.3, y: 0.4, width: 0.4, height: 0.15 };
const NEW_FONT_SIZE = 0.035;
const PATH = /^texts\[(\d+)\](?:\.(text|kind|speaker|place))?/;

/** @param {PanelLettering} lettering @returns {EditedText[]} */
export function editedTexts({ texts }) {
  return texts.map(({ kind, text, speaker, place, fontSize, isPlacedByHand = false }, index) => ({
    key: `t${index}`,
    kind,
    text,
    speaker: speaker ?? "",
    place: isPlacedByHand ? place : null,
    shown: place,
    fontSize,
  }));
}

/** Return the texts as the app takes them. @param {EditedText[]} edited @returns {{ texts: (PlannedText & { place?: Place })[] }} */
export function bodyOf(edited) {
  const texts = edited.map(({ kind, text, speaker, place }) => ({
    kind,
    text: text.trim(),
    ...(kind === "dialogue" && speaker !== "" ? { speaker } : {}),
    ...(place === null ? {} : { place }),
  }));
  return { texts };
}

/** @param {EditedText[]} one @param {EditedText[]} other */
export function isSame(one, other) {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

/** Add an empty text. @param {EditedText[]} edited @returns {EditedText[]} */
export function withText(edited) {
  const number = Math.max(-1, ...edited.map(({ key }) => Number(key.slice(1)))) + 1;
  const added = { kind: /** @type {const} */ ("dialogue"), text: "", speaker: "", place: null, shown: NEW_PLACE, fontSize: NEW_FONT_SIZE };
  return [...edited, { key: `t${number}`, ...added }];
}

/** Move a text in the reading order. @param {EditedText[]} edited @param {string} key @param {-1 | 1} by */
export function withMovedText(edited, key, by) {
  const from = edited.findIndex((text) => text.key === key);
  const others = edited.filter((text) => text.key !== key);
  const moved = edited[from];
  if (moved !== undefined) others.splice(Math.max(0, from + by), 0, moved);
  return others;
}

/** Return a place moved and resized by shares of the picture, inside the picture. @param {Place} place @param {Partial<Place>} by */
export function changedPlace(place, { x = 0, y = 0, width = 0, height = 0 }) {
  const size = (/** @type {number} */ value, /** @type {number} */ start) => rounded(within(value, LEAST_SIZE, 1 - start));
  const w = size(place.width + width, width === 0 ? 0 : place.x);
  const h = size(place.height + height, height === 0 ? 0 : place.y);
  return { x: rounded(within(place.x + x, 0, 1 - w)), y: rounded(within(place.y + y, 0, 1 - h)), width: w, height: h };
}

/** Return a place in words, for screen readers. @param {Place} place */
export function placeInWords({ x, y, width, height }) {
  const [left, top, wide, high] = [x, y, width, height].map((share) => `${Math.round(100 * share)}%`);
  return `${left} from the left, ${top} from the top, ${wide} wide, ${high} high`;
}

/** Return the name of the field that an error answer names, or null. @param {EditedText[]} edited @param {string} path */
export function fieldNamed(edited, path) {
  const [, index, name = "text"] = PATH.exec(path) ?? [];
  const key = index === undefined ? undefined : edited[Number(index)]?.key;
  return key === undefined ? null : `${key}.${name}`;
}

/** @param {number} value @param {number} least @param {number} most */
function within(value, least, most) {
  return Math.max(least, Math.min(value, most));
}

/** @param {number} share */
function rounded(share) {
  return Math.round(share * 10_000) / 10_000;
}
