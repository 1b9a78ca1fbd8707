// @ts-check
// The board on which a position is set up: chessground under a hand that may do anything, a tray of
// spare pieces above and below, and a keyboard. What the position is good for, Python says.

import { element, find } from "../components/dom.js";
import { sayUntilHeard } from "../components/heard.js";
import { STEPS, drawCursor, followHand, followKeys, hideCursor, say } from "./cursor.js";
import { followLook } from "./look.js";
import { stepped } from "./position.js";
import { followShortcuts } from "./shortcuts.js";
import { BIN, HAND, KINDS, choose, fillTrays, piece } from "./tray.js";
// @ts-types="./vendor/chessground/chessground.d.ts"
import { Chessground } from "./vendor/chessground/chessground.min.js";

/** @typedef {import("./vendor/chessground/api.d.ts").Api} Ground */
/** @typedef {import("./position.js").Color} Color */
/** @typedef {import("./position.js").Square} Square */

/**
 * What Python sends.
 *
 * @typedef {object} EditorData
 * @property {string} session name of the game on the server; another after a restart
 * @property {number} revision another whenever the position changed otherwise than on this board
 * @property {string} fen the pieces, as in the first field of a FEN
 * @property {Color} orientation colour at the bottom
 * @property {Record<string, string>} pieceSheets addresses of the style sheets of sets of pieces
 */

/**
 * A mounted editor.
 *
 * @typedef {object} Editor
 * @property {EditorData} data what Python sent last
 * @property {(name: string, value: unknown) => void} send sends an event to Python
 * @property {Ground} ground chessground
 * @property {string} tool what a click does: HAND, BIN, or the symbol of a piece to put down
 * @property {string | null} sent position that Python was told and has not shown yet
 * @property {Square | null} cursor of the keyboard
 * @property {HTMLElement} squares
 * @property {HTMLElement} cursorMark
 * @property {HTMLElement} live
 * @property {Record<"top" | "bottom", HTMLElement>} trays
 * @property {AbortController} life ends with the editor
 */

/** @type {WeakMap<Node, Editor>} */
const editors = new WeakMap();

/** @param {import("../components/component.js").Component<EditorData>} component */
export default function edit({ data, parentElement, setTriggerValue }) {
  const known = editors.get(parentElement);
  const view = known ?? createEditor(find(parentElement, ".editor"), data);
  editors.set(parentElement, view);
  view.send = setTriggerValue;
  update(view, data, !known);
  return () => {
    view.life.abort();
    view.ground.destroy();
    editors.delete(parentElement);
  };
}

/**
 * @param {HTMLElement} frame
 * @param {EditorData} data
 * @returns {Editor}
 */
function createEditor(frame, data) {
  frame.replaceChildren();
  const top = element(frame, "div", "tray");
  const squares = element(frame, "div", "squares");
  squares.tabIndex = 0;
  squares.setAttribute("role", "application");
  squares.setAttribute("aria-roledescription", "chess board");
  squares.setAttribute(
    "aria-label",
    "Board to set up. Arrow keys go from square to square. A letter puts a piece there: with Shift " +
      "a white one, without a black one. Delete takes it away. Enter picks up and drops.",
  );
  const wrap = element(squares, "div", "ground cg-wrap");
  const cursorMark = element(squares, "div", "cursor");
  cursorMark.hidden = true;
  const bottom = element(frame, "div", "tray");
  const live = element(frame, "div", "live");
  live.setAttribute("aria-live", "polite");
  /** @type {Editor} */
  const view = {
    data, squares, cursorMark, live, trays: { top, bottom },
    send: () => {},
    ground: Chessground(wrap, {
      coordinates: true,
      ranksPosition: "left",
      autoCastle: false,
      animation: { enabled: false },
      highlight: { lastMove: false, check: false },
      movable: { free: true, color: "both" },
      premovable: { enabled: false },
      drawable: { enabled: false },
      draggable: { showGhost: true, deleteOnDropOff: true },
      events: { change: () => changed(view) },
    }),
    tool: HAND, sent: null, cursor: null,
    life: new AbortController(),
  };
  followLook(frame, () => view.data.pieceSheets, view.life.signal);
  followShortcuts(frame, view.life.signal);
  listen(view, wrap);
  return view;
}

/**
 * @param {Editor} view
 * @param {HTMLElement} wrap
 */
