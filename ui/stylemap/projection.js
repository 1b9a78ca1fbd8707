// @ts-check
// Where places of the map lie on the stage, in two and in three dimensions, as Plotly draws them.

import { is3d } from "./places.js";
import { boundsOf, marginsOf, viewOf } from "./views.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").Project} Project */
/** @typedef {import("./types.js").Camera} Camera */
/** @typedef {{left: number, top: number, width: number, height: number}} Frame in pixels of the stage */

const FIELD_OF_VIEW = Math.PI / 4; // of Plotly's camera, from top to bottom

/**
 * @param {StyleMap} map
 * @returns {Project}
 */
export function projector(map) {
  const view = viewOf(map);
  const frame = frameOf(map);
  if (is3d(map)) return projector3d(view.camera, boundsOf(map), frame);
  return projector2d(view.ranges, frame);
}

/**
 * Where on the stage a place lies: [x, y, depth], or null if it is out of sight.
 *
 * @param {StyleMap} map
 * @param {Place} place
 * @returns {Seen | null}
 */
export function pixel(map, place) {
  return projector(map)(place);
}

/**
 * @param {StyleMap} map
 * @param {[number, number]} at
 * @returns {Place | null} the place of a flat map under a pixel, null beside the axes
 */
export function placeUnder(map, [x, y]) {
  const { left, top, width, height } = frameOf(map);
  const right = (x - left) / width;
  const down = (y - top) / height;
  if (!(right >= 0 && right <= 1 && down >= 0 && down <= 1)) return null;
  const [[x0, x1], [y0, y1]] = viewOf(map).ranges;
  return [x0 + right * (x1 - x0), y1 - down * (y1 - y0)];
}

/**
 * @param {StyleMap} map
 * @returns {Frame} the part of the stage that the axes frame
 */
function frameOf(map) {
  const { l, r, t, b } = marginsOf(map);
  const { clientWidth, clientHeight } = map.plot;
  return { left: l, top: t, width: clientWidth - l - r, height: clientHeight - t - b };
}

/**
 * @param {number[][]} ranges of both axes
 * @param {Frame} frame
 * @returns {Project}
 */
function projector2d([[x0, x1], [y0, y1]], { left, top, width, height }) {
  return ([x, y], at = /** @type {Seen} */ ([0, 0, 0])) => {
    const right = ((x - x0) / (x1 - x0)) * width;
    const down = ((y1 - y) / (y1 - y0)) * height;
    if (!(right >= 0 && right <= width && down >= 0 && down <= height)) return null;
    at[0] = left + right;
    at[1] = top + down;
    return at;
  };
}

/**
 * The points stand in a cube of edge 1 around the origin, which the camera looks at in perspective.
 *
 * @param {Camera} camera
 * @param {number[][]} bounds of the three axes
 * @param {Frame} frame
 * @returns {Project}
 */
export function projector3d({ eye, center, up }, bounds, { left, top, width, height }) {
  const forward = unit([center.x - eye.x, center.y - eye.y, center.z - eye.z]);
  const sideways = unit(cross(forward, [up.x, up.y, up.z]));
  const upwards = cross(sideways, forward);
  const middles = bounds.map(([low, high]) => (low + high) / 2);
  const lengths = bounds.map(([low, high]) => high - low);
  const scale = height / 2 / Math.tan(FIELD_OF_VIEW / 2);
  return (place, at = /** @type {Seen} */ ([0, 0, 0])) => {
    const x = (place[0] - middles[0]) / lengths[0] - eye.x;
    const y = (place[1] - middles[1]) / lengths[1] - eye.y;
    const z = (place[2] - middles[2]) / lengths[2] - eye.z;
    const depth = forward[0] * x + forward[1] * y + forward[2] * z;
    if (!(depth > 0)) return null;
    const right = (sideways[0] * x + sideways[1] * y + sideways[2] * z) / depth;
    const above = (upwards[0] * x + upwards[1] * y + upwards[2] * z) / depth;
    at[0] = left + width / 2 + scale * right;
    at[1] = top + height / 2 - scale * above;
    at[2] = depth;
    return at;
  };
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** @param {number[]} vector */
function unit(vector) {
  const length = Math.hypot(...vector);
  return vector.map((part) => part / length);
}
