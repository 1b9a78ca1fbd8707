// @ts-check
// The legend of colours below the map.

import { element } from "../components/dom.js";
import { UNKNOWN } from "./figure.js";
import { pointsOf } from "./places.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */

/** @param {StyleMap} map */
export function drawLegend(map) {
  const { color } = map.data;
  const { legend } = map;
  legend.replaceChildren();
  element(legend, "span", "title", color.title);
  if (color.groups) {
    for (const entry of color.groups) addKey(legend, entry.color, entry.name);
  } else {
    const scale = element(legend, "span", "scale");
    element(scale, "span", "", color.ends[0]);
    const stops = color.scale.map(([at, shade]) => `${shade} ${(at * 100).toFixed(0)}%`);
    element(scale, "span", "bar").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    element(scale, "span", "", color.ends[1]);
  }
  const shade = pointsOf(map).columns[color.column];
  if (shade.some(Number.isNaN)) addKey(legend, UNKNOWN, "unknown");
}

/**
 * @param {HTMLElement} legend
 * @param {string} color
 * @param {string} name
 */
function addKey(legend, color, name) {
  const key = element(legend, "span", "key");
  element(key, "i", "").style.background = color;
  element(key, "span", "", name);
}
