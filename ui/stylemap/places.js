// @ts-check
// Which places there are on the map, and where the stage lies in the window.

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Seen} Seen */

/** @param {StyleMap} map */
export function is3d(map) {
  return map.data.view.columns.length === 3;
}

/** @param {StyleMap} map */
export function columnsOf(map) {
  const points = pointsOf(map);
  return map.data.view.columns.map((name) => points.columns[name]);
}

/** @param {StyleMap} map */
export function pointsOf(map) {
  if (!map.points) throw new Error("the points are not there yet");
  return map.points;
}

/** @param {StyleMap} map */
export function peopleOf(map) {
  if (!map.people) throw new Error("the names are not there yet");
  return map.people;
}

/** @param {StyleMap} map */
export function guestsOf(map) {
  return map.data.guests ?? [];
}

/**
 * @param {StyleMap} map
 * @param {number} row
 * @returns {Place}
 */
export function placeOf(map, row) {
  return columnsOf(map).map((column) => column[row]);
}

/**
 * @param {StyleMap} map
 * @param {Seen | null} at
 */
export function inWindow(map, at) {
  if (!at) return null;
  const box = map.stage.getBoundingClientRect();
  return [box.left + map.stage.clientLeft + at[0], box.top + map.stage.clientTop + at[1]];
}

/**
 * @param {StyleMap} map
 * @param {{clientX: number, clientY: number}} event
 * @returns {[number, number]}
 */
export function onStage(map, event) {
  const box = map.stage.getBoundingClientRect();
  return [event.clientX - box.left - map.stage.clientLeft, event.clientY - box.top - map.stage.clientTop];
}
