// @ts-check
// Keys that act on the whole page, and the list of all keys.

import { element } from "../components/dom.js";

const SHOWN = "stylemate-shortcuts"; // asked for from elsewhere on the page
const FLIP = '[class*="st-key-"][class*="_flip"] button';
const KEYS = [
  ["← →", "one move back or on"],
  ["e4, Nf3, O-O", "a typed move while the board is chosen, then Enter"],
  ["Arrows, Enter", "on the board: from square to square, pick up, put down"],
  ["Escape", "put a piece back, close a list"],
  ["Right button, or Shift and the left one", "draw an arrow or a circle of your own"],
  ["r", "turn the board round"],
  ["?", "this list"],
];

/**
 * Answers the page's keys as long as the board is there.
 *
 * @param {HTMLElement} frame
 * @param {AbortSignal} signal
 */
export function followShortcuts(frame, signal) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isWriting(event)) return;
    if (event.key === "?") showList(frame);
    else if (event.key === "r") turn();
    else return;
    event.preventDefault();
  }, { signal });
  addEventListener(SHOWN, () => showList(frame), { signal });
}

function turn() {
  const button = document.querySelector(FLIP);
  if (button instanceof HTMLElement) button.click();
}

/** @param {HTMLElement} frame */
function showList(frame) {
  const dialog = frame.querySelector("dialog") ?? createList(frame);
  if (!dialog.open) dialog.showModal();
}

/** @param {HTMLElement} frame */
function createList(frame) {
  const dialog = element(frame, "dialog", "shortcuts");
  dialog.setAttribute("aria-label", "Shortcuts");
  element(dialog, "h2", "", "Shortcuts");
  const rows = element(dialog, "dl", "");
  for (const [key, words] of KEYS) {
    element(rows, "dt", "", key);
    element(rows, "dd", "", words);
  }
  const close = element(dialog, "button", "", "Close");
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  return dialog;
}

/**
 * Fields take all keys for themselves.
 *
 * @param {KeyboardEvent} event
 */
function isWriting(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && Boolean(
    target.closest('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable], [role="combobox"], dialog[open]'),
  );
}
