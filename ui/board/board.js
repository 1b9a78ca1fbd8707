// The board on the page. Python sends a drawing and the legal moves; this file turns what a hand
// does into one move and sends it back with the revision it was made in. It decides nothing:
// Python checks every move again.

const SQUARE = 45;
const SIDE = 8 * SQUARE;
const DRAG_STARTS_AFTER = 5; // pixels
const ANIMATION = 180; // milliseconds
const ANSWER_LIMIT = 15000; // milliseconds; after that the board takes moves again
const SVG = "http://www.w3.org/2000/svg";
const NAMES = { p: "pawn", n: "knight", b: "bishop", r: "rook", q: "queen", k: "king" };

// The script runs again on every change of data, so what lasts is kept per mounted board.
const boards = new WeakMap();

export default function board({ data, parentElement, setTriggerValue }) {
  let view = boards.get(parentElement);
  if (!view) {
    view = createBoard(parentElement.querySelector(".frame"));
    boards.set(parentElement, view);
  }
  view.send = setTriggerValue;
  update(view, data);
}

function createBoard(frame) {
  const view = {
    data: null, // what Python sent last
    send: null, // sends an event to Python
    selected: null, // square of the piece that was picked up or clicked
    press: null, // the pointer that is down: {id, square, x, y, wasSelected, dragging}
    pending: null, // move that was sent and not answered yet
    pendingTimer: 0,
    promotion: null, // {from, to} while the picker is open
    cursor: null, // square of the keyboard's cursor
    forgetful: null, // revision of a state that a restarted server made up; never drawn
    ownMove: "", // move that the hand made itself, not to be animated again
  };
  view.frame = frame;
  view.top = createStrip(frame);
  view.squares = element(frame, "div", "squares");
  view.squares.tabIndex = 0;
  view.squares.setAttribute("role", "application");
  view.squares.setAttribute("aria-roledescription", "chess board");
  view.drawing = element(view.squares, "div", "drawing");
  view.hints = document.createElementNS(SVG, "svg");
  view.hints.setAttribute("viewBox", `0 0 ${SIDE} ${SIDE}`);
  view.hints.setAttribute("class", "hints");
  view.squares.append(view.hints);
  view.picker = element(view.squares, "div", "picker");
  view.picker.hidden = true;
  view.bottom = createStrip(frame);
  view.live = element(frame, "div", "live");
  view.live.setAttribute("aria-live", "polite");

  view.squares.addEventListener("pointerdown", (event) => pressed(view, event));
  view.squares.addEventListener("pointermove", (event) => moved(view, event));
  view.squares.addEventListener("pointerup", (event) => released(view, event));
  view.squares.addEventListener("pointercancel", () => forget(view));
  view.squares.addEventListener("contextmenu", (event) => event.preventDefault());
  // To the browser a quick drag is a fling, even where touch-action forbids to scroll, and it
  // swallows the tap that follows a fling. Of a touch that the board takes it makes nothing.
  view.squares.addEventListener("touchstart", (event) => touched(view, event), { passive: false });
  view.squares.addEventListener("keydown", (event) => keyed(view, event));
  view.squares.addEventListener("blur", () => {
    view.squares.classList.remove("by-hand");
    view.cursor = null;
    drawHints(view);
  });
  return view;
}

// ---- what Python sends ----

function update(view, data) {
  const before = view.data;
  if (isForgotten(view, before, data)) return;
  const isNewState = !before || before.revision !== data.revision;
  view.data = data;
  writeAddress(data.address);
  fillStrip(view.top, data.top);
  fillStrip(view.bottom, data.bottom);
  if (!isNewState && (view.pending || view.press?.dragging || view.promotion)) {
    return; // a hand is at work on this very state: do not pull the piece from under it
  }
  if (isNewState) {
    clearTimeout(view.pendingTimer);
    view.pending = null;
    view.press = null;
    view.selected = null;
    closePicker(view);
  }
  if (!before || before.svg !== data.svg || isNewState) draw(view);
  if (before && isNewState) {
    animateLast(view, before);
    view.live.textContent = data.announcement;
  }
  if (isNewState) view.ownMove = "";
  view.squares.dataset.rev = data.revision;
  view.squares.dataset.ply = data.count;
  view.squares.dataset.fen = data.fen;
  view.squares.dataset.orientation = data.orientation;
  view.squares.classList.toggle("movable", data.legal.length > 0);
  view.squares.setAttribute(
    "aria-label",
    `Chess board, ${data.turn} to move. Arrow keys move between squares, Enter picks up and drops.`,
  );
}

