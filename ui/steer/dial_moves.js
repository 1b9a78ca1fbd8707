// @ts-check
// The moves of the dial's position with their chances, and other positions to try.

import { element } from "../components/dom.js";

/** @typedef {import("./dial_types.js").View} View */
/** @typedef {import("./dial_types.js").DialData} DialData */

const ROW = 29; // pixels
const ROWS = 6;

/** @param {View} view */
export function createRows(view) {
  const box = view.find(".moves");
  view.rows = view.data.moves.map((move) => {
    const row = element(null, "div", `move ${move.tone}`);
    row.title = move.note;
    element(row, "span", "san").textContent = move.san;
    const track = element(row, "span", "track");
    const bar = element(track, "span", "bar");
    const before = element(track, "span", "before");
    const percent = element(row, "span", "percent");
    row.dataset.san = move.san;
    return { row, bar, before, percent };
  });
  box.style.height = `${Math.min(ROWS, view.rows.length) * ROW}px`;
  box.replaceChildren(...view.rows.map((row) => row.row));
}

/**
 * @param {View} view
 * @param {number} at
 */
export function showMoves(view, at) {
  const chances = view.data.chances[at];
  const plain = view.data.chances[view.data.zero];
  const order = chances.map((_, index) => index).sort((a, b) => chances[b] - chances[a] || a - b);
  for (const [rank, index] of order.entries()) {
    const { row, bar, before, percent } = view.rows[index];
    row.style.transform = `translateY(${rank * ROW}px)`;
    row.classList.toggle("out", rank >= ROWS);
    row.setAttribute("aria-hidden", String(rank >= ROWS));
    bar.style.width = `${100 * chances[index]}%`;
    before.style.left = `${100 * plain[index]}%`;
    percent.textContent = percentage(chances[index]);
    row.dataset.chance = String(chances[index]);
  }
}

/**
 * @param {DialData} data
 * @param {number} at
 */
export function expectedWords(data, at) {
  if (!data.expected.length) return [];
  const from = data.expected[data.zero];
  const to = data.expected[at];
  /** @type {Node[]} */
  const words = [document.createTextNode(`Expected here: ${from} → `)];
  const strong = document.createElement("b");
  strong.textContent = to;
  words.push(strong, document.createTextNode(` ${data.unit}.`));
  for (const [name, text] of [["up", "more of it than expected"], ["down", "less"]]) {
    const key = document.createElement("span");
    key.className = `key ${name}`;
    words.push(key, document.createTextNode(text));
  }
  words.push(document.createTextNode(" · | where it was at 0"));
  return words;
}

/** @param {number} chance */
function percentage(chance) {
  const percent = 100 * chance;
  return percent > 0 && percent < 0.1 ? "<0.1%" : `${percent.toFixed(1)}%`;
}

/** @param {View} view */
export function createOffers(view) {
  const { data } = view;
  view.find(".offers-title").textContent = data.offers_title;
  const buttons = data.offers.map((offer) => {
    const button = element(null, "button", "offer");
    button.type = "button";
    button.setAttribute("aria-label", offer.label);
    element(button, "div", "mini").innerHTML = offer.svg;
    element(button, "span", "").textContent = offer.caption;
    button.addEventListener("click", () => {
      view.send("position", { index: offer.index, at: performance.now() });
    });
    return button;
  });
  view.find(".offers").replaceChildren(...buttons);
  view.find(".offers-note").textContent = data.offers_note;
}
