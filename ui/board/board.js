// @ts-check
// The board on the page: chessground under a hand, and around it what chessground has not: the
// choice of a promotion, a keyboard, speech, and a way to Python that loses no move. It decides
// nothing: Python sends the position and the legal moves, and checks every move again.

import { element, find, shape } from "../components/dom.js";
import { drawArrows } from "./arrows.js";
import { setClock, stopClock } from "./clock.js";
import { drawCursor, followHand, followKeys, say } from "./cursor.js";
import { moveInWords, press } from "./keyboard.js";
import { followLook, sayAloud } from "./look.js";
import { ROLES, color, destinations, dropped, from, pieces, to, turn } from "./position.js";
import { closePicker, openPicker } from "./promotion.js";
import { followShortcuts } from "./shortcuts.js";
import { createStrip, fillStrip } from "./strips.js";
// @ts-types="./vendor/chessground/chessground.d.ts"
import { Chessground } from "./vendor/chessground/chessground.min.js";

/** @typedef {import("./vendor/chessground/config.d.ts").Config} Config */
/** @typedef {import("./types.js").BoardData} BoardData */
/** @typedef {import("./types.js").View} View */
/** @typedef {import("./position.js").Square} Square */

const ANIMATION = 180; // milliseconds
const ANSWER_LIMIT = 15_000; // milliseconds; after that a move is sent again
const TRIES = 4; // after these a move counts as lost, and the piece goes back

// The script runs again on every change of data, so what lasts is kept per mounted board.
/** @type {WeakMap<Node, View>} */
const boards = new WeakMap();

/** @param {import("../components/component.js").Component<BoardData>} component */
export default function board({ data, parentElement, setTriggerValue }) {
  const known = boards.get(parentElement);
  const view = known ?? createBoard(find(parentElement, ".board-table"), data);
  boards.set(parentElement, view);
  view.send = setTriggerValue;
  update(view, data, !known);
  return () => {
    clearTimeout(view.pending?.timer);
    stopClock(view.top.clock);
    stopClock(view.bottom.clock);
    view.life.abort();
    view.ground.destroy();
    boards.delete(parentElement);
  };
}

/**
 * @param {HTMLElement} frame
 * @param {BoardData} data
 * @returns {View}
 */
function createBoard(frame, data) {
  frame.replaceChildren();
  const top = createStrip(frame);
  const squares = element(frame, "div", "squares");
  squares.tabIndex = 0;
  squares.setAttribute("role", "application");
  squares.setAttribute("aria-roledescription", "chess board");
  const wrap = element(squares, "div", "ground cg-wrap");
  const arrows = shape(squares, "svg", {
    class: "arrows", viewBox: "0 0 360 360", "aria-hidden": "true",
  });
  const cursorMark = element(squares, "div", "cursor");
  const typing = element(squares, "div", "typing");
  const picker = element(squares, "div", "picker");
  cursorMark.hidden = typing.hidden = picker.hidden = true;
  const bottom = createStrip(frame);
  const live = element(frame, "div", "live");
  live.setAttribute("aria-live", "polite");
  /** @type {View} */
  const view = {
    data, squares, arrows, picker, cursorMark, typing, live, top, bottom,
    send: () => {},
    ground: Chessground(wrap, {
      coordinates: true,
      ranksPosition: "left",
      animation: { duration: reducedMotion() ? 0 : ANIMATION },
      draggable: { showGhost: true },
      movable: {
        free: false,
        color: undefined,
        events: { after: (start, end) => moved(view, start, end) },
      },
      premovable: { events: { set: (start, end) => premoved(view, start, end) } },
    }),
    pieces: new Map(), legal: [], pending: null, promotion: null, cursor: null, typed: "", own: "", drawn: "",
    play: (move) => {
      const turnColor = turn(view.data.fen) === "white" ? "black" : "white";
      view.ground.selectSquare(null);
      view.ground.move(from(move), to(move));
      view.ground.set({ turnColor, movable: { dests: new Map() } });
      if (move.length > 4) showPromoted(view, move);
      commit(view, move);
    },
    isMoving: () => view.ground.state.turnColor !== turn(view.data.fen),
    life: new AbortController(),
  };
  followLook(frame, () => view.data.pieceSheets, view.life.signal);
  followShortcuts(frame, view.life.signal);
  listen(view, wrap);
  return view;
}

