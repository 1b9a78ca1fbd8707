// @ts-check
// A slider with everything that hangs on it: the board's arrows, the moves' chances, the measured
// curves and what else moves. Python sends the figures for every place of the slider at once, so
// they follow a finger without asking anybody; where the finger stops is sent back.

import { find, signed } from "../components/dom.js";
import { drawCurve, drawGames, showGames, showReading } from "./dial_curves.js";
import { drawCosts, drawLeaks, showCosts, showLeaks } from "./dial_effects.js";
import { createOffers, createRows, expectedWords, showMoves } from "./dial_moves.js";

/** @typedef {import("./dial_types.js").View} View */
/** @typedef {import("./dial_types.js").DialData} DialData */

const ANSWER_LIMIT = 4000; // milliseconds; after that Python's word counts again
const SEND_AFTER = 120; // milliseconds of rest, so that a held key does not flood the server
const FIRST_WIDTH = 400; // before the page has measured itself

// The script runs again on every change of data, so what lasts is kept per mounted dial.
/** @type {WeakMap<Node, View>} */
const dials = new WeakMap();

/** @param {import("../components/component.js").Component<DialData>} component */
export default function dial({ data, parentElement, setTriggerValue }) {
  const known = dials.get(parentElement);
  const view = known ?? createDial(find(parentElement, ".dial"), data);
  dials.set(parentElement, view);
  view.send = setTriggerValue;
  update(view, data, !known);
}

/**
 * @param {HTMLElement} root
 * @param {DialData} data
 * @returns {View}
 */
function createDial(root, data) {
  /** @type {View} */
  const view = {
    root, data,
    find: (selector) => find(root, selector),
    send: () => {},
    slider: /** @type {HTMLInputElement} */ (find(root, "input")),
    wanted: null, wantedUntil: 0, held: false, timer: 0,
    rows: [], leaks: [], costs: [],
    width: FIRST_WIDTH, showAll: false,
    marker: null, here: null, reading: null, gameMarker: null, gameHere: null,
  };
  new ResizeObserver(() => fitCurve(view)).observe(view.find(".in-space"));
  view.slider.addEventListener("pointerdown", () => { view.held = true; });
  for (const name of ["pointerup", "pointercancel"]) {
    view.slider.addEventListener(name, () => { view.held = false; });
  }
  view.slider.addEventListener("input", () => show(view, place(view)));
  view.slider.addEventListener("change", () => letGo(view));
  view.find(".more").addEventListener("click", () => {
    view.showAll = !view.showAll;
    drawLeaks(view);
    show(view, place(view));
  });
  return view;
}

/** @param {View} view */
function place(view) {
  return Number(view.slider.value);
}

/** @param {View} view */
function letGo(view) {
  view.held = false;
  const wanted = place(view);
  view.wanted = wanted;
  view.wantedUntil = performance.now() + ANSWER_LIMIT;
  clearTimeout(view.timer);
  view.timer = setTimeout(() => {
    // The same wish twice must be told apart: hence the time.
    view.send("amount", { amount: view.data.amounts[wanted], at: performance.now() });
  }, SEND_AFTER);
}

/**
 * @param {View} view
 * @param {DialData} data
 * @param {boolean} isFirst
 */
function update(view, data, isFirst) {
  const before = isFirst ? null : view.data;
  view.data = data;
  const isSameSlider = setUpSlider(view, before);
  view.find(".label").textContent = data.label;
  view.find(".low").textContent = data.low;
  view.find(".high").textContent = data.high;
  view.find(".caption").textContent = data.caption;
  view.find(".moves-title").textContent = data.moves_title;
  view.find(".source").textContent = data.source;
  view.find(".leaks-note").textContent = data.leaks.some((leak) => !leak.slider)
    ? "· has no slider of its own: sliders are made to leave each other alone, not these."
    : "";
  if (!before || before.svg !== data.svg) {
    // The drawing comes from chess.svg in Python and holds no text of people.
    view.find(".drawing").innerHTML = data.svg;
  }
  if (!before || !same(before.moves, data.moves)) createRows(view);
  if (!before || !same(before.offers, data.offers)) createOffers(view);
  for (const [index, offer] of view.find(".offers").querySelectorAll("button").entries()) {
    offer.setAttribute("aria-pressed", String(data.offers[index].index === data.chosen));
  }
  if (!before || !same(before.curve, data.curve) || !isSameSlider) drawCurve(view);
  if (!before || !same(before.games, data.games) || !isSameSlider) drawGames(view);
  if (!before || !same(before.leaks, data.leaks)) drawLeaks(view);
  if (!before || !same(before.costs, data.costs)) drawCosts(view);
  show(view, place(view));
}

/**
 * Puts the slider where Python says, unless a person moved it and Python does not know yet.
 *
 * @param {View} view
 * @param {DialData | null} before what Python sent the time before
 * @returns {boolean} whether it is still the same slider
 */
function setUpSlider(view, before) {
  const { data } = view;
  const isSame = before !== null && same(before.amounts, data.amounts) && before.label === data.label;
  if (!isSame) {
    view.wanted = null;
    clearTimeout(view.timer);
    view.slider.min = "0";
    view.slider.max = String(data.amounts.length - 1);
    view.slider.setAttribute("aria-label", data.label);
  }
  if (view.wanted === data.place || performance.now() > view.wantedUntil) view.wanted = null;
  if (!isSame || (!view.held && view.wanted === null)) view.slider.value = String(data.place);
  return isSame;
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * @param {View} view
 * @param {number} at
 */
function show(view, at) {
  const { data } = view;
  const amount = data.amounts[at];
  view.find(".amount").textContent = signed(amount, 2);
  view.find(".words").textContent = amount === 0 ? "as the style is" : amount > 0 ? data.high : data.low;
  view.slider.setAttribute("aria-valuetext", signed(amount, 2));
  colorTrack(view, at);
  const arrows = view.root.querySelector(".arrows");
  if (arrows) arrows.innerHTML = data.arrows[at];
  showMoves(view, at);
  view.find(".turn").textContent = data.turns[at];
  showGames(view, at);
  view.find(".expected").replaceChildren(...expectedWords(data, at));
  showReading(view, amount);
  showLeaks(view, amount);
  showCosts(view, amount);
  view.root.dataset.amount = String(amount);
}

/**
 * @param {View} view
 * @param {number} at
 */
function colorTrack(view, at) {
  const last = view.data.amounts.length - 1;
  // The thumb's middle travels between its own halves, not from edge to edge.
  const spot = (/** @type {number} */ index) => `calc(12px + (100% - 24px) * ${index / last})`;
  const zero = view.data.zero;
  view.slider.style.setProperty("--zero", spot(zero));
  view.slider.style.setProperty("--from", spot(Math.min(zero, at)));
  view.slider.style.setProperty("--to", spot(Math.max(zero, at)));
}

/** @param {View} view */
function fitCurve(view) {
  const width = view.find(".in-space").clientWidth;
  if (!view.data || !width || width === view.width) return;
  view.width = width;
  drawCurve(view);
  drawGames(view);
  showReading(view, view.data.amounts[place(view)]);
  showGames(view, place(view));
}
