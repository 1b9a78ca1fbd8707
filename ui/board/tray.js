// @ts-check
// The trays beside the board on which a position is set up: spare pieces, a hand and a bin.

import { element, shape } from "../components/dom.js";
import { ROLES, color, describe } from "./position.js";
import { glyph } from "./strips.js";

/** @typedef {import("./editor.js").Editor} Editor */
/** @typedef {import("./position.js").Color} Color */
/** @typedef {import("./vendor/chessground/types.d.ts").Piece} Piece */

export const HAND = "hand";
export const BIN = "bin";
// Drawings of both in a square of 24.
const POINTER = "M5 3l6 17 2.5-6.5L20 11z";
const DUSTBIN = "M4 6h16M9 6V4h6v2M6 6l1 14h10l1-14M10 10v6M14 10v6";
export const KINDS = ["k", "q", "r", "b", "n", "p"];

/**
 * Fills the trays: the other side's pieces above the board, those of the near side below.
 *
 * @param {Editor} view
 */
export function fillTrays(view) {
  const below = view.data.orientation;
  const above = below === "white" ? "black" : "white";
  fillTray(view, view.trays.top, above, [HAND, "Move pieces", POINTER]);
  fillTray(view, view.trays.bottom, below, [BIN, "Take pieces away", DUSTBIN]);
  markTool(view);
}

/**
 * @param {Editor} view
 * @param {HTMLElement} tray
 * @param {Color} side
 * @param {[tool: string, words: string, drawing: string]} last
 */
function fillTray(view, tray, side, [other, words, drawing]) {
  tray.replaceChildren();
  tray.setAttribute("role", "group");
  tray.setAttribute("aria-label", `${side} pieces to put on the board`);
  for (const kind of KINDS) {
    const symbol = side === "white" ? kind.toUpperCase() : kind;
    const spare = toolButton(view, tray, symbol, describe(symbol));
    spare.append(glyph(symbol));
    const drag = (/** @type {MouseEvent | TouchEvent} */ event) => dragSpare(view, symbol, event);
    spare.addEventListener("mousedown", drag);
    spare.addEventListener("touchstart", drag, { passive: false });
  }
  const rest = toolButton(view, tray, other, words);
  const picture = shape(rest, "svg", { class: "sign", viewBox: "0 0 24 24", "aria-hidden": "true" });
  shape(picture, "path", { d: drawing });
}

/**
 * @param {Editor} view
 * @param {HTMLElement} tray
 * @param {string} tool
 * @param {string} words
 */
function toolButton(view, tray, tool, words) {
  const button = element(tray, "button", "tool");
  button.type = "button";
  button.dataset.tool = tool;
  button.title = words;
  button.setAttribute("aria-label", words);
  button.addEventListener("click", () => choose(view, tool));
  return button;
}

/**
 * A spare piece goes with the hand. Dropped on the board it stays there; let go where it was, it
 * is what the next clicks put down.
 *
 * @param {Editor} view
 * @param {string} symbol
 * @param {MouseEvent | TouchEvent} event
 */
function dragSpare(view, symbol, event) {
  if (event instanceof MouseEvent && event.button !== 0) return;
  event.preventDefault();
  choose(view, HAND);
  view.ground.dragNewPiece(piece(symbol), event, true);
  const { signal } = view.life;
  const end = event instanceof MouseEvent ? "mouseup" : "touchend";
  document.addEventListener(end, (released) => {
    const at = released instanceof MouseEvent
      ? released
      : /** @type {TouchEvent} */ (released).changedTouches[0];
    const place = view.ground.getKeyAtDomPos([at.clientX, at.clientY]);
    if (!place) choose(view, symbol);
  }, { once: true, signal });
}

/**
 * Takes up what the next click on the board does.
 *
 * @param {Editor} view
 * @param {string} tool
 */
export function choose(view, tool) {
  view.tool = tool;
  view.ground.selectSquare(null);
  markTool(view);
}

/** @param {Editor} view */
function markTool(view) {
  view.squares.dataset.tool = view.tool;
  for (const tray of Object.values(view.trays)) {
    for (const button of tray.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === view.tool));
    }
  }
}

/**
 * Returns the piece of a symbol.
 *
 * @param {string} symbol
 * @returns {Piece}
 */
export function piece(symbol) {
  return { role: ROLES[symbol.toLowerCase()], color: color(symbol) };
}