// After a restart of the server Streamlit hands the new session the address with which the page
// was once opened, not the present one. The page knows better: it sends the game it shows, and
// the move that was on its way.
function isForgotten(view, before, data) {
  if (view.forgetful === data.revision) return true;
  view.forgetful = null;
  if (!before || before.session === data.session) return false;
  if (sameAddress(before.address, data.address) && !view.pending) return false;
  view.forgetful = data.revision;
  view.data = { ...before, session: data.session }; // asked once, not again
  const event = { address: before.address, move: view.pending, at: performance.now() };
  setTimeout(() => view.send("restore", event), 0); // not while this component is being drawn
  return true;
}

function sameAddress(one, other) {
  const text = (address) => JSON.stringify(Object.entries(address).sort());
  return text(one) === text(other);
}

function draw(view) {
  // The drawing comes from chess.svg in Python and holds no text of people.
  view.drawing.innerHTML = view.data.svg;
  drawHints(view);
}

function animateLast(view, before) {
  const steps = view.data.last;
  if (!steps.length || view.data.fen === before.fen) return;
  if (before.orientation !== view.data.orientation) return;
  if (view.data.count < before.count) return;
  if (view.ownMove.slice(0, 4) === steps[0][0] + steps[0][1] && view.data.count === before.count + 1) {
    return; // the hand brought this piece here
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [from, to] of steps) {
    const piece = pieceAt(view, to);
    if (!piece) continue;
    const [x0, y0] = corner(view, from);
    const [x1, y1] = corner(view, to);
    piece.animate(
      [{ transform: `translate(${x0}px, ${y0}px)` }, { transform: `translate(${x1}px, ${y1}px)` }],
      { duration: ANIMATION, easing: "cubic-bezier(0.25, 0.6, 0.35, 1)" },
    );
  }
}

// The address keeps the whole game. It is replaced, not pushed, so that the browser's Back button
// leaves the page instead of stepping through moves.
function writeAddress(values) {
  const query = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(values)) {
    if (value === null) query.delete(key);
    else query.set(key, value);
  }
  const text = query.toString();
  if (text !== new URLSearchParams(location.search).toString()) {
    history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : "") + location.hash);
  }
}

// ---- geometry ----

function corner(view, square) {
  const file = square.charCodeAt(0) - 97;
  const rank = Number(square[1]) - 1;
  return view.data.orientation === "white"
    ? [file * SQUARE, (7 - rank) * SQUARE]
    : [(7 - file) * SQUARE, rank * SQUARE];
}

function squareAt(view, x, y) {
  const box = view.squares.getBoundingClientRect();
  const column = Math.floor(((x - box.left) / box.width) * 8);
  const row = Math.floor(((y - box.top) / box.height) * 8);
  if (column < 0 || column > 7 || row < 0 || row > 7) return null;
  const white = view.data.orientation === "white";
  return "abcdefgh"[white ? column : 7 - column] + (white ? 8 - row : row + 1);
}

function pieceAt(view, square) {
  const [x, y] = corner(view, square);
  for (const piece of view.drawing.querySelectorAll("use")) {
    const place = /translate\(([\d.]+), ([\d.]+)\)/.exec(piece.getAttribute("transform") || "");
    if (place && Number(place[1]) === x && Number(place[2]) === y) return piece;
  }
  return null;
}

function place(piece, x, y) {
  piece.style.transform = `translate(${x}px, ${y}px)`;
}

// ---- moves ----

function movesFrom(view, square) {
  return view.data.legal.filter((move) => move.startsWith(square));
}

function isIdle(view) {
  return view.pending === null && view.promotion === null;
}

function tryMove(view, from, to) {
  const moves = view.data.legal.filter((move) => move.startsWith(from + to));
  if (!moves.length) return false;
  showMoved(view, from, to);
  if (moves[0].length > 4) openPicker(view, from, to);
  else commit(view, moves[0]);
  return true;
}

// Shows the person's own move at once, before Python has answered.
function showMoved(view, from, to) {
  const piece = pieceAt(view, from);
  const captured = pieceAt(view, to);
  if (captured) captured.style.visibility = "hidden";
  if (piece) {
    piece.parentNode.append(piece);
    place(piece, ...corner(view, to));
  }
  view.selected = null;
  drawHints(view);
}

function commit(view, move) {
  view.pending = move;
  view.ownMove = move;
  view.selected = null;
  view.send("move", { uci: move, revision: view.data.revision });
  view.pendingTimer = setTimeout(() => {
    view.pending = null;
    view.ownMove = "";
    draw(view);
  }, ANSWER_LIMIT);
  drawHints(view);
}

function select(view, square) {
  view.selected = square;
  drawHints(view);
}

// ---- a hand ----