/**
 * @param {View} view
 * @param {HTMLElement} wrap
 */
function listen(view, wrap) {
  followKeys(view.squares, (key) => press(view, key));
  followHand(view, (target) => view.picker.contains(target));
  // Chessground keeps every touch near a piece for itself. A finger that holds no piece is to
  // scroll the page, so such a touch does not reach it; a tap still does, as a click.
  wrap.addEventListener("touchstart", (event) => {
    if (!takes(view, event)) event.stopPropagation();
  }, { capture: true, passive: true });
}

/**
 * @param {View} view
 * @param {TouchEvent} event
 */
function takes(view, event) {
  const { mover } = view.data;
  const { state } = view.ground;
  const touch = event.touches[0];
  if (!mover || event.touches.length > 1) return false;
  const place = view.ground.getKeyAtDomPos([touch.clientX, touch.clientY]);
  if (!place) return false;
  const piece = state.pieces.get(place);
  if (piece?.color === mover) return true;
  const goals = state.selected && state.movable.dests?.get(state.selected);
  return Boolean(goals?.includes(place) || state.premovable.dests?.includes(place));
}

// ---- what Python sends ----

/**
 * @param {View} view
 * @param {BoardData} data
 * @param {boolean} isFirst
 */
function update(view, data, isFirst) {
  const before = view.data;
  const piecesBefore = view.pieces.size;
  // A server that was restarted does not know the game yet. The page tells it (ui/address), and
  // what it makes up until then is not drawn.
  if (before.session !== data.session) return;
  view.data = data;
  fillStrip(view.top, data.top);
  fillStrip(view.bottom, data.bottom);
  for (const [strip, seat] of /** @type {const} */ ([[view.top, data.top], [view.bottom, data.bottom]])) {
    setClock(strip.clock, seat.clock, () => view.send("time", { at: performance.now() }));
  }
  drawArrows(view.arrows, data.arrows, data.orientation);
  if (isFirst || before.revision !== data.revision) {
    view.legal = data.legal ? data.legal.split(" ") : [];
    view.pieces = pieces(data.fen);
    if (!isFirst && (data.count > before.count || (data.over && !before.over))) {
      const isCapture = view.pieces.size < (view.pending ? view.ground.state.pieces.size : piecesBefore);
      sayAloud({ isCapture, isCheck: data.check, isOver: data.over });
    }
    const isSame = !isFirst && before.fen === data.fen && before.orientation === data.orientation;
    const { pending } = view;
    if (pending && isSame && pending.tries < TRIES && view.legal.includes(pending.move)) {
      setTimeout(() => submit(view), 0); // not while this component is being drawn
    } else if (isSame && !pending) {
      view.ground.set(movable(view)); // a piece that a hand has picked up stays in it
    } else {
      arrive(view, isFirst);
    }
    drawCursor(view);
  }
  const { dataset } = view.squares;
  dataset.rev = String(data.revision);
  dataset.ply = String(data.count);
  dataset.fen = data.fen;
  dataset.orientation = data.orientation;
  view.squares.setAttribute(
    "aria-label",
    `Chess board, ${turn(data.fen)} to move. Arrow keys go from square to square, Enter picks up ` +
      "and drops. Or type a move such as e4 or Nf3, and Enter.",
  );
}

/**
 * Shows another position, and plays the premove that waited for it.
 *
 * @param {View} view
 * @param {boolean} isFirst
 */
function arrive(view, isFirst) {
  const { data, ground, pending } = view;
  const isAnswer = pending !== null && data.count > pending.count;
  settle(view);
  if (!isAnswer) ground.cancelMove();
  draw(view);
  const { selected } = ground.state;
  const held = selected && view.pieces.get(selected);
  if (selected && (!held || color(held) !== data.mover)) ground.selectSquare(null);
  if (!isFirst) say(view, [view.own, data.said].filter(Boolean).join(". "));
  view.own = "";
  if (isAnswer) ground.playPremove();
}

