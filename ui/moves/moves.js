// The list of moves: shows SAN in two columns and asks Python for another position.

const ANSWER_LIMIT = 3000; // milliseconds; after that a wish counts as forgotten

const lists = new WeakMap();

export default function moves({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".moves");
  let list = lists.get(parentElement);
  if (!list) {
    list = { root, body: root.querySelector(".body"), text: "", wanted: null, wantedUntil: 0 };
    lists.set(parentElement, list);
  }
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
  list.keys?.abort();
  list.keys = new AbortController();
  document.addEventListener("keydown", (event) => keyed(list, event), { signal: list.keys.signal });
  return () => list.keys.abort();
}

function fillHeader(root, data) {
  root.querySelector(".eco").textContent = data.eco;
  root.querySelector(".opening").textContent = data.opening;
  root.querySelector(".opening").title = data.opening;
}

function fillRows(list) {
  const { data, body } = list;
  const text = JSON.stringify([data.rows, data.empty]);
  if (text !== list.text) {
    list.text = text;
    body.replaceChildren(...(data.rows.length ? data.rows.map((row) => createRow(list, row)) : []));
    if (!data.rows.length) body.append(textElement("p", "empty", data.empty));
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

function createRow(list, row) {
  const line = document.createElement("div");
  line.className = "row";
  line.append(textElement("span", "number", `${row.number}.`));
  for (const cell of row.cells) {
    if (cell === null) {
      line.append(textElement("span", "gap", "…"));
      continue;
    }
    const button = textElement("button", "move", cell.san);
    button.type = "button";
    button.dataset.count = cell.count;
    button.addEventListener("click", () => list.go(cell.count));
    line.append(button);
  }
  return line;
}

// Only the list scrolls; scrollIntoView would move the whole page on a phone.
function scrollTo(body, cell) {
  const top = cell.offsetTop - body.offsetTop;
  if (top < body.scrollTop) body.scrollTop = top - 4;
  else if (top + cell.offsetHeight > body.scrollTop + body.clientHeight) {
    body.scrollTop = top + cell.offsetHeight - body.clientHeight + 4;
  }
}

function connectButtons(list) {
  const { shown, length } = list.data;
  const targets = {
    first: () => 0,
    previous: () => Math.max((list.wanted ?? shown) - 1, 0),
    next: () => Math.min((list.wanted ?? shown) + 1, length),
    last: () => length,
  };
  for (const [name, target] of Object.entries(targets)) {
    const button = list.root.querySelector(`[data-go="${name}"]`);
    button.disabled = name === "first" || name === "previous" ? shown === 0 : shown === length;
    button.onclick = () => list.go(target());
  }
}

function keyed(list, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const length = list.data.length;
  const shown = list.wanted ?? list.data.shown;
  const target = { ArrowLeft: shown - 1, ArrowRight: shown + 1 }[event.key];
  if (target === undefined || target < 0 || target > length || isUsingArrows(event)) return;
  event.preventDefault();
  list.go(target);
}

// Sliders, fields, tabs and menus have their own use for the arrow keys.
function isUsingArrows(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && Boolean(
    target.closest('input, textarea, select, [contenteditable], [role="slider"], [role="tab"], [role="radio"], [role="listbox"], [role="combobox"], [role="application"]'),
  );
}

function textElement(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}
