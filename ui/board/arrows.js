// @ts-check
// Arrows for the moves that the opponent thinks of, drawn as in the pictures that Python makes.

import { shape } from "../components/dom.js";
import { cell } from "./position.js";

/** @typedef {import("./position.js").Color} Color */
/**
 * A move, how likely it is (0 to 1), and how far it lies to the right of the line between its
 * squares, in squares.
 *
 * @typedef {[move: string, weight: number, shift: number]} Arrow
 */

const SQUARE = 45;
const COLOR = "#1f4e79";

/**
 * Draws arrows, and nothing else, into an SVG of 360 x 360.
 *
 * @param {Element} svg
 * @param {Arrow[]} arrows
 * @param {Color} orientation colour at the bottom
 */
export function drawArrows(svg, arrows, orientation) {
  svg.replaceChildren();
  for (const arrow of arrows) {
    const { points, opacity, transform } = outline(arrow, orientation);
    shape(svg, "polygon", {
      class: "arrow", points, transform, fill: COLOR, "fill-opacity": opacity,
      "stroke-linejoin": "round", "data-move": arrow[0],
    });
  }
}

/**
 * Returns an arrow as one outline, so that its shaft and head share one transparency.
 *
 * @param {Arrow} arrow
 * @param {Color} orientation colour at the bottom
 */
export function outline([move, weight, shift], orientation) {
  const [tail, head] = [move.slice(0, 2), move.slice(2, 4)].map((place) =>
    cell(place, orientation).map((part) => part * SQUARE + SQUARE / 2)
  );
  const [right, down] = [head[0] - tail[0], head[1] - tail[1]];
  const strength = Math.sqrt(Math.min(Math.max(weight, 0), 1));
  const half = 1.4 + 3 * strength;
  const [begin, end] = [SQUARE * 0.28, Math.hypot(right, down) - SQUARE * 0.1];
  const neck = end - half * 3.6;
  const points = [
    [begin, -half], [neck, -half], [neck, -half * 2.5], [end, 0],
    [neck, half * 2.5], [neck, half], [begin, half],
  ].map(([x, y]) => `${x.toFixed(1)},${(y + SQUARE * shift).toFixed(1)}`).join(" ");
  const angle = Math.atan2(down, right) * 180 / Math.PI;
  return {
    points,
    opacity: (0.35 + 0.45 * strength).toFixed(2),
    transform: `translate(${tail[0].toFixed(1)} ${tail[1].toFixed(1)}) rotate(${angle.toFixed(2)})`,
  };
}