function pressed(view, event) {
  if (event.button !== 0 || !isIdle(view) || view.press) return;
  const square = squareAt(view, event.clientX, event.clientY);
  if (!square) return;
  view.squares.classList.add("by-hand"); // no focus ring for a hand
  view.squares.focus({ preventScroll: true });
  view.cursor = null;
  const own = movesFrom(view, square).length > 0;
  const wasSelected = view.selected === square;
  const isTarget = view.selected && view.data.legal.some((move) => move.startsWith(view.selected + square));
  view.press = { id: event.pointerId, square, x: event.clientX, y: event.clientY, wasSelected, dragging: false };
  if (own && !isTarget) {
    view.press.piece = pieceAt(view, square);
    select(view, square);
  }
  view.squares.setPointerCapture(event.pointerId);
  event.preventDefault();
}

function touched(view, event) {
  const isForPicker = view.picker.contains(event.target); // its buttons need their clicks
  if (event.cancelable && !isForPicker) event.preventDefault();
}

function moved(view, event) {
  const press = view.press;
  if (!press || press.id !== event.pointerId || !press.piece) return;
  const distance = Math.hypot(event.clientX - press.x, event.clientY - press.y);
  if (!press.dragging && distance < DRAG_STARTS_AFTER) return;
  if (!press.dragging) {
    press.dragging = true;
    press.piece.parentNode.append(press.piece); // above all others
    press.piece.classList.add("dragged");
    view.squares.classList.add("dragging");
  }
  const box = view.squares.getBoundingClientRect();
  const scale = SIDE / box.width;
  place(
    press.piece,
    (event.clientX - box.left) * scale - SQUARE / 2,
    (event.clientY - box.top) * scale - SQUARE / 2,
  );
  drawHints(view, squareAt(view, event.clientX, event.clientY));
}

function released(view, event) {
  const press = view.press;
  if (!press || press.id !== event.pointerId) return;
  view.press = null;
  view.squares.classList.remove("dragging");
  press.piece?.classList.remove("dragged");
  const square = squareAt(view, event.clientX, event.clientY);
  if (press.dragging) {
    if (!square || !tryMove(view, press.square, square)) snapBack(view, press);
    return;
  }
  if (press.piece) {
    if (press.wasSelected) select(view, null);
    return;
  }
  if (view.selected && square && tryMove(view, view.selected, square)) return;
  select(view, null);
}

function snapBack(view, press) {
  const [x, y] = corner(view, press.square);
  const start = press.piece.style.transform;
  place(press.piece, x, y);
  view.selected = null;
  drawHints(view);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    press.piece.animate([{ transform: start }, { transform: `translate(${x}px, ${y}px)` }], {
      duration: ANIMATION / 2,
      easing: "ease-out",
    });
  }
}

function forget(view) {
  const press = view.press;
  view.press = null;
  view.squares.classList.remove("dragging");
  if (press?.dragging) snapBack(view, press);
}

// ---- a keyboard ----

function keyed(view, event) {
  const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  if (event.key === "Escape") {
    cancel(view);
  } else if (steps[event.key] && (view.cursor || view.selected)) {
    moveCursor(view, ...steps[event.key]);
  } else if (steps[event.key] && view.data.legal.length) {
    view.cursor = view.data.legal[0].slice(0, 2);
    drawHints(view);
  } else if ((event.key === "Enter" || event.key === " ") && view.cursor && isIdle(view)) {
    chooseSquare(view, view.cursor);
  } else {
    return;
  }
  view.squares.classList.remove("by-hand");
  event.preventDefault();
  event.stopPropagation();
}

function cancel(view) {
  if (view.promotion) closePicker(view, true);
  view.cursor = null;
  select(view, null);
}

function moveCursor(view, dx, dy) {
  const [x, y] = corner(view, view.cursor || view.selected);
  const box = view.squares.getBoundingClientRect();
  const clamp = (value) => Math.min(Math.max(value, 0), 7);
  const column = clamp(x / SQUARE + dx);
  const row = clamp(y / SQUARE + dy);
  const unit = box.width / 8;
  view.cursor = squareAt(view, box.left + (column + 0.5) * unit, box.top + (row + 0.5) * unit);
  const piece = view.data.pieces[view.cursor];
  view.live.textContent = view.cursor + (piece ? ` ${describe(piece)}` : "");
  drawHints(view);
}

function chooseSquare(view, square) {
  if (view.selected && view.selected !== square && tryMove(view, view.selected, square)) return;
  select(view, view.selected !== square && movesFrom(view, square).length ? square : null);
}

// ---- hints: selection, dots, rings, cursor ----

function drawHints(view, hovered = null) {
  view.hints.replaceChildren();
  view.drawing.querySelector(".selected")?.remove();
  if (!view.data) return;
  if (view.selected) {
    markUnderPieces(view, view.selected);
    for (const to of new Set(movesFrom(view, view.selected).map((move) => move.slice(2, 4)))) {
      const enPassant = /p/i.test(view.data.pieces[view.selected] || "") && to[0] !== view.selected[0];
      const isCapture = Boolean(view.data.pieces[to]) || enPassant;
      if (to === hovered) mark(view, to, "hovered");
      dot(view, to, isCapture);
    }
  }
  if (view.cursor) mark(view, view.cursor, "cursor");
}

