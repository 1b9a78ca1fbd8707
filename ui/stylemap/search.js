// @ts-check
// The search for a player on the map.

import { element } from "../components/dom.js";
import { matching } from "./names.js";
import { buildOverlay, choose } from "./overlay.js";
import { peopleOf, placeOf } from "./places.js";

/** @typedef {import("./types.js").StyleMap} StyleMap */

const SHOWN_FOUND = 8;

/** @param {StyleMap} map */
export function search(map) {
  if (!map.people) return;
  const isAsked = /[\p{L}\p{N}]/u.test(map.input.value);
  map.matches = matching(map.input.value, map.people.folded, map.people.ranks);
  map.active = 0;
  map.stage.classList.toggle("searching", map.matches.length > 0);
  map.count.textContent = isAsked ? counted(map) : "";
  buildOverlay(map);
  showFound(map, document.activeElement === map.input && map.matches.length > 0);
}

/** @param {StyleMap} map */
function counted(map) {
  const count = map.matches.length;
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
  } else if (event.key === "Enter" && shown) {
    take(map, map.matches[map.active]);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!shown) return;
    map.active = (map.active + (event.key === "ArrowDown" ? 1 : shown - 1)) % shown;
    showFound(map, true);
  }
}
