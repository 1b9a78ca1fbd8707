// @ts-check
// What Python sends to the board, and what a mounted board knows.

/** @typedef {import("./vendor/chessground/api.d.ts").Api} Ground */
/** @typedef {import("./position.js").Color} Color */
/** @typedef {import("./position.js").Square} Square */

/**
 * What Python sends.
 *
 * @typedef {object} BoardData
 * @property {string} session name of the game on the server; another after a restart
 * @property {number} revision number of the state; another whenever the board changes
 * @property {number} count moves played up to the position
 * @property {string} fen
 * @property {Color} orientation colour at the bottom
 * @property {Color | null} mover colour whose pieces the person may move, now or after a reply
 * @property {string} legal moves that may be made now, in UCI, with spaces between
 * @property {string} last move that led here, in UCI, empty at the start
 * @property {boolean} check
 * @property {string} said what happened, for those who listen
 * @property {boolean} over whether the game has ended
 * @property {import("./arrows.js").Arrow[]} arrows
 * @property {Record<string, string>} pieceSheets addresses of the style sheets of sets of pieces
 * @property {import("./strips.js").Seat} top
 * @property {import("./strips.js").Seat} bottom
 */

/**
 * A move that was sent and not answered yet.
 *
 * @typedef {object} Pending
 * @property {string} move
 * @property {string} fen position in which it was made
 * @property {number} count moves played before it
 * @property {number} tries how often it was sent
 * @property {number} timer
 */

/**
 * A mounted board.
 *
 * @typedef {object} View
 * @property {BoardData} data what Python sent last
 * @property {(name: string, value: unknown) => void} send sends an event to Python
 * @property {Ground} ground chessground
 * @property {import("./position.js").Pieces} pieces of the position that Python sent
 * @property {string[]} legal
 * @property {Pending | null} pending
 * @property {{from: Square, to: Square} | null} promotion while the picker is open
 * @property {Square | null} cursor of the keyboard
 * @property {string} drawn position that was drawn last, as FEN
 * @property {string} typed move that is being typed
 * @property {string} own the person's own move in words, until the reply is told
 * @property {(move: string) => void} play makes a move as a hand would
 * @property {() => boolean} isMoving whether a move was just made and waits for its turn or answer
 * @property {HTMLElement} squares
 * @property {Element} arrows
 * @property {HTMLElement} picker
 * @property {HTMLElement} cursorMark
 * @property {HTMLElement} typing
 * @property {HTMLElement} live
 * @property {import("./strips.js").Strip} top
 * @property {import("./strips.js").Strip} bottom
 * @property {AbortController} life ends with the board
 */

export {};
