// @ts-check
// The two measured curves of the dial, in games and on the fixed positions.

import { setAll, shape, signed } from "../components/dom.js";

/** @typedef {import("./dial_types.js").View} View */
/** @typedef {import("./dial_types.js").Dose} Dose */
/** @typedef {import("./dial_types.js").Games} Games */

const HEIGHT = 200;
const EDGE = { left: 34, right: 10, top: 12, bottom: 32 };

/** @param {View} view */
export function drawGames(view) {
  const { games } = view.data;
  const box = view.find(".in-games");
  box.replaceChildren();
  view.gameMarker = view.gameHere = null;
  view.find(".games-title").textContent = games ? games.title : "";
  view.find(".games-note").textContent = games ? games.note : "";
  if (!games) return;
  const { x, y, reach } = gameScales(view, games);
  const svg = drawAmounts(view, box, games.title);
  for (const [value, label] of games.ticks) {
    shape(svg, "line", { class: "grid", x1: x(-reach), x2: x(reach), y1: y(value), y2: y(value) });
    shape(svg, "text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }).textContent = label;
  }
  drawLine(svg, games.points, x, y);
  drawPoints(svg, games.points, x, y);
  view.gameMarker = shape(svg, "line", { class: "marker", y1: EDGE.top, y2: HEIGHT - EDGE.bottom });
  view.gameHere = shape(svg, "circle", { class: "here", r: 6 });
}

/**
 * @param {View} view
 * @param {number} at
 */
export function showGames(view, at) {
  const { amounts, games } = view.data;
  view.find(".games-words").textContent = games ? games.words[at] : "";
  if (!games || !view.gameMarker || !view.gameHere) return;
  const { x, y } = gameScales(view, games);
  const spot = x(amounts[at]);
  setAll(view.gameMarker, { x1: spot, x2: spot });
  setAll(view.gameHere, { cx: spot, cy: y(games.here[at]) });
}

/**
 * @param {View} view
 * @param {Games} games
 */
function gameScales(view, games) {
  const low = games.ticks[0][0];
  const high = games.ticks[games.ticks.length - 1][0];
  const inner = HEIGHT - EDGE.top - EDGE.bottom;
  return {
    ...horizontal(view),
    y: (/** @type {number} */ value) => EDGE.top + ((high - value) / (high - low || 1)) * inner,
  };
}

/** @param {View} view */
export function drawCurve(view) {
  const { data, width } = view;
  const box = view.find(".in-space");
  box.replaceChildren();
  view.marker = view.here = view.reading = null;
  if (!data.curve.length) return;
  const { x, y, reach, top } = scales(view);
  const svg = drawAmounts(view, box, data.curve_words);
  const step = Math.max(1, Math.ceil(top / 3));
  for (let value = -Math.floor(top / step) * step; value <= top; value += step) {
    shape(svg, "line", { class: "grid", x1: x(-reach), x2: x(reach), y1: y(value), y2: y(value) });
    shape(svg, "text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }).textContent = signed(value, 0);
  }
  shape(svg, "text", { x: width / 2, y: HEIGHT - 4, "text-anchor": "middle" }).textContent =
    "slider → measured change; 1 is how far players usually differ";
  drawLine(svg, data.curve, x, y);
  drawPoints(svg, data.curve.filter(([amount]) => amount !== 0), x, y);
  view.marker = shape(svg, "line", { class: "marker", y1: y(top), y2: y(-top) });
  view.here = shape(svg, "circle", { class: "here", r: 6 });
  view.reading = shape(svg, "text", { class: "reading", y: EDGE.top + 10 });
}

/**
 * @param {View} view
 * @param {number} amount
 */
export function showReading(view, amount) {
  const { data } = view;
  const { marker, here, reading } = view;
  if (!data.curve.length || !marker || !here || !reading) return;
  const { x, y } = scales(view);
  const ends = [data.curve[0][0], data.curve[data.curve.length - 1][0]];
  const measured = Math.min(Math.max(amount, ends[0]), ends[1]);
  const value = between(data.curve, measured);
  setAll(marker, { x1: x(amount), x2: x(amount) });
  here.style.display = value === null ? "none" : "";
  if (value !== null) setAll(here, { cx: x(measured), cy: y(value) });
  const exact = data.curve.find(([at]) => at === measured);
  const [, , low, high] = exact ?? [0, 0, null, null];
  let text = value === null ? "" : signed(value, 2);
  if (low !== null && high !== null && amount !== 0) text += ` (${signed(low, 2)} to ${signed(high, 2)})`;
  else if (value !== null && !exact) text = `about ${text}`;
  if (measured !== amount) text += ` at ${signed(measured, 2)}`;
  reading.textContent = text;
  // The words stand in the corner where the curve is not.
  const isRight = amount < 0;
  setAll(reading, { x: x(amount) + (isRight ? 8 : -8), "text-anchor": isRight ? "start" : "end" });
}

/** @param {View} view */
function scales(view) {
  const { reach, x } = horizontal(view);
  const values = view.data.curve.flatMap(([, value, low, high]) => [value, low ?? value, high ?? value]);
  const top = Math.max(reach, ...values.map(Math.abs));
  const inner = HEIGHT - EDGE.top - EDGE.bottom;
  return { reach, top, x, y: (/** @type {number} */ value) => EDGE.top + ((top - value) / (2 * top)) * inner };
}

/**
 * Where amounts of the slider stand.
 *
 * @param {View} view
 */
function horizontal({ data, width }) {
  const reach = Math.max(...data.amounts.map(Math.abs));
  const inner = width - EDGE.left - EDGE.right;
  return {
    reach,
    x: (/** @type {number} */ amount) => EDGE.left + ((amount + reach) / (2 * reach)) * inner,
  };
}

/**
 * Draws a chart with a line for each whole amount of the slider.
 *
 * @param {View} view
 * @param {HTMLElement} box
 * @param {string} words what it shows
 */
function drawAmounts(view, box, words) {
  const { x, reach } = horizontal(view);
  const svg = shape(box, "svg", { viewBox: `0 0 ${view.width} ${HEIGHT}`, role: "img", "aria-label": words });
  for (let amount = -Math.floor(reach); amount <= reach; amount += 1) {
    const spot = { x1: x(amount), x2: x(amount), y1: EDGE.top, y2: HEIGHT - EDGE.bottom };
    shape(svg, "line", { class: "grid", ...spot });
    shape(svg, "text", { x: x(amount), y: HEIGHT - 18, "text-anchor": "middle" }).textContent = signed(amount, 0);
  }
  return svg;
}

/**
 * Draws the line through measured points, and the band of their intervals.
 *
 * @param {SVGElement} svg
 * @param {Dose[]} points
 * @param {(amount: number) => number} x
 * @param {(value: number) => number} y
 */
function drawLine(svg, points, x, y) {
  const known = points.flatMap(([amount, , low, high]) =>
    low === null || high === null ? [] : [{ amount, low, high }]
  );
  if (known.length > 1) {
    const upper = known.map(({ amount, high }) => `${x(amount)},${y(high)}`);
    const lower = known.map(({ amount, low }) => `${x(amount)},${y(low)}`).reverse();
    shape(svg, "polygon", { class: "band", points: [...upper, ...lower].join(" ") });
  }
  const line = points.map(([amount, value]) => `${x(amount)},${y(value)}`).join(" ");
  shape(svg, "polyline", { class: "curve", points: line });
}

/**
 * Draws measured points with their intervals.
 *
 * @param {SVGElement} svg
 * @param {Dose[]} points
 * @param {(amount: number) => number} x
 * @param {(value: number) => number} y
 */
function drawPoints(svg, points, x, y) {
  for (const [amount, value, low, high] of points) {
    if (low !== null && high !== null) {
      shape(svg, "line", { class: "whisker", x1: x(amount), x2: x(amount), y1: y(low), y2: y(high) });
    }
    shape(svg, "circle", { class: "point", cx: x(amount), cy: y(value), r: 3.4 });
  }
}

/**
 * A straight line between the measured amounts on both sides; null beyond them.
 *
 * @param {Dose[]} curve
 * @param {number} amount
 */
export function between(curve, amount) {
  for (let index = 0; index < curve.length; index += 1) {
    const [at, value] = curve[index];
    if (at === amount) return value;
    if (at > amount) {
      if (index === 0) return null;
      const [before, from] = curve[index - 1];
      return from + ((value - from) * (amount - before)) / (at - before);
    }
  }
  return null;
}
