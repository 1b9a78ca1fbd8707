// @ts-check
// What lies over the figure: marker, path, names, and the click that waits for an answer.

import { setAll, shape } from "../components/dom.js";
import { family } from "./names.js";
import { guestsOf, is3d, placeOf } from "./places.js";
import { projector } from "./projection.js";
import { askCamera } from "./views.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Place} Place */
/** @typedef {import("./types.js").Seen} Seen */
/** @typedef {import("./types.js").Item} Item */

const SHOWN_MATCHES = 300;
const FOLLOW = 700; // milliseconds for which names follow a view that may still be moving
const ANSWER_LIMIT = 15000; // milliseconds until a click that got no answer is forgotten

/** @param {StyleMap} map */
export function buildOverlay(map) {
  const { data, overlay } = map;
  if (!map.people || !map.drawn) return;
  overlay.replaceChildren();
  map.hovered = -1;
  map.tip.hidden = true;
  map.items = [];
  if (data.path) {
    const node = shape(overlay, "path", { class: "route" });
    map.items.push({ kind: "route", place: data.path.places[0], line: data.path.places, node });
  }
  for (const name of data.landmarks) {
    const row = map.people.names.indexOf(name);
    const isShown = row >= 0 && name !== data.marker?.name && !data.path?.names.includes(name);
    if (isShown) addItem(map, "landmark", placeOf(map, row), circle(overlay, "landmark", 4.5), family(name), row);
  }
  for (const row of map.matches.slice(0, SHOWN_MATCHES)) {
    addItem(map, "match", placeOf(map, row), circle(overlay, "match", 5), "", row);
  }
  if (data.path) {
    const { places } = data.path;
    for (const [index, end] of [places[0], places[places.length - 1]].entries()) {
      addItem(map, "end", end, circle(overlay, "end", 5), data.path.ends[index]);
    }
  }
  for (const guest of guestsOf(map)) {
    const node = group(overlay, "guest");
    shape(node, "rect", { x: -6, y: -6, width: 12, height: 12, transform: "rotate(45)" });
    addItem(map, "guest", guest.place, node, guest.name);
  }
  if (data.marker) {
    const node = group(overlay, "marker");
    shape(node, "circle", { class: "halo", r: 15 });
    shape(node, "circle", { class: "dot", r: 7.5 });
    addItem(map, "marker", data.marker.place, node, data.marker.label);
  }
  if (map.asked) addItem(map, "asked", map.asked.place, circle(overlay, "asked", 8));
  placeOverlay(map);
}

/**
 * @param {StyleMap} map
 * @param {string} kind
 * @param {Place} place
 * @param {SVGElement} node
 * @param {string} [label]
 * @param {number} [row]
 */
function addItem(map, kind, place, node, label, row) {
  const text = label ? shape(node, "text", {}) : null;
  if (text) text.textContent = label ?? "";
  map.items.push({ kind, place, node, row, text });
}

/** @param {StyleMap} map */
export function placeOverlay(map) {
  if (!map.drawn) return;
  const project = projector(map);
  /** @type {number[][]} */
  const taken = [];
  // Later kinds matter more: their names get room first.
  for (const item of [...map.items].reverse()) {
    if (item.line) {
      const seen = item.line.map((place) => project(place)); // map would hand on more
      const steps = seen.map((at, index) => at && `${index && seen[index - 1] ? "L" : "M"}${at[0].toFixed(1)} ${at[1].toFixed(1)}`);
      item.node.setAttribute("d", steps.filter(Boolean).join(""));
      continue;
    }
    const at = project(item.place);
    item.node.style.display = at ? "" : "none";
    if (!at) continue;
    item.node.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
    if (item.text) placeName(map, item, item.text, at, taken);
  }
}

/**
 * @param {StyleMap} map
 * @param {Item} item
 * @param {SVGElement} text
 * @param {Seen} at
 * @param {number[][]} taken
 */
function placeName(map, item, text, [x, y], taken) {
  const width = (text.textContent ?? "").length * 6.9 + 6;
  const gap = item.kind === "marker" ? 13 : 9;
  const isLeft = x + gap + width > map.stage.clientWidth;
  setAll(text, { x: isLeft ? -gap : gap, y: 4, "text-anchor": isLeft ? "end" : "start" });
  const left = isLeft ? x - gap - width : x + gap;
  const box = [left, y - 9, left + width, y + 9];
  const isFree = taken.every(
    (other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3],
  );
  text.style.display = isFree || item.kind === "marker" ? "" : "none";
  if (isFree || item.kind === "marker") taken.push(box);
}

/**
 * Keep names on their points while a view may be moving.
 *
 * @param {StyleMap} map
 */
export function follow(map) {
  map.followUntil = performance.now() + FOLLOW;
  if (map.following) return;
  map.following = true;
  const step = () => {
    if (map.drawn && is3d(map)) askCamera(map);
    placeOverlay(map);
    map.following = map.root.isConnected && performance.now() < map.followUntil;
    if (map.following) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/**
 * @param {StyleMap} map
 * @param {object} event
 * @param {Place} place
 */
export function choose(map, event, place) {
  forgetAsked(map);
  map.asked = { place, timer: setTimeout(() => {
    forgetAsked(map);
    buildOverlay(map);
  }, ANSWER_LIMIT) };
  buildOverlay(map);
  map.send("choose", { ...event, at: performance.now() });
}

/** @param {StyleMap} map */
export function forgetAsked(map) {
  if (map.asked) clearTimeout(map.asked.timer);
  map.asked = null;
}

/**
 * @param {Element} parent
 * @param {string} kind
 */
function group(parent, kind) {
  return shape(parent, "g", { class: kind });
}

/**
 * @param {Element} parent
 * @param {string} kind
 * @param {number} radius
 */
export function circle(parent, kind, radius) {
  const node = group(parent, kind);
  shape(node, "circle", { r: radius });
  return node;
}
