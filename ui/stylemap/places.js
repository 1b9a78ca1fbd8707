// @ts-check
// Where places of the map lie on the stage, in two and in three dimensions. What Plotly keeps to
// itself (its axes and camera) is read here and in views.js alone.

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").Project} Project */

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
 * @returns {Project}
 */
export function projector(map) {
  const full = map.plot._fullLayout;
  if (!full) return () => null;
  return is3d(map) ? projector3d(full) : projector2d(full);
}

/**
 * @param {any} full
 * @returns {Project}
 */
function projector2d({ xaxis, yaxis }) {
  const [x0, x1] = xaxis.range;
  const [y0, y1] = yaxis.range;
  const xUnit = xaxis._length / (x1 - x0);
  const yUnit = yaxis._length / (y1 - y0);
  return ([x, y], at = /** @type {Seen} */ ([0, 0, 0])) => {
    const right = (x - x0) * xUnit;
    const down = (y1 - y) * yUnit;
    if (!(right >= 0 && right <= xaxis._length && down >= 0 && down <= yaxis._length)) return null;
    at[0] = xaxis._offset + right;
    at[1] = yaxis._offset + down;
    return at;
  };
}

/**
 * @param {any} full
 * @returns {Project}
 */
function projector3d({ scene, _size }) {
  const inner = scene?._scene;
  const camera = inner?.glplot?.cameraParams;
  if (!camera) return () => null;
  const matrix = multiply(camera.projection, multiply(camera.view, camera.model));
  const scale = inner.dataScale ?? [1, 1, 1];
  const { l, t, w, h } = _size;
  return (place, at = /** @type {Seen} */ ([0, 0, 0])) => {
    const x = place[0] * scale[0];
    const y = place[1] * scale[1];
    const z = place[2] * scale[2];
    const depth = matrix[3] * x + matrix[7] * y + matrix[11] * z + matrix[15];
    if (!(depth > 0)) return null;
    const right = (matrix[0] * x + matrix[4] * y + matrix[8] * z + matrix[12]) / depth;
    const up = (matrix[1] * x + matrix[5] * y + matrix[9] * z + matrix[13]) / depth;
    at[0] = l + (w * (right + 1)) / 2;
    at[1] = t + (h * (1 - up)) / 2;
    at[2] = depth;
    return at;
  };
}

/**
 * Both as WebGL has them: 16 numbers, column by column.
 *
 * @param {number[]} a
 * @param {number[]} b
 */
export function multiply(a, b) {
  const product = Array.from({ length: 16 }, () => 0);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  return product;
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

/**
 * @param {StyleMap} map
 * @param {[number, number]} at
 * @returns {Place | null}
 */
export function placeUnder(map, [x, y]) {
  const { xaxis, yaxis } = map.plot._fullLayout;
  const right = (x - xaxis._offset) / xaxis._length;
  const down = (y - yaxis._offset) / yaxis._length;
  if (right < 0 || right > 1 || down < 0 || down > 1) return null;
  const [x0, x1] = xaxis.range;
  const [y0, y1] = yaxis.range;
  return [x0 + right * (x1 - x0), y1 - down * (y1 - y0)];
}
