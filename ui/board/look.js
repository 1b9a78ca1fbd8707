// @ts-check
// How the board looks and sounds to the liking of its person.

import { followPreferences, preferences } from "../components/preferences.js";
import { play } from "./sounds.js";

/** Sets of pieces whose style sheets this page has asked for. @type {Set<string>} */
const fetched = new Set();

/**
 * Follows the person's preferences as long as the board is there.
 *
 * @param {HTMLElement} frame the board with its strips
 * @param {() => Record<string, string>} sheets addresses of the style sheets of sets of pieces
 * @param {AbortSignal} signal
 */
export function followLook(frame, sheets, signal) {
  followPreferences((now) => {
    frame.dataset.board = now.board;
    fetchPieces(sheets()[now.pieces]);
    frame.dataset.pieces = now.pieces;
    frame.classList.toggle("plain", !now.coordinates);
    frame.style.setProperty("--size", String(now.size / 100));
  }, signal);
}

/** @param {string | undefined} url of a style sheet; the usual set needs none */
function fetchPieces(url) {
  if (!url || fetched.has(url)) return;
  fetched.add(url);
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  document.head.append(link);
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
