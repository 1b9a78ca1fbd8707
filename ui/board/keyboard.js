// @ts-check
// Playing without a hand on the board: by the cursor, by typed moves, and what is said of both.

import { STEPS, drawCursor, hideCursor, say } from "./cursor.js";
import { color, describe, from, square, squareIn, stepped, to, typed } from "./position.js";

/** @typedef {import("./types.js").View} View */
/** @typedef {import("./position.js").Square} Square */

const TYPABLE = /^[a-hA-H1-8KQRBNOo0x=+#-]$/;
const LONGEST = 8; // characters of a typed move, "Qa1xb2+" and one more

/**
 * Does what a key on the board means.
 *
 * @param {View} view
 * @param {string} key
 * @returns {boolean} whether it meant something
 */
export function press(view, key) {
  const step = STEPS[key];
  if (key === "Escape") cancel(view);
  else if (key === "Backspace" && view.typed) type(view, view.typed.slice(0, -1));
  else if (key === "Enter" && view.typed) playTyped(view);
  else if (step && canBegin(view)) moveCursor(view, step);
  else if ((key === "Enter" || key === " ") && view.cursor) choose(view, view.cursor);
  else if (TYPABLE.test(key) && view.data.mover) type(view, (view.typed + key).slice(0, LONGEST));
  else return false;
  return true;
}

/**
 * After a hand has moved pieces, arrow keys walk through the game; they move a cursor for those
 * who came to the board by key, or who have one already.
 *
 * @param {View} view
 */
function canBegin(view) {
  const isByHand = view.squares.classList.contains("by-hand");
  return view.cursor !== null || (!isByHand && view.data.mover !== null);
}

/** @param {View} view */
function cancel(view) {
  const { selected, premovable } = view.ground.state;
  if (selected) say(view, "Put back.");
  else if (premovable.current) say(view, "Premove cancelled.");
  view.ground.cancelMove();
  type(view, "");
  hideCursor(view);
}

/**
 * @param {View} view
 * @param {[right: number, down: number]} step
 */
function moveCursor(view, [right, down]) {
  const { orientation, legal } = view.data;
  const start = view.cursor ?? view.ground.state.selected;
  // The cursor appears on a piece that can move, where a first key finds it.
  view.cursor = start ? stepped(start, right, down, orientation) : first(view, legal);
  const piece = view.pieces.get(view.cursor);
  say(view, piece ? `${view.cursor}, ${describe(piece)}` : view.cursor);
  drawCursor(view);
}

/**
 * @param {View} view
 * @param {string} legal
 */
function first(view, legal) {
  if (legal) return from(legal);
  return squareIn(4, 6, view.data.orientation) ?? square(4, 1);
}

/**
 * @param {View} view
 * @param {Square} place
 */
function choose(view, place) {
  const { ground } = view;
  const before = ground.state.selected;
  const piece = view.pieces.get(place);
  if (before === place) {
    ground.selectSquare(null);
    say(view, "Put back.");
    return;
  }
  ground.selectSquare(place);
  const after = ground.state.selected;
  if (after === place && piece) {
    const count = ground.state.movable.dests?.get(place)?.length ?? 0;
    const moves = count === 1 ? "1 square" : `${count} squares`;
    const where = view.pending ? "" : `, can go to ${count ? moves : "no square"}`;
    say(view, `${describe(piece)} ${place} picked up${where}.`);
  } else if (before && after === undefined && !ground.state.premovable.current) {
    if (!view.isMoving()) say(view, `${before} cannot go to ${place}. Put back.`);
  } else if (!before) {
    const mine = piece && color(piece) === view.data.mover;
    say(view, mine ? `${describe(piece)} cannot move.` : `No piece of yours on ${place}.`);
  }
}

/**
 * @param {View} view
 * @param {string} text
 */
function type(view, text) {
  view.typed = text;
  view.typing.textContent = text;
  view.typing.hidden = !text;
}

/** @param {View} view */
function playTyped(view) {
  const text = view.typed;
  type(view, "");
  if (view.pending || view.promotion) return;
  const moves = typed(text, view.legal, view.pieces);
  if (moves.length === 1) view.play(moves[0]);
  else if (moves.length) {
    const starts = moves.map((move) => from(move)).join(" or ");
    say(view, `${text} may be a move from ${starts}: type that square too.`);
  } else say(view, `${text} is not a legal move here.`);
}

/**
 * Says what a move does: "white pawn to e4", "white knight takes e5".
 *
 * @param {View} view
 * @param {string} move
 */
export function moveInWords(view, move) {
  const piece = view.pieces.get(from(move));
  const verb = view.pieces.has(to(move)) ? "takes" : "to";
  return `${piece ? describe(piece) : from(move)} ${verb} ${to(move)}`;
}
