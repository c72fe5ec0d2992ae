/** The tail of a balloon: a polygon from the middle of the balloon to its tip, with an outline. */

/** @import { SetText } from "../lettering_types.d.ts" */
/** @typedef {[number, number]} Point */

/** In font sizes: half the width of a tail at its balloon, and the width of the outline. */
const HALF_WIDTH = 0.4;
const STROKE = 0.08;
/** The straight part of each side of a balloon, as a share of half the side; the rest are quarters of an ellipse. */
const STRAIGHT = 0.2;

/**
 * Return the polygons of the ink and of the paper above it, as shares of the picture; null without a tail.
 *
 * @param {Pick<SetText, "place" | "fontSize" | "tail">} text
 * @param {number} aspect width / height of the picture
 * @returns {[Point[], Point[]] | null}
 */
export function tailOf({ place, fontSize, tail }, aspect) {
  if (!tail) return null;
  // In widths of the picture, so that angles are right.
  const half = { x: place.width / 2, y: place.height / 2 / aspect };
  const middle = { x: place.x + half.x, y: place.y / aspect + half.y };
  const [dx, dy] = [tail[0] - middle.x, tail[1] / aspect - middle.y];
  const reach = Math.hypot(dx, dy);
  const angle = Math.atan2(dy, dx);
  const toOutline = outlineAt(angle, half);
  const turn = Math.atan((HALF_WIDTH * fontSize) / toOutline);
  const edge = (/** @type {number} */ side) => {
    const distance = outlineAt(angle + side * turn, half);
    return { along: distance * Math.cos(turn), across: side * distance * Math.sin(turn) };
  };
  const pointAt = (/** @type {number} */ along, /** @type {number} */ across) => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return /** @type {Point} */ ([middle.x + along * cos - across * sin, (middle.y + along * sin + across * cos) * aspect]);
  };
  const [one, other] = [edge(1), edge(-1)];
  const centre = pointAt(0, 0);
  const ink = [centre, pointAt(one.along, one.across), pointAt(reach, 0), pointAt(other.along, other.across)];
  const stroke = STROKE * fontSize;
  const slope = (/** @type {{ along: number, across: number }} */ base) =>
    Math.atan2(Math.abs(base.across), Math.max(reach - base.along, 1e-9));
  const inner = (/** @type {{ along: number, across: number }} */ base) => {
    const across = Math.max(0, Math.abs(base.across) - stroke / Math.cos(slope(base)));
    return pointAt(base.along, Math.sign(base.across) * across);
  };
  const tip = reach - stroke / Math.sin(Math.max(slope(one), slope(other), 1e-9));
  const paper = [centre, inner(one), pointAt(Math.max(tip, 0), 0), inner(other)];
  return [ink, paper];
}

/** Return the distance from the middle of a balloon to its outline. @param {number} angle @param {{ x: number, y: number }} half */
function outlineAt(angle, half) {
  const [u, v] = [Math.abs(Math.cos(angle)) / half.x, Math.abs(Math.sin(angle)) / half.y];
  if (v <= STRAIGHT * u) return 1 / u;
  if (u <= STRAIGHT * v) return 1 / v;
  const [sum, squares] = [STRAIGHT * (u + v), u * u + v * v];
  // The corner's ellipse has radii of 0.8 half sides, and its middle is 0.2 half sides from that of the balloon.
  return (sum + Math.sqrt(sum * sum - squares * (2 * STRAIGHT * STRAIGHT - (1 - STRAIGHT) ** 2))) / squares;
}
