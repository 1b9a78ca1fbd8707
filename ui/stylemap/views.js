// @ts-check
// What is seen of the map: what a person zoomed or turned it to outlives every rerun.

import { columnsOf, is3d } from "./places.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Kept} Kept */
/** @typedef {import("./types.js").Camera} Camera */

/** @type {Map<string, Kept>} */
export const views = new Map(); // what a person zoomed or turned to, by view; outlives the mounted map

/** @type {WeakMap<Float32Array, number[]>} */
const extents = new WeakMap(); // columns never change, and are many thousands of numbers

/** @returns {Camera} */
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

/**
 * What is seen of the map: what a person zoomed or turned to, or all of it.
 *
 * @param {StyleMap} map
 * @returns {Required<Kept>}
 */
export function viewOf(map) {
  const kept = views.get(map.data.view.key);
  return { ranges: kept?.ranges ?? boundsOf(map), camera: kept?.camera ?? firstCamera() };
}

/**
 * @param {StyleMap} map
 * @returns {number[][]} the range of each axis that holds all points
 */
export function boundsOf(map) {
  return columnsOf(map).map((column) => {
    const range = extents.get(column) ?? extent(column);
    extents.set(column, range);
    return range;
  });
}

/** @param {StyleMap} map */
export function marginsOf(map) {
  const { titles } = map.data.view;
  if (is3d(map)) return { l: 0, r: 0, t: 0, b: 0 };
  return { l: titles[1] ? 34 : 6, r: 8, t: 8, b: titles[0] ? 32 : 6 };
}

/**
 * Keeps what Plotly says that a person zoomed or turned to.
 *
 * @param {StyleMap} map
 * @param {Record<string, any>} changed what `plotly_relayout` or `plotly_relayouting` tells
 */
export function keepView(map, changed) {
  const key = map.data.view.key;
  if (JSON.parse(map.drawn || "[]")[1]?.key !== key) return; // of the view before
  const before = viewOf(map);
  if (is3d(map)) {
    if (changed["scene.camera"]) views.set(key, { camera: structuredClone(changed["scene.camera"]) });
    return;
  }
  const ranges = ["xaxis", "yaxis"].map((axis, index) =>
    changed[`${axis}.range`] ??
    [0, 1].map((end) => changed[`${axis}.range[${end}]`] ?? before.ranges[index][end]),
  );
  views.set(key, { ranges });
}

/**
 * Has Plotly tell where its camera stands: it says so when a button is let go, and neither after the
 * last turn of a wheel nor while a finger turns the map.
 *
 * @param {StyleMap} map
 */
export function askCamera(map) {
  map.plot.querySelector(".gl-container canvas")?.dispatchEvent(new MouseEvent("mouseup"));
}

/**
 * @param {StyleMap} map
 * @param {string} action
 */
export function zoom(map, action) {
  const { plot } = map;
  const key = map.data.view.key;
  const { ranges, camera } = viewOf(map);
  /** @type {Record<string, number>} */
  const factors = { in: 0.7, out: 1 / 0.7 };
  const factor = factors[action];
  if (is3d(map)) {
    const { x, y, z } = camera.eye;
    const eye = { x: x * factor, y: y * factor, z: z * factor };
    const next = factor ? { ...camera, eye } : firstCamera();
    views.set(key, { camera: next });
    map.plotly.relayout(plot, { "scene.camera": next });
    return;
  }
  const next = ranges.map(([low, high], index) => {
    if (!factor) return boundsOf(map)[index];
    const middle = (low + high) / 2;
    return [low, high].map((end) => middle + (end - middle) * factor);
  });
  views.set(key, { ranges: next });
  map.plotly.relayout(plot, { "xaxis.range": next[0], "yaxis.range": next[1] });
}
