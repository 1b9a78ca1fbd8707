// @ts-check
// A side's clock: it runs on the page between two answers of the server, whose time counts.

import { element } from "../components/dom.js";

/** @typedef {{seconds: number, runs: boolean}} Face what Python says of a clock */
/**
 * @typedef {object} Clock
 * @property {HTMLElement} root
 * @property {number} seconds left when Python spoke
 * @property {number} from when that was, in milliseconds of the page
 * @property {number} timer
 */

const LOW = 20; // seconds from which it is in a hurry
const TENTHS = 10; // seconds from which it shows tenths
const PATIENCE = 150; // milliseconds that the end is told late: the server must agree
const AGAIN = 1000; // milliseconds until it is told again, where nobody has heard of it

/**
 * @param {HTMLElement} parent
 * @returns {Clock}
 */
export function createClock(parent) {
  const root = element(parent, "div", "clock");
  root.setAttribute("role", "timer");
  root.hidden = true;
  return { root, seconds: 0, from: 0, timer: 0 };
}

/**
 * @param {Clock} clock
 * @param {Face | null} face
 * @param {() => void} onEnd called when the time has run out, and again until Python has spoken
 */
export function setClock(clock, face, onEnd) {
  stopClock(clock);
  clock.root.hidden = !face;
  if (!face) return;
  clock.seconds = face.seconds;
  clock.from = performance.now();
  clock.root.classList.toggle("runs", face.runs);
  if (face.runs) tick(clock, onEnd);
  else write(clock, face.seconds);
}

/**
 * Lets a clock stand as it is, as after a move that waits for its answer.
 *
 * @param {Clock} clock
 */
export function stopClock(clock) {
  clearTimeout(clock.timer);
}

/**
 * @param {Clock} clock
 * @param {() => void} onEnd
 */
function tick(clock, onEnd) {
  const left = clock.seconds - (performance.now() - clock.from) / 1000;
  write(clock, Math.max(left, 0));
  const isOver = left <= -PATIENCE / 1000;
  if (isOver) onEnd();
  const pause = isOver ? AGAIN : left > TENTHS ? 200 : 50;
  clock.timer = setTimeout(() => tick(clock, onEnd), pause);
}

/**
 * @param {Clock} clock
 * @param {number} seconds
 */
function write(clock, seconds) {
  clock.root.textContent = timeInDigits(seconds);
  clock.root.classList.toggle("low", seconds < LOW);
}

/**
 * Returns a time as clocks show it: 1:02:03, 4:05, or 0:09.3 when it is short.
 *
 * @param {number} seconds
 */
export function timeInDigits(seconds) {
  if (seconds < TENTHS) return `0:0${(Math.floor(seconds * 10) / 10).toFixed(1)}`;
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
