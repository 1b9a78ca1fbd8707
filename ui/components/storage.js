// @ts-check
// What a browser keeps for a page, told apart by the app's own prefix. A browser may keep nothing.

const PREFIX = "stylemate.";
export const GAME = "game"; // of this tab: the values of its address

/** @typedef {"localStorage" | "sessionStorage"} Place for all visits, or for this tab alone */

/**
 * @param {Place} place
 * @param {string} key
 * @returns {string | null}
 */
export function read(place, key) {
  try {
    return window[place].getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/**
 * Writes a text, or removes it if it is null; returns whether the browser did.
 *
 * @param {Place} place
 * @param {string} key
 * @param {string | null} text
 */
export function write(place, key, text) {
  try {
    if (text === null) window[place].removeItem(PREFIX + key);
    else window[place].setItem(PREFIX + key, text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the keys that begin so, in the order of their names.
 *
 * @param {Place} place
 * @param {string} beginning
 */
export function keys(place, beginning) {
  try {
    return Object.keys(window[place])
      .filter((key) => key.startsWith(PREFIX + beginning))
      .map((key) => key.slice(PREFIX.length))
      .toSorted();
  } catch {
    return [];
  }
}
