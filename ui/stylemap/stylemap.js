// @ts-check
// The style map. Plotly draws thousands of points; the view is kept through every rerun, what moves
// (marker, path, names) is drawn on top, and Python is told where a hand pointed, in two and in
// three dimensions. Python sends columns of points once, as a file, and then only names of columns
// and a few places.

import { find, library } from "../components/dom.js";
import { colors, makeFigure } from "./figure.js";
import { drawLegend } from "./legend.js";
import { buildOverlay, follow, forgetAsked, placeOverlay } from "./overlay.js";
import { inWindow, peopleOf, placeOf } from "./places.js";
import { hover, hovered, pressed } from "./pointer.js";
import { pixel } from "./projection.js";
import { answered, search, searchKey, showFound, typed } from "./search.js";
import { keepView, zoom } from "./views.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").MapData} MapData */
/** @typedef {import("./types.js").Points} Points */
/** @typedef {import("./types.js").People} People */

/** @type {WeakMap<Node, StyleMap>} */
const maps = new WeakMap(); // by the element that a map is mounted in

/** @type {Map<string, Promise<any>>} */
const files = new Map(); // what was loaded, by address

/** @param {import("../components/component.js").Component<MapData>} component */
export default function stylemap({ data, parentElement, setTriggerValue }) {
  const map = maps.get(parentElement) ?? createMap(find(parentElement, ".stylemap"), data);
  maps.set(parentElement, map);
  map.send = setTriggerValue;
  map.data = data;
  update(map);
}

/**
 * @param {HTMLElement} root
 * @param {MapData} data
 * @returns {StyleMap}
 */
function createMap(root, data) {
  const overlay = root.querySelector(".overlay");
  if (!overlay) throw new Error("no overlay");
  /** @type {StyleMap} */
  const map = {
    root, data, overlay,
    stage: find(root, ".stage"),
    plot: find(root, ".plot"),
    tip: find(root, ".tip"),
    status: find(root, ".status"),
    count: find(root, ".count"),
    legend: find(root, ".legend"),
    input: /** @type {HTMLInputElement} */ (find(root, "input")),
    found: find(root, ".found"),
    send: () => {},
    plotly: null, points: null, people: null, drawn: "", run: 0, items: [], hovered: -1,
    pointer: null, asked: null, press: null, followUntil: 0, following: false, matches: [], active: 0, asking: 0,
    hurried: false,
  };
  listen(map);
  return map;
}

/** @param {StyleMap} map */
function listen(map) {
  const { plot } = map;
  plot.addEventListener("pointerdown", (event) => pressed(map, event), true);
  plot.addEventListener("pointermove", (event) => hovered(map, event), true);
  plot.addEventListener("pointerleave", () => {
    map.pointer = null;
    hover(map, -1);
  });
  plot.addEventListener("wheel", () => follow(map), { capture: true, passive: true });
  find(map.root, ".buttons").addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const action = target.closest("button")?.dataset.do;
    if (!action || !map.drawn) return;
    zoom(map, action);
    follow(map);
  });
  map.input.addEventListener("input", () => typed(map));
  map.input.addEventListener("focus", () => search(map));
  map.input.addEventListener("blur", () => setTimeout(() => showFound(map, false), 150));
  map.input.addEventListener("keydown", (event) => searchKey(map, event));
  new ResizeObserver(() => resized(map)).observe(map.stage);
  const theme = matchMedia("(prefers-color-scheme: dark)");
  // Streamlit changes its colours a moment after the system did.
  theme.addEventListener("change", () => setTimeout(() => map.root.isConnected && update(map), 400));
}

/** @param {StyleMap} map */
async function update(map) {
  const run = ++map.run;
  const { data } = map;
  try {
    const [plotly, points, people] = await Promise.all([
      library(data.library, "Plotly"),
      loaded(data.points.url, (url) => loadPoints(url, data.points)),
      loaded(data.people, loadPeople),
    ]);
    if (run !== map.run || !map.root.isConnected) return;
    Object.assign(map, { plotly, points, people });
    await draw(map);
  } catch (error) {
    if (run !== map.run) return;
    map.status.textContent = "The map could not be drawn. Reload the page to try again.";
    console.warn("style map:", error);
    return;
  }
  if (run !== map.run) return;
  map.status.textContent = "";
  forgetAsked(map);
  drawLegend(map);
  buildOverlay(map);
  answered(map);
  map.root.dataset.rev = String(data.revision);
  map.root.dataset.view = data.view.key;
  // For tests and the curious: where in the window a player's point lies.
  map.root.pixelOf = (name) => {
    const row = peopleOf(map).names.indexOf(name);
    return row < 0 ? null : inWindow(map, pixel(map, placeOf(map, row)));
  };
}

/**
 * @param {string} url
 * @param {(url: string) => Promise<any>} load
 */
function loaded(url, load) {
  if (!files.has(url)) {
    const promise = load(url);
    promise.catch(() => files.delete(url)); // so that the next update tries again
    files.set(url, promise);
  }
  return files.get(url);
}

/** @param {string} url */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

/**
 * @param {string} url
 * @param {{count: number, columns: string[]}} packed
 * @returns {Promise<Points>}
 */
async function loadPoints(url, { count, columns }) {
  const buffer = await (await fetched(url)).arrayBuffer();
  /** @type {Record<string, Float32Array>} */
  const found = {};
  columns.forEach((name, index) => {
    found[name] = new Float32Array(buffer, index * count * 4, count);
  });
  return { count, columns: found };
}

/**
 * @param {string} url
 * @returns {Promise<People>}
 */
async function loadPeople(url) {
  return (await fetched(url)).json();
}

/** @param {StyleMap} map */
async function draw(map) {
  const { data, plot } = map;
  const box = map.stage.getBoundingClientRect();
  if (!box.width) return; // hidden; it is drawn when it gets a size
  const theme = colors(map);
  const key = JSON.stringify([data.points.url, data.view, data.color, theme]);
  if (key === map.drawn) return;
  hover(map, -1);
  const figure = makeFigure(map, theme);
  await map.plotly.react(plot, figure.traces, figure.layout, {
    displayModeBar: false,
    doubleClick: false,
    scrollZoom: true,
    responsive: false,
    showTips: false,
  });
  map.drawn = key;
  plot.removeAllListeners?.("plotly_relayout");
  plot.removeAllListeners?.("plotly_relayouting");
  const seen = (/** @type {Record<string, any>} */ changed) => {
    keepView(map, changed);
    placeOverlay(map);
  };
  plot.on("plotly_relayout", seen);
  plot.on("plotly_relayouting", seen);
}

/** @param {StyleMap} map */
function resized(map) {
  if (!map.data || !map.stage.clientWidth) return;
  if (!map.drawn) {
    if (map.plotly) update(map);
    return;
  }
  map.plotly.Plots.resize(map.plot).then(() => placeOverlay(map));
}
