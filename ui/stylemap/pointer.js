// @ts-check
// A pointer over the map: what it hovers and what it clicks.

import { element } from "../components/dom.js";
import { choose, circle, follow, placeOverlay } from "./overlay.js";
import { pick } from "./picking.js";
import { is3d, onStage, peopleOf } from "./places.js";
import { pixel, placeUnder } from "./projection.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */
/** @typedef {import("./types.js").Found} Found */

const CLICK_REACH = { mouse: 9, touch: 20 }; // pixels between a pointer and the point it means
const CLICK_MOVES = 6; // pixels; beyond that it was a drag

/**
 * @param {StyleMap} map
 * @param {PointerEvent} event
 */
export function pressed(map, event) {
  if (!map.drawn || !event.isPrimary || event.button > 0) return;
  const press = { x: event.clientX, y: event.clientY, type: event.pointerType, moved: false };
  map.press = press;
  hover(map, -1);
  follow(map);
  // Plotly covers the window while a button is down, so what follows is heard there.
  const move = (/** @type {PointerEvent} */ next) => {
    press.moved ||= Math.hypot(next.clientX - press.x, next.clientY - press.y) > CLICK_MOVES;
    follow(map);
  };
  const end = (/** @type {PointerEvent} */ last) => {
    window.removeEventListener("pointermove", move, true);
    window.removeEventListener("pointerup", end, true);
    window.removeEventListener("pointercancel", end, true);
    map.press = null;
    follow(map);
    move(last);
    if (last.type === "pointerup" && !press.moved) clicked(map, last);
  };
  window.addEventListener("pointermove", move, true);
  window.addEventListener("pointerup", end, true);
  window.addEventListener("pointercancel", end, true);
}

/**
 * @param {StyleMap} map
 * @param {PointerEvent} event
 */
function clicked(map, event) {
  const at = onStage(map, event);
  const reach = event.pointerType === "touch" ? CLICK_REACH.touch : CLICK_REACH.mouse;
  const found = pick(map, at, reach);
  if (found) {
    choose(map, { name: found.name }, found.place);
  } else if (!is3d(map)) {
    const place = placeUnder(map, at);
    if (place) choose(map, { place, view: map.data.view.key }, place);
  }
}

/**
 * @param {StyleMap} map
 * @param {PointerEvent} event
 */
export function hovered(map, event) {
  if (!map.drawn || map.press || event.pointerType === "touch") return;
  const isWaiting = map.pointer !== null;
  map.pointer = onStage(map, event);
  if (isWaiting) return;
  requestAnimationFrame(() => {
    const at = map.pointer;
    map.pointer = null;
    if (!at || map.press || !map.root.isConnected) return;
    const found = pick(map, at, CLICK_REACH.mouse);
    hover(map, found ? found.row : -1, found);
  });
}

/**
 * @param {StyleMap} map
 * @param {number} row
 * @param {Found | null} [found]
 */
export function hover(map, row, found) {
  if (row === map.hovered) return;
  map.hovered = row;
  map.stage.classList.toggle("onpoint", row !== -1);
  map.overlay.querySelector(".hovered")?.remove();
  map.items = map.items.filter((item) => item.kind !== "hovered");
  map.tip.hidden = row === -1;
  if (row === -1 || !found) return;
  map.items.push({ kind: "hovered", place: found.place, node: circle(map.overlay, "hovered", 8) });
  fillTip(map, row, found);
  placeOverlay(map);
}

/**
 * @param {StyleMap} map
 * @param {number} row
 * @param {Found} found
 */
function fillTip(map, row, { name, place }) {
  map.tip.replaceChildren();
  element(map.tip, "b", "", name);
  if (row >= 0) {
    const { lines, tops } = peopleOf(map);
    element(map.tip, "span", "", lines[row]);
    if (tops[row]) element(map.tip, "span", "", tops[row]);
  } else {
    element(map.tip, "span", "", "your own style");
  }
  const at = pixel(map, place);
  if (!at) return;
  const isRight = at[0] > map.stage.clientWidth - 265;
  const isLow = at[1] > map.stage.clientHeight - 110;
  map.tip.style.transform = `translate(${at[0] + (isRight ? -14 : 14)}px, ${at[1] + (isLow ? -10 : 10)}px) translate(${isRight ? "-100%" : "0"}, ${isLow ? "-100%" : "0"})`;
  map.tip.style.left = "0";
  map.tip.style.top = "0";
}
