// @ts-check
// The choice of what a pawn becomes, over the board.

import { element } from "../components/dom.js";
import { ROLES, cell } from "./position.js";
import { glyph } from "./strips.js";

/** @typedef {import("./position.js").Color} Color */

const KINDS = ["q", "n", "r", "b"];

/**
 * Opens the picker beside the square where the pawn arrived.
 *
 * @param {HTMLElement} picker
 * @param {string} place
 * @param {Color} mover
 * @param {Color} orientation colour at the bottom
 * @param {(kind: string | null) => void} choose gets "q", "r", "b" or "n", null if nothing was chosen
 */
export function openPicker(picker, place, mover, orientation, choose) {
  const [column, row] = cell(place, orientation);
  const choices = element(picker, "div", "choices");
  choices.setAttribute("role", "dialog");
  choices.setAttribute("aria-label", "Promote to");
  choices.style.left = `${column * 12.5}%`;
  choices.style[row === 0 ? "top" : "bottom"] = "0";
  // The queen lies on the pawn's own square, where the hand is.
  const buttons = (row === 0 ? KINDS : KINDS.toReversed()).map((kind) => {
    const button = element(choices, "button", "choice");
    button.type = "button";
    button.setAttribute("aria-label", ROLES[kind]);
    button.append(glyph(mover === "white" ? kind.toUpperCase() : kind));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      choose(kind);
    });
    return button;
  });
  picker.onclick = () => choose(null);
  picker.onkeydown = (event) => keyed(event, buttons, choose);
  picker.hidden = false;
  buttons[row === 0 ? 0 : KINDS.length - 1].focus({ preventScroll: true });
}

/** @param {HTMLElement} picker */
export function closePicker(picker) {
  picker.hidden = true;
  picker.onclick = picker.onkeydown = null;
  picker.replaceChildren();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} buttons
 * @param {(kind: string | null) => void} choose
 */
function keyed(event, buttons, choose) {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const kind = event.key.toLowerCase();
  if (event.key === "Escape") choose(null);
  else if (step) {
    const focused = buttons.findIndex((button) => button === document.activeElement);
    buttons[(focused + step + buttons.length) % buttons.length].focus();
  } else if (KINDS.includes(kind)) choose(kind);
  else if (event.key !== "Tab" && event.key !== "Enter" && event.key !== " ") return;
  event.stopPropagation();
  if (event.key !== "Tab" && event.key !== "Enter" && event.key !== " ") event.preventDefault();
}
