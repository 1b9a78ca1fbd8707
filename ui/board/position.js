// @ts-check
// What a position means, as plain functions: its pieces, where they may go, what a person typed.
// Squares are written "e4", pieces as in a FEN, moves as in UCI: "e2e4", "a7a8q".

/** @typedef {import("./vendor/chessground/types.d.ts").Key} Square */
/** @typedef {"white" | "black"} Color */
/** @typedef {Map<Square, string>} Pieces */
/** @typedef {"pawn" | "knight" | "bishop" | "rook" | "queen" | "king"} Role */

/** @type {Record<string, Role>} */
export const ROLES = { p: "pawn", n: "knight", b: "bishop", r: "rook", q: "queen", k: "king" };
const FILES = "abcdefgh";
const TYPED = /^([KQRBN])?([a-h])?([1-8])?[x:-]?([a-h][1-8])(?:[=/(]?([QRBN])\)?)?$/;
const SQUARES = /^([a-h][1-8])[x:-]?([a-h][1-8])[=/]?([qrbn])?$/i;
const CASTLES = /^([O0o])[-–]?\1([-–]?\1)?$/;

/**
 * Returns the pieces of a FEN.
 *
 * @param {string} fen
 * @returns {Pieces}
 */
export function pieces(fen) {
  /** @type {Pieces} */
  const found = new Map();
  for (const [row, line] of fen.split(" ")[0].split("/").entries()) {
    let file = 0;
    for (const symbol of line) {
      if (/\d/.test(symbol)) file += Number(symbol);
      else found.set(square(file++, 7 - row), symbol);
    }
  }
  return found;
}

/**
 * Returns the colour that moves in a FEN.
 *
 * @param {string} fen
 * @returns {Color}
 */
export function turn(fen) {
  return fen.split(" ")[1] === "b" ? "black" : "white";
}

/**
 * @param {number} file 0 to 7
 * @param {number} rank 0 to 7
 */
export function square(file, rank) {
  return /** @type {Square} */ (FILES[file] + (rank + 1));
}

/** @param {string} move */
export function from(move) {
  return /** @type {Square} */ (move.slice(0, 2));
}

/** @param {string} move */
export function to(move) {
  return /** @type {Square} */ (move.slice(2, 4));
}

/**
 * Returns a piece in words: "white knight".
 *
 * @param {string} symbol
 */
export function describe(symbol) {
  return `${color(symbol)} ${ROLES[symbol.toLowerCase()]}`;
}

/**
 * @param {string} symbol
 * @returns {Color}
 */
export function color(symbol) {
  return symbol === symbol.toUpperCase() ? "white" : "black";
}

/**
 * Returns the square of the rook on which the king may be dropped to castle with this move, null
 * if it does not castle.
 *
 * @param {string} move
 * @param {Pieces} placed
 */
export function castledRook(move, placed) {
  if (placed.get(from(move))?.toLowerCase() !== "k") return null;
  const [start, end] = [FILES.indexOf(move[0]), FILES.indexOf(move[2])];
  if (Math.abs(end - start) !== 2) return null;
  return /** @type {Square} */ ((end > start ? "h" : "a") + move[1]);
}

/**
 * Returns where each piece may be dropped; a king also on the rook that it castles with.
 *
 * @param {string[]} legal
 * @param {Pieces} placed
 */
export function destinations(legal, placed) {
  /** @type {Map<Square, Square[]>} */
  const found = new Map();
  for (const move of legal) {
    const ends = found.get(from(move)) ?? [];
    found.set(from(move), ends);
    for (const end of [to(move), castledRook(move, placed)]) {
      if (end && !ends.includes(end)) ends.push(end);
    }
  }
  return found;
}

/**
 * Returns the legal moves that a piece makes when it is dropped on a square: none, one, or one for
 * each piece that a pawn may become.
 *
 * @param {string[]} legal
 * @param {Pieces} placed
 * @param {string} start
 * @param {string} end
 */
export function dropped(legal, placed, start, end) {
  const moves = legal.filter((move) => from(move) === start && to(move) === end);
  if (moves.length) return moves;
  return legal.filter((move) => from(move) === start && castledRook(move, placed) === end);
}

/**
 * Returns the legal moves that a typed text may mean: "e4", "Nf3", "Nbd2", "exd5", "e8=Q", "O-O",
 * "e2e4", with or without + and #. A pawn that only says where it goes becomes a queen.
 *
 * @param {string} text
 * @param {string[]} legal
 * @param {Pieces} placed
 */
export function typed(text, legal, placed) {
  const word = text.trim().replace(/[+#!?]+$/, "");
  const castles = CASTLES.exec(word);
  if (castles) {
    const file = castles[2] ? "a" : "h";
    return legal.filter((move) => castledRook(move, placed)?.[0] === file);
  }
  const squares = SQUARES.exec(word);
  if (squares) {
    const moves = dropped(legal, placed, squares[1].toLowerCase(), squares[2].toLowerCase());
    return promoted(moves, squares[3]?.toLowerCase());
  }
  const found = TYPED.exec(word);
  if (!found) return [];
  const [, piece, file, rank, end, becomes] = found;
  const moves = legal.filter(
    (move) =>
      placed.get(from(move))?.toLowerCase() === (piece ?? "P").toLowerCase() &&
      to(move) === end &&
      (!file || move[0] === file) &&
      (!rank || move[1] === rank),
  );
  return promoted(moves, becomes?.toLowerCase());
}

/**
 * @param {string[]} moves
 * @param {string | undefined} becomes
 */
function promoted(moves, becomes) {
  return moves.filter((move) => move.length < 5 ? !becomes : move[4] === (becomes ?? "q"));
}

/**
 * Returns the square next to another as the board lies, itself at the edge.
 *
 * @param {Square} start
 * @param {number} right squares to the right
 * @param {number} down squares down
 * @param {Color} orientation colour at the bottom
 */
export function stepped(start, right, down, orientation) {
  const sign = orientation === "white" ? 1 : -1;
  const clamp = (/** @type {number} */ value) => Math.min(Math.max(value, 0), 7);
  return square(
    clamp(FILES.indexOf(start[0]) + sign * right),
    clamp(Number(start[1]) - 1 - sign * down),
  );
}

/**
 * Returns the column and the row of a square as the board lies, 0 to 7 from the upper left.
 *
 * @param {string} place
 * @param {Color} orientation colour at the bottom
 */
export function cell(place, orientation) {
  const [file, rank] = [FILES.indexOf(place[0]), Number(place[1]) - 1];
  return orientation === "white" ? [file, 7 - rank] : [7 - file, rank];
}

/**
 * Returns the square in a column and row of the board as it lies, null outside.
 *
 * @param {number} column
 * @param {number} row
 * @param {Color} orientation colour at the bottom
 */
export function squareIn(column, row, orientation) {
  if (column < 0 || column > 7 || row < 0 || row > 7) return null;
  return orientation === "white" ? square(column, 7 - row) : square(7 - column, row);
}
