// @ts-check
// How a person likes the board: kept in this browser alone, and the same on every page.

import { read, write } from "./storage.js";

/**
 * @typedef {object} Preferences
 * @property {boolean} sound
 * @property {boolean} coordinates
 * @property {string} board name of the colours
 * @property {string} pieces name of the set
 * @property {number} size of the board in percent of the place it has
 */

const KEY = "preferences";
const CHANGED = "stylemate-preferences";
export const BOARDS = ["green", "brown", "blue", "grey"];
export const PIECES = ["classic", "simple", "fancy"];
export const SMALLEST = 50;

/** @returns {Preferences} */
export function preferences() {
  try {
    return sound(JSON.parse(read("localStorage", KEY) ?? "{}"));
  } catch {
    return sound({});
  }
}

/**
 * Returns preferences of which everything is what it may be.
 *
 * @param {any} kept
 * @returns {Preferences}
 */
export function sound(kept) {
  const size = Math.round(Number(kept?.size));
  return {
    sound: kept?.sound === true,
    coordinates: kept?.coordinates !== false,
    board: BOARDS.includes(kept?.board) ? kept.board : BOARDS[0],
    pieces: PIECES.includes(kept?.pieces) ? kept.pieces : PIECES[0],
    size: size >= SMALLEST && size <= 100 ? size : 100,
  };
}

/** @param {Partial<Preferences>} changed */
export function prefer(changed) {
  const now = { ...preferences(), ...changed };
  write("localStorage", KEY, JSON.stringify(now)); // or they are forgotten with the page
  dispatchEvent(new CustomEvent(CHANGED, { detail: now }));
}

/**
 * Calls back with the preferences now and whenever they change, until it is told to stop.
 *
 * @param {(now: Preferences) => void} look
 * @param {AbortSignal} signal
 */
export function followPreferences(look, signal) {
  look(preferences());
  addEventListener(CHANGED, (event) => look(/** @type {CustomEvent} */ (event).detail), { signal });
  addEventListener("storage", () => look(preferences()), { signal }); // another tab changed them
}
