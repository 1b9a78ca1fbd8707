// @ts-check
// How the board looks and sounds to the liking of its person.

import { followPreferences, preferences } from "../components/preferences.js";
import { play } from "./sounds.js";

/**
 * Follows the person's preferences as long as the board is there.
 *
 * @param {HTMLElement} frame the board with its strips
 * @param {AbortSignal} signal
 */
export function followLook(frame, signal) {
  followPreferences((now) => {
    frame.dataset.board = now.board;
    frame.classList.toggle("plain", !now.coordinates);
    frame.style.setProperty("--size", String(now.size / 100));
  }, signal);
}

/**
 * Lets a move be heard.
 *
 * @param {{isCapture: boolean, isCheck: boolean, isOver: boolean}} move
 */
export function sayAloud(move) {
  if (!preferences().sound) return;
  if (move.isOver) play("end");
  else if (move.isCheck) play("check");
  else play(move.isCapture ? "capture" : "move");
}
