// @ts-check
// The keyboard's cursor over the squares of a board, the keys it hears, and what is said of it.

import { cell } from "./position.js";

/** @typedef {import("./position.js").Color} Color */
/** @typedef {import("./position.js").Square} Square */

/**
 * What a board has for its cursor.
 *
 * @typedef {object} HasCursor
 * @property {Square | null} cursor where it is
 * @property {HTMLElement} cursorMark
 * @property {HTMLElement} squares
 * @property {{orientation: Color}} data
 */

/** @type {Record<string, [right: number, down: number]>} */
export const STEPS = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
};

/**
 * Hears keys on a board. Every key that means something to it stays with it, because a page may
 * have shortcuts of its own.
 *
 * @param {HTMLElement} squares
 * @param {(key: string) => boolean} press does what a key means; false where it means nothing
 */
export function followKeys(squares, press) {
  squares.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!press(event.key)) return;
    squares.classList.remove("by-hand");
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * Gives a hand on the board the keyboard, without a focus ring and without a cursor.
 *
 * @param {HasCursor} view
 * @param {(target: Node) => boolean} [isElsewhere] whether the hand is on something of its own
 */
export function followHand(view, isElsewhere = () => false) {
  const { squares } = view;
  squares.addEventListener("pointerdown", (event) => {
    if (isElsewhere(/** @type {Node} */ (event.target))) return;
    squares.classList.add("by-hand");
    squares.focus({ preventScroll: true });
    hideCursor(view);
  });
  squares.addEventListener("blur", () => {
    squares.classList.remove("by-hand");
    hideCursor(view);
  });
}

/** @param {HasCursor} view */
export function hideCursor(view) {
  view.cursor = null;
  drawCursor(view);
}

/** @param {HasCursor} view */
export function drawCursor(view) {
  const { cursor, cursorMark: mark } = view;
  mark.hidden = cursor === null;
  if (cursor === null) return;
  const [column, row] = cell(cursor, view.data.orientation);
  mark.style.left = `${column * 12.5}%`;
  mark.style.top = `${row * 12.5}%`;
}

/**
 * Has a screen reader say something.
 *
 * @param {{live: HTMLElement}} view
 * @param {string} words
 */
export function say(view, words) {
  view.live.textContent = words;
}
