/** Reports swipes of one finger over an element. */

import { sideOfSwipe } from "../comic/turns.js";

/** @import { Side } from "../comic/turns.js" */

/**
 * Report the side that each swipe uncovers.
 *
 * @param {HTMLElement} target
 * @param {(side: Side) => void} onSwipe
 */
export function onSwipe(target, onSwipe) {
  /** @type {Touch | null} */
  let start = null;
  target.addEventListener("touchstart", (event) => {
    start = event.touches.length === 1 ? (event.touches[0] ?? null) : null;
  }, { passive: true });
  target.addEventListener("touchcancel", () => {
    start = null;
  });
  target.addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    if (start === null || end === undefined) return;
    const side = sideOfSwipe(end.clientX - start.clientX, end.clientY - start.clientY);
    start = null;
    if (side !== null) onSwipe(side);
  });
}
