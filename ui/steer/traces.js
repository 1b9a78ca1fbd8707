// Lines of attributes over a game, drawn on while it is played. Python sends the points.

const SVG = "http://www.w3.org/2000/svg";
const FIRST_WIDTH = 420; // before the page has measured itself
const HEIGHT = 150;
const EDGE = { left: 44, right: 12, top: 8, bottom: 20 };
const FEWEST = 20; // half-moves across the figure when the game begins

const drawn = new WeakMap();

export default function traces({ data, parentElement }) {
  const root = parentElement.querySelector(".traces");
  const text = JSON.stringify(data);
  if (drawn.get(root) === text) return;
  drawn.set(root, text);
  root.dataset.count = data.count;
  const width = root.clientWidth || FIRST_WIDTH; // so that letters keep their size
  root.replaceChildren(...data.traces.map((trace) => draw(trace, data, width)));
}

function draw(trace, data, width) {
  const figure = element(null, "div", "trace");
  const head = element(figure, "div", "head");
  element(head, "span", "title").textContent = trace.label;
  for (const side of ["white", "black"]) {
    const points = trace[side];
    const name = element(head, "span", `side ${side}`);
    name.append(`${data.names[side]} `);
    if (points.length) element(name, "b", "").textContent = points.at(-1)[2];
  }
  const svg = shape(figure, "svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": trace.label });
  const values = [...trace.white, ...trace.black].map((point) => point[1]);
  const low = Math.min(0, ...values);
  const highest = Math.max(0, ...values) * 1.05;
  const high = highest > low ? highest : low + 1;
  const last = Math.max(FEWEST, data.count);
  const x = (count) => EDGE.left + (count / last) * (width - EDGE.left - EDGE.right);
  const y = (value) => EDGE.top + ((high - value) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  for (const share of [0, 0.5, 1]) {
    const value = low + share * (high - low);
    shape(svg, "line", { class: "grid", x1: x(0), x2: x(last), y1: y(value), y2: y(value) });
    shape(svg, "text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }).textContent = values.length ? short(value) : "";
  }
  for (let move = 0; move <= last / 2; move += last > 120 ? 20 : last > 50 ? 10 : 5) {
    shape(svg, "text", { x: x(2 * move), y: HEIGHT - 5, "text-anchor": "middle" }).textContent = move;
  }
  if (data.shown < data.count) {
    shape(svg, "line", { class: "mark", x1: x(data.shown), x2: x(data.shown), y1: y(low), y2: y(high) });
  }
  for (const side of ["white", "black"]) {
    const points = trace[side];
    if (!points.length) continue;
    const line = points.map(([count, value]) => `${x(count)},${y(value)}`).join(" ");
    shape(svg, "polyline", { class: side, points: line });
    const [count, value] = points.at(-1);
    shape(svg, "circle", { class: side, cx: x(count), cy: y(value), r: 3.5 });
  }
  return figure;
}

function short(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 10 || size === 0 ? 0 : size >= 1 ? 1 : 2).replace("-", "−");
}

function shape(parent, kind, attributes) {
  const node = document.createElementNS(SVG, kind);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

function element(parent, tag, name) {
  const node = document.createElement(tag);
  node.className = name;
  parent?.append(node);
  return node;
}
