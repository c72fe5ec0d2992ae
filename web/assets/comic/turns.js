/** Which way a key or a swipe turns a comic. */

/** @typedef {"ltr" | "rtl"} Direction the reading direction */
/** @typedef {"left" | "right"} Side */
/** @typedef {"forward" | "back" | "first" | "last"} Turn */

/** A shorter movement is a tap. */
const SHORTEST_SWIPE_PX = 40;

/** @type {Readonly<Record<string, Turn>>} */
const KEYS = {
  ArrowDown: "forward",
  PageDown: "forward",
  ArrowUp: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
};

/**
 * Return the turn of a key, or null if it turns nothing.
 *
 * @param {Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "ctrlKey" | "metaKey">} event
 * @param {Direction} direction
 * @returns {Turn | null}
 */
export function turnOfKey({ key, shiftKey, altKey, ctrlKey, metaKey }, direction) {
  if (altKey || ctrlKey || metaKey) return null;
  if (key === " ") return shiftKey ? "back" : "forward";
  if (key === "ArrowLeft") return turnTo("left", direction);
  if (key === "ArrowRight") return turnTo("right", direction);
  return KEYS[key] ?? null;
}

/** Return the turn to the next place on a side. @param {Side} side @param {Direction} direction @returns {Turn} */
export function turnTo(side, direction) {
  return (side === "right") === (direction === "ltr") ? "forward" : "back";
}

/**
 * Return the side that a swipe uncovers, or null if the movement is no swipe: a finger that moves to the left uncovers
 * what is on the right.
 *
 * @param {number} dx
 * @param {number} dy
 * @returns {Side | null}
 */
export function sideOfSwipe(dx, dy) {
  if (Math.abs(dx) < SHORTEST_SWIPE_PX || Math.abs(dx) < 2 * Math.abs(dy)) return null;
  return dx < 0 ? "right" : "left";
}

/** Return the index after a turn. @param {Turn} turn @param {number} index @param {number} count */
export function indexAfter(turn, index, count) {
  const wanted = { forward: index + 1, back: index - 1, first: 0, last: count - 1 }[turn];
  return Math.min(Math.max(wanted, 0), Math.max(count - 1, 0));
}