function listen(view, wrap) {
  const { life: { signal } } = view;
  followKeys(view.squares, (key) => press(view, key));
  followHand(view);
  // A hand that puts pieces down moves none: chessground does not hear of it. A finger that
  // holds no piece is to scroll the page; a tap still comes, as a click.
  wrap.addEventListener("mousedown", (event) => {
    if (view.tool !== HAND) event.stopPropagation();
  }, { capture: true, signal });
  wrap.addEventListener("touchstart", (event) => {
    if (view.tool !== HAND || !isOnPiece(view, event.touches[0])) event.stopPropagation();
  }, { capture: true, passive: true, signal });
  wrap.addEventListener("click", (event) => {
    const place = view.ground.getKeyAtDomPos([event.clientX, event.clientY]);
    if (place && view.tool !== HAND) put(view, place, view.tool);
  }, { signal });
}

/**
 * @param {Editor} view
 * @param {Touch} touch
 */
function isOnPiece({ ground }, touch) {
  const place = ground.getKeyAtDomPos([touch.clientX, touch.clientY]);
  return Boolean(place && (ground.state.selected || ground.state.pieces.has(place)));
}

// ---- what Python sends ----

/**
 * @param {Editor} view
 * @param {EditorData} data
 * @param {boolean} isFirst
 */
function update(view, data, isFirst) {
  const before = view.data;
  if (before.session !== data.session) return; // of a server that does not know the game yet
  view.data = data;
  if (data.fen === view.sent) view.sent = null;
  if (isFirst || before.revision !== data.revision) {
    view.sent = null;
    view.ground.set({ fen: data.fen });
  }
  if (isFirst || before.orientation !== data.orientation) {
    view.ground.set({ orientation: data.orientation });
    fillTrays(view);
    drawCursor(view);
  }
  tell(view);
}

/**
 * Lets those who look at the page from outside know what is on the board.
 *
 * @param {Editor} view
 */
function tell(view) {
  view.squares.dataset.pieces = view.ground.getFen();
  view.squares.dataset.orientation = view.data.orientation;
}

/**
 * The pieces are others than before: Python is told, until it shows that it has heard.
 *
 * @param {Editor} view
 */
function changed(view) {
  const fen = view.ground.getFen();
  view.sent = fen;
  tell(view);
  sayUntilHeard(
    view.squares,
    () => view.sent === fen,
    () => view.send("place", { fen, at: performance.now() }),
  );
}

// ---- pieces ----

/**
 * Puts a piece on a square or takes away what stands there; the same piece once more goes away.
 *
 * @param {Editor} view
 * @param {Square} place
 * @param {string} tool symbol of the piece, or BIN
 */
function put(view, place, tool) {
  const { ground } = view;
  const before = ground.state.pieces.get(place);
  const after = tool === BIN ? undefined : piece(tool);
  const isSame = before?.role === after?.role && before?.color === after?.color;
  if (isSame && !before) return;
  const now = isSame ? undefined : after;
  ground.setPieces(new Map([[place, now]]));
  say(view, `${place}, ${now ? `${now.color} ${now.role}` : "empty"}`);
  changed(view);
}

// ---- the keyboard ----

/**
 * @param {Editor} view
 * @param {string} key
 * @returns {boolean} whether the key meant something
 */
function press(view, key) {
  const { cursor } = view;
  const step = STEPS[key];
  if (step) moveCursor(view, step);
  else if (key === "Escape") {
    choose(view, HAND);
    hideCursor(view);
  } else if (!cursor) return false;
  else if (key === "Delete" || key === "Backspace") put(view, cursor, BIN);
  else if (key === "Enter" || key === " ") act(view, cursor);
  else if (KINDS.includes(key.toLowerCase())) put(view, cursor, key);
  else return false;
  return true;
}

/**
 * @param {Editor} view
 * @param {[right: number, down: number]} step
 */
function moveCursor(view, [right, down]) {
  const { orientation } = view.data;
  view.cursor = view.cursor ? stepped(view.cursor, right, down, orientation) : "e4";
  const there = view.ground.state.pieces.get(view.cursor);
  say(view, `${view.cursor}, ${there ? `${there.color} ${there.role}` : "empty"}`);
  drawCursor(view);
}

/**
 * @param {Editor} view
 * @param {Square} place
 */
function act(view, place) {
  if (view.tool !== HAND) {
    put(view, place, view.tool);
    return;
  }
  const { ground } = view;
  const start = ground.state.selected;
  const held = ground.state.pieces.get(start ?? place);
  ground.selectSquare(place);
  if (!held) say(view, `${place}, empty`);
  else if (start === place) say(view, "Put back.");
  else say(view, `${held.color} ${held.role} ${start ? `to ${place}` : "picked up"}.`);
}
