// @ts-check
// The lines above and below the board: who sits there, what they took, whose turn it is.

import { element } from "../components/dom.js";
import { createClock } from "./clock.js";
import { ROLES, color } from "./position.js";

/**
 * @typedef {object} Seat what Python says of one side
 * @property {string} name
 * @property {string} detail a line about them
 * @property {"white" | "black"} color
 * @property {string} captured symbols of the pieces they took
 * @property {number} ahead how many pawns' worth they lead by
 * @property {boolean} to_move
 * @property {import("./clock.js").Face | null} clock
 */
/**
 * @typedef {object} Strip
 * @property {HTMLElement} root
 * @property {HTMLElement} badge
 * @property {HTMLElement} name
 * @property {HTMLElement} detail
 * @property {HTMLElement} taken
 * @property {import("./clock.js").Clock} clock
 * @property {string} text what is on screen
 */

/**
 * @param {HTMLElement} frame
 * @returns {Strip}
 */
export function createStrip(frame) {
  const root = element(frame, "div", "strip");
  const badge = element(root, "span", "badge");
  const words = element(root, "div", "words");
  return {
    root, badge,
    name: element(words, "div", "name"),
    detail: element(words, "div", "detail"),
    taken: element(root, "div", "taken"),
    clock: createClock(root),
    text: "",
  };
}

/**
 * @param {Strip} strip
 * @param {Seat} seat
 */
export function fillStrip(strip, seat) {
  const text = JSON.stringify({ ...seat, clock: null }); // that is drawn by itself
  if (strip.text === text) return;
  strip.text = text;
  strip.root.classList.toggle("to-move", seat.to_move);
  strip.badge.className = `badge ${seat.color}`;
  strip.badge.replaceChildren(glyph(seat.color === "white" ? "K" : "k"));
  strip.name.textContent = strip.name.title = seat.name;
  strip.detail.textContent = strip.detail.title = seat.detail;
  strip.taken.replaceChildren();
  if (seat.captured) {
    const plate = element(strip.taken, "div", "plate");
    plate.setAttribute("role", "img");
    plate.setAttribute("aria-label", `captured ${listed(seat.captured)}`);
    let last = "";
    for (const symbol of seat.captured) {
      const picture = glyph(symbol);
      picture.classList.toggle("again", symbol === last);
      last = symbol;
      plate.append(picture);
    }
  }
  if (seat.ahead) element(strip.taken, "span", "ahead", `+${seat.ahead}`);
}

/**
 * Returns pieces in words: "2 pawns, 1 knight".
 *
 * @param {string} symbols
 */
export function listed(symbols) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const symbol of symbols.toLowerCase()) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const words = [...counts].map(([kind, count]) => `${count} ${ROLES[kind]}${count > 1 ? "s" : ""}`);
  return words.join(", ");
}

/**
 * Returns a small picture of a piece, drawn by chessground's style sheet.
 *
 * @param {string} symbol
 */
export function glyph(symbol) {
  const node = element(null, "span", "glyph cg-wrap");
  node.setAttribute("aria-hidden", "true");
  const piece = document.createElement("piece");
  piece.className = `${color(symbol)} ${ROLES[symbol.toLowerCase()]}`;
  node.append(piece);
  return node;
}
