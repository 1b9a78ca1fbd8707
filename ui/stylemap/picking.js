// @ts-check
// Which point a hand means.

import { columnsOf, guestsOf, peopleOf, pointsOf } from "./places.js";
import { projector } from "./projection.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").Found} Found */

const MARK_REACH = 7; // pixels, about the size of a mark

/**
 * The name and place nearest to a pixel, null if none is within reach. What is drawn on top is meant
 * first: a person's own styles, then players with a mark. Of the others, in three dimensions, the
 * one in front is meant where several are under the very pointer.
 *
 * @param {StyleMap} map
 * @param {[number, number]} at
 * @param {number} reach
 * @returns {(Found & {row: number}) | null}
 */
export function pick(map, [x, y], reach) {
  const project = projector(map);
  const columns = columnsOf(map);
  const isDeep = columns.length === 3;
  /** @type {{hit: {row: number, place: Place, depth: number} | null}} */
  const best = { hit: null };
  const hit = () => best.hit;
  const { names } = peopleOf(map);
  let least = reach * reach;
  /** @type {Seen} */
  const seen = [0, 0, 0]; // one for all: there may be many thousands of points
  const consider = (/** @type {number} */ row, /** @type {Place} */ place) => {
    const at = project(place, seen);
    if (!at) return;
    const distance = (at[0] - x) ** 2 + (at[1] - y) ** 2;
    const areBothHit = isDeep && best.hit && distance < 16 && least < 16;
    if (areBothHit && best.hit ? at[2] >= best.hit.depth : distance >= least) return;
    best.hit = { row, place: [...place], depth: at[2] };
    least = Math.min(distance, least);
  };
  const guests = guestsOf(map);
  guests.forEach((guest, index) => consider(-2 - index, guest.place));
  const guest = hit();
  if (guest) return { ...guest, name: guests[-2 - guest.row].name };
  least = Math.min(reach, MARK_REACH) ** 2;
  for (const item of map.items) {
    if (item.row !== undefined) consider(item.row, item.place);
  }
  const marked = hit();
  if (marked) return { ...marked, name: names[marked.row] };
  least = reach * reach;
  const points = pointsOf(map);
  const place = columns.map(() => 0);
  for (let row = 0; row < points.count; row++) {
    for (let axis = 0; axis < columns.length; axis++) place[axis] = columns[axis][row];
    consider(row, place);
  }
  const point = hit();
  return point && { ...point, name: names[point.row] };
}
