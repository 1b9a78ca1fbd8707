// @ts-check
// The figure that Plotly draws: thousands of points and their axes.

import { columnsOf, is3d, pointsOf } from "./places.js";
import { boundsOf, marginsOf, viewOf } from "./views.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Theme} Theme */

export const UNKNOWN = "rgba(127,140,135,0.45)";

/**
 * @param {StyleMap} map
 * @returns {Theme}
 */
export function colors(map) {
  const style = getComputedStyle(map.root);
  const value = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    text: value("--st-text-color"),
    font: value("--st-font"),
    line: value("--st-border-color"),
  };
}

/**
 * @param {StyleMap} map
 * @param {Theme} theme
 */
export function makeFigure(map, theme) {
  const { data } = map;
  const { ranges, camera } = viewOf(map);
  const isDeep = is3d(map);
  const shown = isDeep ? boundsOf(map) : ranges;
  const axis = (/** @type {number} */ index) => axisOf(map, theme, index, shown[index]);
  /** @type {Record<string, any>} */
  const layout = {
    autosize: true,
    margin: marginsOf(map),
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    showlegend: false,
    hovermode: false,
    dragmode: isDeep ? "orbit" : "pan",
    uirevision: data.view.key,
  };
  if (isDeep) {
    layout.scene = {
      xaxis: axis(0),
      yaxis: axis(1),
      zaxis: axis(2),
      aspectmode: "cube",
      hovermode: false,
      dragmode: "orbit",
      camera,
      uirevision: data.view.key,
    };
  } else {
    Object.assign(layout, { xaxis: axis(0), yaxis: axis(1) });
  }
  return { traces: pointTraces(map), layout };
}

/**
 * The points, those of an unknown shade first.
 *
 * @param {StyleMap} map
 */
function pointTraces(map) {
  const { data } = map;
  const points = pointsOf(map);
  const columns = columnsOf(map);
  const shade = points.columns[data.color.column];
  /** @type {number[]} */
  const known = [];
  /** @type {number[]} */
  const unknown = [];
  for (let row = 0; row < points.count; row++) {
    if (columns.some((column) => Number.isNaN(column[row]))) continue;
    (Number.isNaN(shade[row]) ? unknown : known).push(row);
  }
  const isDeep = is3d(map);
  const many = points.count > 8000;
  const trace = (/** @type {number[]} */ rows, /** @type {object} */ marker) => {
    const [x, y, z] = columns.map((column) => Float32Array.from(rows, (row) => column[row]));
    const place = isDeep ? { type: "scatter3d", x, y, z } : { type: "scattergl", x, y };
    const size = isDeep ? (many ? 1.8 : 3.4) : many ? 3.2 : 6;
    return { ...place, mode: "markers", hoverinfo: "skip", marker: { size, ...marker } };
  };
  return [
    trace(unknown, { color: UNKNOWN }),
    trace(known, {
      color: Float32Array.from(known, (row) => shade[row]),
      colorscale: data.color.scale,
      cmin: data.color.low,
      cmax: data.color.high,
      opacity: many ? 0.7 : 0.85,
      line: { width: 0 },
    }),
  ];
}

/**
 * @param {StyleMap} map
 * @param {Theme} theme
 * @param {number} index
 * @param {number[]} range
 */
function axisOf(map, theme, index, range) {
  const { titles, ticks } = map.data.view;
  const isDeep = is3d(map);
  const line = isDeep ? theme.line : "rgba(127,140,135,0.4)";
  return {
    title: { text: titles[index], font: { size: 12 }, standoff: 4 },
    range,
    gridcolor: isDeep ? theme.line : "rgba(127,140,135,0.22)",
    zerolinecolor: line,
    // Only measured axes have numbers that mean something; elsewhere a grid would pretend so.
    showticklabels: ticks,
    showgrid: ticks || isDeep,
    zeroline: ticks,
    showline: ticks,
    tickfont: { size: 10 },
    linecolor: line,
    showspikes: false,
    backgroundcolor: "rgba(0,0,0,0)",
  };
}