function mark(view, square, name) {
  view.hints.append(squareShape(view, square, name));
}

function markUnderPieces(view, square) {
  view.drawing.querySelector(".coordinates").before(squareShape(view, square, "selected"));
}

function squareShape(view, square, name) {
  const [x, y] = corner(view, square);
  return shape("rect", { x, y, width: SQUARE, height: SQUARE, class: name });
}

function dot(view, square, isCapture) {
  const [x, y] = corner(view, square);
  const radius = isCapture ? SQUARE * 0.43 : SQUARE * 0.15;
  const name = isCapture ? "ring" : "dot";
  view.hints.append(
    shape("circle", { cx: x + SQUARE / 2, cy: y + SQUARE / 2, r: radius, class: name }),
  );
}

function shape(kind, attributes) {
  const node = document.createElementNS(SVG, kind);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// ---- promotion ----

function openPicker(view, from, to) {
  view.promotion = { from, to };
  const [x, y] = corner(view, to);
  const column = element(view.picker, "div", "choices");
  column.style.left = `${(x / SIDE) * 100}%`;
  column.setAttribute("role", "dialog");
  column.setAttribute("aria-label", "Promote to");
  if (y === 0) column.style.top = "0";
  else column.style.bottom = "0";
  const kinds = y === 0 ? ["q", "n", "r", "b"] : ["b", "r", "n", "q"];
  for (const kind of kinds) {
    const button = element(column, "button", "choice");
    button.type = "button";
    button.dataset.piece = kind;
    const symbol = view.data.turn === "white" ? kind.toUpperCase() : kind;
    button.setAttribute("aria-label", NAMES[kind]);
    button.append(glyph(symbol));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      choosePromotion(view, kind);
    });
  }
  view.picker.onpointerdown = (event) => event.stopPropagation();
  view.picker.onclick = () => closePicker(view, true);
  view.picker.hidden = false;
  column.querySelector('[data-piece="q"]').focus({ preventScroll: true });
}

function choosePromotion(view, kind) {
  const { from, to } = view.promotion;
  const piece = [...view.drawing.querySelectorAll("use")].pop();
  const color = view.data.turn;
  piece?.setAttribute("href", `#${color}-${NAMES[kind]}`);
  piece?.removeAttributeNS("http://www.w3.org/1999/xlink", "href");
  closePicker(view);
  commit(view, from + to + kind);
}

function closePicker(view, isCancelled = false) {
  view.promotion = null;
  view.picker.hidden = true;
  view.picker.replaceChildren();
  if (isCancelled) {
    view.selected = null;
    draw(view); // the pawn goes back
    view.squares.focus({ preventScroll: true });
  }
}

// ---- the strips with names and captured pieces ----

function createStrip(frame) {
  const root = element(frame, "div", "strip");
  const strip = { root };
  strip.badge = element(root, "span", "badge");
  const words = element(root, "div", "words");
  strip.name = element(words, "div", "name");
  strip.detail = element(words, "div", "detail");
  strip.taken = element(root, "div", "taken");
  return strip;
}

function fillStrip(strip, data) {
  const text = JSON.stringify(data);
  if (strip.text === text) return;
  strip.text = text;
  strip.root.classList.toggle("to-move", data.to_move);
  strip.badge.className = `badge ${data.color}`;
  strip.badge.replaceChildren(glyph(data.color === "white" ? "K" : "k"));
  strip.name.textContent = data.name;
  strip.name.title = data.name;
  strip.detail.textContent = data.detail;
  strip.detail.title = data.detail;
  strip.taken.replaceChildren();
  let last = null;
  const plate = data.captured ? element(strip.taken, "div", "plate") : null;
  for (const symbol of data.captured) {
    const picture = glyph(symbol);
    if (symbol === last) picture.classList.add("again");
    last = symbol;
    plate.append(picture);
  }
  if (data.ahead) element(strip.taken, "span", "ahead").textContent = `+${data.ahead}`;
  strip.taken.setAttribute("aria-label", data.captured ? `captured ${data.captured.length} pieces` : "");
}

// ---- small things ----

function glyph(symbol) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${SQUARE} ${SQUARE}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${describe(symbol).replace(" ", "-")}`);
  svg.append(use);
  return svg;
}

function describe(symbol) {
  const color = symbol === symbol.toUpperCase() ? "white" : "black";
  return `${color} ${NAMES[symbol.toLowerCase()]}`;
}

function element(parent, tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  parent.append(node);
  return node;
}
