// The list of moves: shows SAN in two columns and asks Python for another position.

const lists = new WeakMap();

export default function moves({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".moves");
  let list = lists.get(parentElement);
  if (!list) {
    list = { root, body: root.querySelector(".body"), text: "" };
    lists.set(parentElement, list);
  }
  list.data = data;
  // A click within the same run must be told from the one before it: hence the time.
  list.go = (count) => setTriggerValue("go", { count, at: performance.now() });
  fillHeader(root, data);
  fillRows(list);
  connectButtons(list);
  const keys = new AbortController();
  document.addEventListener("keydown", (event) => keyed(list, event), { signal: keys.signal });
  return () => keys.abort();
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
  const targets = { first: 0, previous: shown - 1, next: shown + 1, last: length };
  for (const [name, count] of Object.entries(targets)) {
    const button = list.root.querySelector(`[data-go="${name}"]`);
    button.disabled = count < 0 || count > length || count === shown;
    button.onclick = () => list.go(count);
  }
}

function keyed(list, event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { shown, length } = list.data;
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
