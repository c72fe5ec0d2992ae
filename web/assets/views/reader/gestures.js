/** Taps, double taps, pinches and drags on the reader's stage. */

/** @import { Side } from "../../comic/turns.js" */
/** @import { Point } from "./reader_stage.js" */
/**
 * @typedef {{
 *   turnsByTap: () => boolean,
 *   onSide: (side: Side) => void,
 *   onTap: () => void,
 *   onDoubleTap: (at: Point) => void,
 *   onZoom: (factor: number, at: Point) => void,
 *   onZoomEnd: () => void,
 *   onDrag: (dx: number, dy: number) => void,
 * }} GestureListener taps at the sides are reported at once, if they turn; others wait for a second tap
 */

/** The share of the width at each side that turns. */
const SIDE_SHARE = 0.3;
const DOUBLE_TAP_MS = 300;
const DOUBLE_TAP_PX = 40;
/** A shorter movement of the mouse is a click. */
const SHORTEST_DRAG_PX = 5;
const WHEEL_SPEED = 0.01;

/**
 * Return the side of a position, or null if it is in the middle.
 *
 * @param {number} x
 * @param {number} width
 * @returns {Side | null}
 */
export function sideOf(x, width) {
  if (x < width * SIDE_SHARE) return "left";
  return x > width * (1 - SIDE_SHARE) ? "right" : null;
}

/** @param {HTMLElement} stage @param {GestureListener} listener */
export function listenToGestures(stage, listener) {
  const taps = new Taps(stage, listener);
  listenToPinches(stage, listener);
  listenToDrags(stage, listener, (hasMoved) => (taps.isDrag = hasMoved));
  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      listener.onZoom(Math.exp(-event.deltaY * WHEEL_SPEED), { x: event.clientX, y: event.clientY });
    },
    { passive: false },
  );
}

class Taps {
  #listener;
  #stage;
  /** @type {{ at: Point, timer: number } | null} */
  #first = null;
  /** The next click is the end of a drag. */
  isDrag = false;

  /** @param {HTMLElement} stage @param {GestureListener} listener */
  constructor(stage, listener) {
    this.#stage = stage;
    this.#listener = listener;
    stage.addEventListener("click", ({ target, clientX, clientY }) => {
      if (!(target instanceof HTMLButtonElement)) this.#tap({ x: clientX, y: clientY });
    });
  }

  /** @param {Point} at */
  #tap(at) {
    if (this.isDrag) return;
    const { left, width } = this.#stage.getBoundingClientRect();
    const side = this.#listener.turnsByTap() ? sideOf(at.x - left, width) : null;
    if (side !== null) return this.#listener.onSide(side);
    const first = this.#first;
    this.#first = null;
    window.clearTimeout(first?.timer);
    if (first !== null && Math.hypot(at.x - first.at.x, at.y - first.at.y) < DOUBLE_TAP_PX) {
      return this.#listener.onDoubleTap(at);
    }
    const timer = window.setTimeout(() => {
      this.#first = null;
      this.#listener.onTap();
    }, DOUBLE_TAP_MS);
    this.#first = { at, timer };
  }
}

/** @param {HTMLElement} stage @param {GestureListener} listener */
function listenToPinches(stage, listener) {
  /** The fingers' distance; 0 without a pinch. */
  let distance = 0;
  stage.addEventListener("touchstart", (event) => {
    distance = pinchOf(event.touches)?.distance ?? 0;
  }, { passive: true });
  stage.addEventListener(
    "touchmove",
    (event) => {
      const pinch = pinchOf(event.touches);
      if (pinch === null || distance === 0) return;
      // Otherwise the browser enlarges the whole page.
      event.preventDefault();
      listener.onZoom(pinch.distance / distance, pinch.at);
      distance = pinch.distance;
    },
    { passive: false },
  );
  stage.addEventListener("touchend", () => {
    if (distance > 0) listener.onZoomEnd();
    distance = 0;
  });
}

/** Return the distance and the middle of two fingers. @param {TouchList} touches */
function pinchOf(touches) {
  const [one, other] = touches;
  if (one === undefined || other === undefined || touches.length !== 2) return null;
  return {
    distance: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
    at: { x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2 },
  };
}

/**
 * Report drags with the mouse; fingers scroll.
 *
 * @param {HTMLElement} stage
 * @param {GestureListener} listener
 * @param {(hasMoved: boolean) => void} onMoved
 */
function listenToDrags(stage, listener, onMoved) {
  let moved = 0;
  stage.addEventListener("pointerdown", () => {
    moved = 0;
    onMoved(false);
  });
  stage.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" || event.buttons !== 1) return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    onMoved(moved > SHORTEST_DRAG_PX);
    listener.onDrag(event.movementX, event.movementY);
  });
}
