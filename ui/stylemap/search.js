// @ts-check
// The search for a player on the map.

import { element } from "../components/dom.js";
import { isSurname, matching } from "./names.js";
import { buildOverlay, choose } from "./overlay.js";
import { peopleOf, placeOf } from "./places.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */

const SHOWN_FOUND = 8;
const ASK_AFTER = 200; // milliseconds without a key, until Python is asked whom a text means
const LEAST_ASKED = 3; // letters

/** @param {StyleMap} map */
export function search(map) {
  if (!map.people) return;
  const text = map.input.value.trim();
  const isAsked = /[\p{L}\p{N}]/u.test(text);
  map.matches = matching(text, map.people);
  clearTimeout(map.asking);
  map.asking = 0;
  const answer = map.data.found;
  if (answer?.text === text) map.matches = meantFirst(answer.names, map.people.names, map.matches);
  else if (text.length >= LEAST_ASKED && !isSurname(text, map.matches[0], map.people)) ask(map, text);
  map.active = 0;
  map.stage.classList.toggle("searching", map.matches.length > 0);
  map.count.textContent = isAsked ? counted(map) : "";
  buildOverlay(map);
  showFound(map, document.activeElement === map.input && map.matches.length > 0);
}

/**
 * @param {StyleMap} map
 * @param {string} text
 */
function ask(map, text) {
  map.asking = setTimeout(() => map.send("search", text), ASK_AFTER);
}

/**
 * Whom Python takes a text for, and then those whose names hold it.
 *
 * @param {string[]} meant
 * @param {string[]} names
 * @param {number[]} rows
 */
function meantFirst(meant, names, rows) {
  const first = meant.map((name) => names.indexOf(name)).filter((row) => row >= 0);
  return [...new Set([...first, ...rows])];
}

/**
 * Takes up what Python answered, if it answered what stands in the field.
 *
 * @param {StyleMap} map
 */
export function answered(map) {
  if (!map.asking || map.data.found?.text !== map.input.value.trim()) return;
  search(map);
  if (map.hurried && map.matches.length) take(map, map.matches[0]);
  map.hurried = false;
}

/**
 * Notes that another text is typed.
 *
 * @param {StyleMap} map
 */
export function typed(map) {
  map.hurried = false;
  search(map);
}

/** @param {StyleMap} map */
function counted(map) {
  const count = map.matches.length;
  if (count === 0 && map.asking) return "looking…";
  return count === 0 ? "nobody by that name" : count === 1 ? "1 player, marked red" : `${count} players, marked red`;
}

/**
 * @param {StyleMap} map
 * @param {boolean} isOpen
 */
export function showFound(map, isOpen) {
  map.input.setAttribute("aria-expanded", String(isOpen));
  map.found.hidden = !isOpen;
  map.found.replaceChildren();
  if (!isOpen) return;
  const { names, lines } = peopleOf(map);
  map.matches.slice(0, SHOWN_FOUND).forEach((row, index) => {
    const entry = element(map.found, "li", "", names[row]);
    entry.setAttribute("role", "option");
    entry.setAttribute("aria-selected", String(index === map.active));
    element(entry, "small", "", lines[row]);
    entry.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus
    entry.addEventListener("click", () => take(map, row));
  });
}

/**
 * @param {StyleMap} map
 * @param {number} row
 */
function take(map, row) {
  map.input.value = "";
  map.input.blur();
  search(map);
  choose(map, { name: peopleOf(map).names[row] }, placeOf(map, row));
}

/**
 * @param {StyleMap} map
 * @param {KeyboardEvent} event
 */
export function searchKey(map, event) {
  const shown = Math.min(map.matches.length, SHOWN_FOUND);
  if (event.key === "Escape") {
    map.input.value = "";
    search(map);
  } else if (event.key === "Enter") {
    if (map.asking && map.active === 0) map.hurried = true;
    else if (shown) take(map, map.matches[map.active]);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!shown) return;
    map.active = (map.active + (event.key === "ArrowDown" ? 1 : shown - 1)) % shown;
    showFound(map, true);
  }
}