/** @param {View} view */
function settle(view) {
  clearTimeout(view.pending?.timer);
  view.pending = null;
  view.promotion = null;
  closePicker(view.picker);
}

/**
 * Draws what Python sent, whatever a hand has done since.
 *
 * @param {View} view
 */
function draw(view) {
  const { data, ground } = view;
  // What a person drew belongs to the position, and stays with it when it is drawn again.
  const shapes = view.drawn === data.fen ? ground.state.drawable.shapes : [];
  view.drawn = data.fen;
  ground.set({
    fen: data.fen,
    drawable: { shapes },
    orientation: data.orientation,
    turnColor: turn(data.fen),
    check: data.check,
    lastMove: data.last ? [from(data.last), to(data.last)] : undefined,
    ...movable(view),
  });
}

/**
 * @param {View} view
 * @returns {Config}
 */
function movable({ data, legal, pieces: placed }) {
  return {
    movable: { color: data.mover ?? undefined, dests: destinations(legal, placed) },
    premovable: { enabled: data.mover !== null },
  };
}

// ---- moves ----

/**
 * A piece was moved by a hand or a key, and stands on its new square already.
 *
 * @param {View} view
 * @param {Square} start
 * @param {Square} end
 */
function moved(view, start, end) {
  const moves = dropped(view.legal, view.pieces, start, end);
  if (!moves.length || view.pending) draw(view);
  else if (moves.length === 1) commit(view, moves[0]);
  else choosePromotion(view, start, end);
}

/**
 * @param {View} view
 * @param {Square} start
 * @param {Square} end
 */
function premoved(view, start, end) {
  const piece = view.ground.state.pieces.get(start);
  say(view, `${piece?.color} ${piece?.role} to ${end}, after the reply if it can.`);
}

/**
 * @param {View} view
 * @param {Square} start
 * @param {Square} end
 */
function choosePromotion(view, start, end) {
  view.promotion = { from: start, to: end };
  const { data, picker } = view;
  openPicker(picker, end, turn(data.fen), data.orientation, (kind) => {
    view.promotion = null;
    closePicker(picker);
    view.squares.focus({ preventScroll: true });
    if (kind) {
      showPromoted(view, start + end + kind);
      commit(view, start + end + kind);
    } else {
      draw(view); // the pawn goes back
      say(view, "Put back.");
    }
  });
}

/**
 * @param {View} view
 * @param {string} move
 */
function showPromoted(view, move) {
  const piece = { role: ROLES[move[4]], color: turn(view.data.fen), promoted: true };
  view.ground.setPieces(new Map([[to(move), piece]]));
}

/**
 * @param {View} view
 * @param {string} move
 */
function commit(view, move) {
  view.own = moveInWords(view, move);
  say(view, view.own);
  const { fen, count } = view.data;
  stopClock(view.bottom.clock);
  stopClock(view.top.clock);
  const isCapture = view.pieces.has(to(move));
  sayAloud({ isCapture, isCheck: false, isOver: false });
  view.pending = { move, fen, count, tries: 0, timer: 0 };
  submit(view);
}

/**
 * Sends the pending move; again, after a time without an answer: Python knows by the position
 * whether it has had it already.
 *
 * @param {View} view
 */
function submit(view) {
  const { pending } = view;
  if (!pending) return;
  clearTimeout(pending.timer);
  if (pending.tries >= TRIES) {
    settle(view);
    view.own = "";
    draw(view);
    say(view, "The move could not be sent. Put back.");
    return;
  }
  pending.tries += 1;
  // The same move twice must be told apart: hence the time.
  view.send("move", { uci: pending.move, fen: pending.fen, at: performance.now() });
  pending.timer = setTimeout(() => submit(view), ANSWER_LIMIT);
}

function reducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
