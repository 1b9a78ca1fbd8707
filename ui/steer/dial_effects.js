// @ts-check
// What else moves with the slider, and what it costs.

import { element, signed } from "../components/dom.js";

/** @typedef {import("./dial_types.js").View} View */

const LEAKS = 6;

/** @param {View} view */
export function drawLeaks(view) {
  const { data } = view;
  const shown = view.showAll ? data.leaks : data.leaks.slice(0, LEAKS);
  view.leaks = shown.map((leak) => {
    const row = element(null, "div", "leak");
    row.title = leak.note;
    const name = element(row, "span", leak.slider ? "" : "free");
    name.textContent = leak.label;
    const axis = element(row, "span", "axis");
    return {
      leak, row,
      bar: element(axis, "span", "amount-bar"),
      whisker: element(axis, "span", "whisker"),
      value: element(row, "span", "value"),
    };
  });
  view.find(".leaks").replaceChildren(...view.leaks.map((leak) => leak.row));
  const more = view.find(".more");
  more.hidden = data.leaks.length <= LEAKS;
  more.textContent = view.showAll ? "Show fewer" : `Show all ${data.leaks.length}`;
}

/**
 * @param {View} view
 * @param {number} amount
 */
export function showLeaks(view, amount) {
  const { data } = view;
  const doses = data.leaks.length ? data.leaks[0].doses.map(([at]) => at) : [];
  const at = nearest(doses, amount);
  view.find(".leaks-title").textContent = at === null ? "" : `What else moves at ${signed(at, 2)}`;
  const largest = Math.max(1, ...data.leaks.flatMap((leak) => leak.doses.map(([, v, low, high]) => Math.max(Math.abs(v), Math.abs(low ?? 0), Math.abs(high ?? 0)))));
  for (const { leak, row, bar, whisker, value } of view.leaks) {
    const dose = leak.doses.find(([dosed]) => dosed === at);
    const [, , low, high] = dose ?? [0, 0, null, null];
    row.classList.toggle("none", !dose || (low !== null && high !== null && low <= 0 && high >= 0));
    if (!dose) {
      bar.style.width = whisker.style.width = "0";
      value.textContent = "–";
      continue;
    }
    const spot = (/** @type {number} */ number) => 50 + (50 * number) / largest;
    span(bar, spot(Math.min(dose[1], 0)), spot(Math.max(dose[1], 0)));
    if (low === null || high === null) whisker.style.width = "0";
    else span(whisker, spot(low), spot(high));
    value.textContent = signed(dose[1], 2);
  }
}

/**
 * @param {HTMLElement} node
 * @param {number} from
 * @param {number} to
 */
function span(node, from, to) {
  node.style.left = `${from}%`;
  node.style.width = `${to - from}%`;
}

/**
 * The measured amount that stands for the slider: on its side of 0 if there is one.
 *
 * @param {number[]} doses
 * @param {number} amount
 */
export function nearest(doses, amount) {
  const sided = doses.filter((at) => at !== 0 && (amount === 0 ? at > 0 : at * amount > 0));
  const choice = sided.length ? sided : doses.filter((at) => at !== 0);
  const goal = amount === 0 ? 1 : amount;
  return choice.length ? choice.reduce((best, at) => (Math.abs(at - goal) < Math.abs(best - goal) ? at : best)) : null;
}

/** @param {View} view */
export function drawCosts(view) {
  view.costs = view.data.costs.map((cost) => {
    const row = element(null, "div", "cost");
    element(row, "span", "").textContent = cost.label;
    const value = element(row, "span", "");
    element(row, "small", "").textContent = cost.note;
    return { cost, row, value };
  });
  view.find(".costs").replaceChildren(...view.costs.map((cost) => cost.row));
  view.find(".costs-title").textContent = view.costs.length ? "What it costs" : "";
}

/**
 * @param {View} view
 * @param {number} amount
 */
export function showCosts(view, amount) {
  for (const { cost, value } of view.costs) {
    const at = nearest(cost.doses.map(([dosed]) => dosed), amount);
    const dose = cost.doses.find(([dosed]) => dosed === at);
    value.className = dose ? "" : "missing";
    if (!dose || at === null) {
      value.textContent = "not measured";
      continue;
    }
    const write = (/** @type {number} */ number) => (cost.signed ? signed(number, cost.digits) : number.toFixed(cost.digits));
    const strong = document.createElement("b");
    const [, size, low, high] = dose;
    const words = `${write(size)}${cost.unit}`;
    // A plain word first; how sure it is, for whoever asks.
    const isNothing = cost.signed && low !== null && high !== null && low <= 0 && high >= 0;
    strong.textContent = isNothing ? "nothing measurable" : words;
    value.title = low === null || high === null ? words : `${words} (${write(low)} to ${write(high)})`;
    value.replaceChildren(strong, document.createTextNode(` at ${signed(at, 2)}`));
  }
}
