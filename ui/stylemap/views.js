// @ts-check
// What a person zoomed or turned the map to; it outlives every rerun.

import { columnsOf, is3d } from "./places.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Kept} Kept */

/** @type {Map<string, Kept>} */
export const views = new Map(); // what a person zoomed or turned to, by view; outlives the mounted map

export function firstCamera() {
  return { eye: { x: 1, y: 1, z: 0.6 }, center: { x: 0, y: 0, z: -0.04 }, up: { x: 0, y: 0, z: 1 } };
}

/** @param {Float32Array} column */
export function extent(column) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of column) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high >= low)) return [-1, 1];
  const margin = (high - low) * 0.05 || 1;
  return [low - margin, high + margin];
}

/** @param {StyleMap} map */
export function keepView(map) {
  const full = map.plot._fullLayout;
  const key = map.data.view.key;
  if (!full || JSON.parse(map.drawn || "[]")[1]?.key !== key) return; // of the view before
  if (is3d(map)) {
    if (full.scene) views.set(key, { camera: structuredClone(full.scene._scene.getCamera()) });
  } else {
    views.set(key, { ranges: [[...full.xaxis.range], [...full.yaxis.range]] });
  }
}

/**
 * @param {StyleMap} map
 * @param {string} action
 */
export function zoom(map, action) {
  const { plot, data } = map;
  const key = data.view.key;
  const columns = columnsOf(map);
  /** @type {Record<string, number>} */
  const factors = { in: 0.7, out: 1 / 0.7 };
  const factor = factors[action];
  if (is3d(map)) {
    const camera = factor ? plot._fullLayout.scene._scene.getCamera() : firstCamera();
    if (factor) for (const axis of "xyz") camera.eye[axis] *= factor;
    views.set(key, { camera });
    map.plotly.relayout(plot, { "scene.camera": camera });
  } else {
    const ranges = [plot._fullLayout.xaxis, plot._fullLayout.yaxis].map((axis, index) => {
      if (!factor) return extent(columns[index]);
      const middle = (axis.range[0] + axis.range[1]) / 2;
      return axis.range.map((/** @type {number} */ end) => middle + (end - middle) * factor);
    });
    views.set(key, { ranges });
    map.plotly.relayout(plot, { "xaxis.range": ranges[0], "yaxis.range": ranges[1] });
  }
}
