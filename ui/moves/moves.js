// @ts-check
// The list of moves: shows SAN in two columns and asks Python for another position.

import { element, find } from "../components/dom.js";

/** @typedef {{san: string, count: number, sign?: string, word?: string, own?: string}} Cell */
/** @typedef {{number: number, cells: (Cell | null)[]}} Row */
/**
 * What Python sends.
 *
 * @typedef {object} MovesData
 * @property {Row[]} rows
 * @property {number} shown moves after which the position on screen stands
 * @property {number} length moves in the game
 * @property {string} eco
 * @property {string} opening
 * @property {string} empty what to say while there are no moves
 */
/**
 * A mounted list.
 *
 * @typedef {object} List
 * @property {HTMLElement} root
 * @property {HTMLElement} body
 * @property {string} text what the rows on screen were made from
 * @property {number | null} wanted count that was asked for and not answered yet
 * @property {number} wantedUntil
 * @property {MovesData} data
 * @property {(count: number) => void} go
 * @property {AbortController} keys takes the page's keys back
 */

const ANSWER_LIMIT = 3000; // milliseconds; after that a wish counts as forgotten

/** @type {WeakMap<Node, List>} */
const lists = new WeakMap();

/** @param {import("../components/component.js").Component<MovesData>} component */
export default function moves({ data, parentElement, setTriggerValue }) {
  const root = find(parentElement, ".moves");
  /** @type {List} */
  const list = lists.get(parentElement) ?? {
    root, data, body: find(root, ".body"), text: "", wanted: null, wantedUntil: 0,
    go: () => {}, keys: new AbortController(),
  };
  lists.set(parentElement, list);
  list.data = data;
  // Until Python has answered, the next step counts from where the last one led.
  if (list.wanted === data.shown || performance.now() > list.wantedUntil) list.wanted = null;
  list.go = (count) => {
    list.wanted = count;
    list.wantedUntil = performance.now() + ANSWER_LIMIT;
    // The same wish twice must be told apart: hence the time.
    setTriggerValue("go", { count, at: performance.now() });
  };
  fillHeader(root, data);
  fillRows(list);
  connectButtons(list);
  // The clean-up runs when the list leaves the page, not before each run of this script.
  list.keys.abort();
  list.keys = new AbortController();
  document.addEventListener("keydown", (event) => keyed(list, event), { signal: list.keys.signal });
  return () => list.keys.abort();
}

/**
 * @param {HTMLElement} root
 * @param {MovesData} data
 */
function fillHeader(root, data) {
  find(root, ".eco").textContent = data.eco;
  const opening = find(root, ".opening");
  opening.textContent = opening.title = data.opening;
}

/** @param {List} list */
function fillRows(list) {
  const { data, body } = list;
  const text = JSON.stringify([data.rows, data.empty]);
  if (text !== list.text) {
    list.text = text;
    body.replaceChildren(...(data.rows.length ? data.rows.map((row) => createRow(list, row)) : []));
    if (!data.rows.length) element(body, "p", "empty", data.empty);
  }
  for (const cell of body.querySelectorAll("button")) {
    const isShown = Number(cell.dataset.count) === data.shown;
    cell.classList.toggle("shown", isShown);
    if (isShown) cell.setAttribute("aria-current", "true");
    else cell.removeAttribute("aria-current");
    if (isShown) scrollTo(body, cell);
  }
  if (data.shown === 0) body.scrollTop = 0;
}

/**
 * @param {List} list
 * @param {Row} row
 */
function createRow(list, row) {
  const line = element(null, "div", "row");
  element(line, "span", "number", `${row.number}.`);
  for (const cell of row.cells) {
    if (cell === null) {
      element(line, "span", "gap", "…");
      continue;
    }
    const button = element(line, "button", "move", cell.san);
    button.type = "button";
    button.dataset.count = String(cell.count);
    if (cell.sign) {
      element(button, "span", `sign ${cell.word}`, cell.sign).title = cell.word ?? "";
    }
    if (cell.own) {
      const mark = element(button, "span", "own", "◆");
      mark.title = cell.own;
      mark.setAttribute("aria-hidden", "true");
      button.setAttribute("aria-label", `${cell.san}, ${cell.own}`);
    }
    button.addEventListener("click", () => list.go(cell.count));
  }
  return line;
}

/**
 * Only the list scrolls; scrollIntoView would move the whole page on a phone.
 *
 * @param {HTMLElement} body
 * @param {HTMLElement} cell
 */
function scrollTo(body, cell) {
  const top = cell.offsetTop - body.offsetTop;
  if (top < body.scrollTop) body.scrollTop = top - 4;
  else if (top + cell.offsetHeight > body.scrollTop + body.clientHeight) {
    body.scrollTop = top + cell.offsetHeight - body.clientHeight + 4;
  }
}

/** @param {List} list */
function connectButtons(list) {
  const { shown, length } = list.data;
  const targets = {
    first: () => 0,
    previous: () => Math.max((list.wanted ?? shown) - 1, 0),
    next: () => Math.min((list.wanted ?? shown) + 1, length),
    last: () => length,
  };
  for (const [name, target] of Object.entries(targets)) {
    const button = /** @type {HTMLButtonElement} */ (find(list.root, `[data-go="${name}"]`));
    button.disabled = name === "first" || name === "previous" ? shown === 0 : shown === length;
    button.onclick = () => list.go(target());
  }
}

/**
 * @param {List} list
 * @param {KeyboardEvent} event
 */
function keyed(list, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const length = list.data.length;
  const shown = list.wanted ?? list.data.shown;
  const target = { ArrowLeft: shown - 1, ArrowRight: shown + 1 }[event.key];
  if (target === undefined || target < 0 || target > length || isUsingArrows(event)) return;
  event.preventDefault();
  list.go(target);
}

/**
 * Sliders, fields, tabs and menus have their own use for the arrow keys; a board that is played by
 * hand has none.
 *
 * @param {KeyboardEvent} event
 */
function isUsingArrows(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && Boolean(
    target.closest('input, textarea, select, [contenteditable], [role="slider"], [role="tab"], [role="radio"], [role="listbox"], [role="combobox"], [role="application"]:not(.by-hand)'),
  );
}
