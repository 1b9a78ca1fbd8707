// The style map. Plotly draws thousands of points; this file keeps the view through every rerun,
// draws what moves (marker, path, names) on top, and tells Python where a hand pointed, in two and
// in three dimensions. Python sends columns of points once, as a file, and then only names of
// columns and a few places.

const CLICK_REACH = { mouse: 9, touch: 20 }; // pixels between a pointer and the point it means
const MARK_REACH = 7; // pixels, about the size of a mark
const CLICK_MOVES = 6; // pixels; beyond that it was a drag
const SHOWN_FOUND = 8;
const SHOWN_MATCHES = 300;
const FOLLOW = 700; // milliseconds for which names follow a view that may still be moving
const ANSWER_LIMIT = 15000; // milliseconds until a click that got no answer is forgotten
const SVG = "http://www.w3.org/2000/svg";
const UNKNOWN = "rgba(127,140,135,0.45)";

const maps = new WeakMap(); // by the element that a map is mounted in
const files = new Map(); // what was loaded, by address
const views = new Map(); // what a person zoomed or turned to, by view; outlives the mounted map

export default function stylemap({ data, parentElement, setTriggerValue }) {
  let map = maps.get(parentElement);
  if (!map) {
    map = createMap(parentElement.querySelector(".stylemap"));
    maps.set(parentElement, map);
  }
  map.send = setTriggerValue;
  map.data = data;
  update(map);
}

function createMap(root) {
  const find = (selector) => root.querySelector(selector);
  const map = {
    root,
    stage: find(".stage"),
    plot: find(".plot"),
    overlay: find(".overlay"),
    tip: find(".tip"),
    status: find(".status"),
    count: find(".count"),
    legend: find(".legend"),
    input: find("input"),
    found: find(".found"),
    data: null, // what Python sent last
    send: null, // sends an event to Python
    plotly: null, // the library
    points: null, // {count, columns: {name: Float32Array}}
    people: null, // {names, lines, tops, folded}
    drawn: "", // what the figure on screen was made from
    run: 0, // counts updates, so that a slow one cannot overtake
    items: [], // what lies over the figure: {node, place, label}
    hovered: -1, // row under the pointer
    pointer: null, // where the pointer is, until the next frame looks what is there
    asked: null, // {place, timer}: a click without an answer yet
    press: null, // {x, y, type}: the pointer that is down
    followUntil: 0,
    following: false,
    matches: [],
    active: 0, // which of the names found is marked
  };
  listen(map);
  return map;
}

function listen(map) {
  const { plot } = map;
  plot.addEventListener("pointerdown", (event) => pressed(map, event), true);
  plot.addEventListener("pointermove", (event) => hovered(map, event), true);
  plot.addEventListener("pointerleave", () => {
    map.pointer = null;
    hover(map, -1);
  });
  plot.addEventListener("wheel", () => follow(map), { capture: true, passive: true });
  map.root.querySelector(".buttons").addEventListener("click", (event) => {
    const action = event.target.closest("button")?.dataset.do;
    if (action && map.drawn) zoom(map, action);
  });
  map.input.addEventListener("input", () => search(map));
  map.input.addEventListener("focus", () => search(map));
  map.input.addEventListener("blur", () => setTimeout(() => showFound(map, false), 150));
  map.input.addEventListener("keydown", (event) => searchKey(map, event));
  new ResizeObserver(() => resized(map)).observe(map.stage);
  const theme = matchMedia("(prefers-color-scheme: dark)");
  // Streamlit changes its colours a moment after the system did.
  theme.addEventListener("change", () => setTimeout(() => map.root.isConnected && update(map), 400));
}

// ---- what Python sends ----

async function update(map) {
  const run = ++map.run;
  const { data } = map;
  try {
    const [plotly, points, people] = await Promise.all([
      loaded(data.library, loadLibrary),
      loaded(data.points.url, (url) => loadPoints(url, data.points)),
      loaded(data.people, loadPeople),
    ]);
    if (run !== map.run || !map.root.isConnected) return;
    Object.assign(map, { plotly, points, people });
    await draw(map);
  } catch (error) {
    if (run !== map.run) return;
    map.status.textContent = "The map could not be drawn. Reload the page to try again.";
    console.warn("style map:", error);
    return;
  }
  if (run !== map.run) return;
  map.status.textContent = "";
  forgetAsked(map);
  drawLegend(map);
  buildOverlay(map);
  map.root.dataset.rev = data.revision;
  map.root.dataset.view = data.view.key;
  // For tests and the curious: where in the window a player's point lies.
  map.root.pixelOf = (name) => {
    const row = map.people.names.indexOf(name);
    return row < 0 ? null : inWindow(map, pixel(map, placeOf(map, row)));
  };
}

function loaded(url, load) {
  if (!files.has(url)) {
    const promise = load(url);
    promise.catch(() => files.delete(url)); // so that the next update tries again
    files.set(url, promise);
  }
  return files.get(url);
}

function loadLibrary(url) {
  if (window.Plotly?.react) return Promise.resolve(window.Plotly);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error(`cannot load ${url}`));
    document.head.append(script);
  });
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

async function loadPoints(url, { count, columns }) {
  const buffer = await (await fetched(url)).arrayBuffer();
  const found = {};
  columns.forEach((name, index) => {
    found[name] = new Float32Array(buffer, index * count * 4, count);
  });
  return { count, columns: found };
}

async function loadPeople(url) {
  const people = await (await fetched(url)).json();
  return { ...people, folded: people.names.map(fold) };
}

// ---- the figure ----

async function draw(map) {
  const { data, plot } = map;
  const box = map.stage.getBoundingClientRect();
  if (!box.width) return; // hidden; it is drawn when it gets a size
  const theme = colors(map);
  const key = JSON.stringify([data.points.url, data.view, data.color, theme]);
  if (key === map.drawn) return;
  hover(map, -1);
  const figure = makeFigure(map, theme);
  await map.plotly.react(plot, figure.traces, figure.layout, {
    displayModeBar: false,
    doubleClick: false,
    scrollZoom: true,
    responsive: false,
    showTips: false,
  });
  map.drawn = key;
  plot.removeAllListeners?.("plotly_relayout");
  plot.removeAllListeners?.("plotly_relayouting");
  plot.on("plotly_relayout", () => {
    keepView(map);
    follow(map);
  });
  plot.on("plotly_relayouting", () => placeOverlay(map));
}

function colors(map) {
  const style = getComputedStyle(map.root);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    text: value("--st-text-color"),
    font: value("--st-font"),
    line: value("--st-border-color"),
  };
}

function makeFigure(map, theme) {
  const { data, points } = map;
  const columns = data.view.columns.map((name) => points.columns[name]);
  const shade = points.columns[data.color.column];
  const known = [];
  const unknown = [];
  for (let row = 0; row < points.count; row++) {
    if (columns.some((column) => Number.isNaN(column[row]))) continue;
    (Number.isNaN(shade[row]) ? unknown : known).push(row);
  }
  const is3d = columns.length === 3;
  const many = points.count > 8000;
  const trace = (rows, marker) => {
    const [x, y, z] = columns.map((column) => Float32Array.from(rows, (row) => column[row]));
    const place = is3d ? { type: "scatter3d", x, y, z } : { type: "scattergl", x, y };
    const size = is3d ? (many ? 1.8 : 3.4) : many ? 3.2 : 6;
    return { ...place, mode: "markers", hoverinfo: "skip", marker: { size, ...marker } };
  };
  const traces = [
    trace(unknown, { color: UNKNOWN }),
    trace(known, {
      color: Float32Array.from(known, (row) => shade[row]),
      colorscale: data.color.scale,
      cmin: data.color.low,
      cmax: data.color.high,
      opacity: many ? 0.7 : 0.85,
      line: { width: 0 },
    }),
  ];
  const kept = views.get(data.view.key);
  const axis = (index) => ({
    title: { text: data.view.titles[index], font: { size: 12 }, standoff: 4 },
    range: kept?.ranges?.[index] ?? extent(columns[index]),
    gridcolor: is3d ? theme.line : "rgba(127,140,135,0.22)",
    zerolinecolor: is3d ? theme.line : "rgba(127,140,135,0.4)",
    // Only measured axes have numbers that mean something; elsewhere a grid would pretend so.
    showticklabels: data.view.ticks,
    showgrid: data.view.ticks || is3d,
    zeroline: data.view.ticks,
    showline: data.view.ticks,
    tickfont: { size: 10 },
    linecolor: is3d ? theme.line : "rgba(127,140,135,0.4)",
    showspikes: false,
    backgroundcolor: "rgba(0,0,0,0)",
  });
  const layout = {
    autosize: true,
    margin: is3d ? { l: 0, r: 0, t: 0, b: 0 } : { l: data.view.titles[1] ? 34 : 6, r: 8, t: 8, b: data.view.titles[0] ? 32 : 6 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, color: theme.text, size: 12 },
    showlegend: false,
    hovermode: false,
    dragmode: is3d ? "orbit" : "pan",
    uirevision: data.view.key,
  };
  if (is3d) {
    layout.scene = {
      xaxis: axis(0),
      yaxis: axis(1),
      zaxis: axis(2),
      aspectmode: "cube",
      hovermode: false,
      dragmode: "orbit",
      camera: kept?.camera ?? firstCamera(),
      uirevision: data.view.key,
    };
  } else {
    Object.assign(layout, { xaxis: axis(0), yaxis: axis(1) });
  }
  return { traces, layout };
}

function firstCamera() {
  return { eye: { x: 1, y: 1, z: 0.6 }, center: { x: 0, y: 0, z: -0.04 }, up: { x: 0, y: 0, z: 1 } };
}

function extent(column) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of column) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high >= low)) return [-1, 1];
  const margin = (high - low) * 0.05 || 1;
  return [low - margin, high + margin];
}

function is3d(map) {
  return map.data.view.columns.length === 3;
}

function keepView(map) {
  const full = map.plot._fullLayout;
  const key = map.data.view.key;
  if (!full || JSON.parse(map.drawn || "[]")[1]?.key !== key) return; // of the view before
  if (is3d(map)) {
    if (full.scene) views.set(key, { camera: structuredClone(full.scene._scene.getCamera()) });
  } else {
    views.set(key, { ranges: [[...full.xaxis.range], [...full.yaxis.range]] });
  }
}

function zoom(map, action) {
  const { plot, data } = map;
  const key = data.view.key;
  const columns = data.view.columns.map((name) => map.points.columns[name]);
  const factor = { in: 0.7, out: 1 / 0.7 }[action];
  if (is3d(map)) {
    const camera = factor ? plot._fullLayout.scene._scene.getCamera() : firstCamera();
    if (factor) for (const axis of "xyz") camera.eye[axis] *= factor;
    views.set(key, { camera });
    map.plotly.relayout(plot, { "scene.camera": camera });
  } else {
    const ranges = [plot._fullLayout.xaxis, plot._fullLayout.yaxis].map((axis, index) => {
      if (!factor) return extent(columns[index]);
      const middle = (axis.range[0] + axis.range[1]) / 2;
      return axis.range.map((end) => middle + (end - middle) * factor);
    });
    views.set(key, { ranges });
    map.plotly.relayout(plot, { "xaxis.range": ranges[0], "yaxis.range": ranges[1] });
  }
  follow(map);
}

function resized(map) {
  if (!map.data || !map.stage.clientWidth) return;
  if (!map.drawn) {
    if (map.plotly) update(map);
    return;
  }
  map.plotly.Plots.resize(map.plot).then(() => placeOverlay(map));
}

// ---- places and pixels ----

function placeOf(map, row) {
  return map.data.view.columns.map((name) => map.points.columns[name][row]);
}

// Where on the stage a place lies: [x, y, depth], or null if it is out of sight.
function pixel(map, place) {
  return projector(map)(place);
}

function projector(map) {
  const full = map.plot._fullLayout;
  if (!full) return () => null;
  return is3d(map) ? projector3d(full) : projector2d(full);
}

function projector2d({ xaxis, yaxis }) {
  const [x0, x1] = xaxis.range;
  const [y0, y1] = yaxis.range;
  const xUnit = xaxis._length / (x1 - x0);
  const yUnit = yaxis._length / (y1 - y0);
  return ([x, y], at = [0, 0, 0]) => {
    const right = (x - x0) * xUnit;
    const down = (y1 - y) * yUnit;
    if (!(right >= 0 && right <= xaxis._length && down >= 0 && down <= yaxis._length)) return null;
    at[0] = xaxis._offset + right;
    at[1] = yaxis._offset + down;
    return at;
  };
}

function projector3d({ scene, _size }) {
  const inner = scene?._scene;
  const camera = inner?.glplot?.cameraParams;
  if (!camera) return () => null;
  const matrix = multiply(camera.projection, multiply(camera.view, camera.model));
  const scale = inner.dataScale ?? [1, 1, 1];
  const { l, t, w, h } = _size;
  return (place, at = [0, 0, 0]) => {
    const x = place[0] * scale[0];
    const y = place[1] * scale[1];
    const z = place[2] * scale[2];
    const depth = matrix[3] * x + matrix[7] * y + matrix[11] * z + matrix[15];
    if (!(depth > 0)) return null;
    const right = (matrix[0] * x + matrix[4] * y + matrix[8] * z + matrix[12]) / depth;
    const up = (matrix[1] * x + matrix[5] * y + matrix[9] * z + matrix[13]) / depth;
    at[0] = l + (w * (right + 1)) / 2;
    at[1] = t + (h * (1 - up)) / 2;
    at[2] = depth;
    return at;
  };
}

// Both as WebGL has them: 16 numbers, column by column.
function multiply(a, b) {
  const product = Array.from({ length: 16 }, () => 0);
  for (let column = 0; column < 4; column++) {
    for (let row = 0; row < 4; row++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + row] * b[column * 4 + k];
      product[column * 4 + row] = sum;
    }
  }
  return product;
}

function inWindow(map, at) {
  if (!at) return null;
  const box = map.stage.getBoundingClientRect();
  return [box.left + map.stage.clientLeft + at[0], box.top + map.stage.clientTop + at[1]];
}

function onStage(map, event) {
  const box = map.stage.getBoundingClientRect();
  return [event.clientX - box.left - map.stage.clientLeft, event.clientY - box.top - map.stage.clientTop];
}

function placeUnder(map, [x, y]) {
  const { xaxis, yaxis } = map.plot._fullLayout;
  const right = (x - xaxis._offset) / xaxis._length;
  const down = (y - yaxis._offset) / yaxis._length;
  if (right < 0 || right > 1 || down < 0 || down > 1) return null;
  const [x0, x1] = xaxis.range;
  const [y0, y1] = yaxis.range;
  return [x0 + right * (x1 - x0), y1 - down * (y1 - y0)];
}

// The name and place nearest to a pixel, null if none is within reach. What is drawn on top is meant
// first: a person's own styles, then players with a mark. Of the others, in three dimensions, the
// one in front is meant where several are under the very pointer.
function pick(map, [x, y], reach) {
  const project = projector(map);
  const columns = map.data.view.columns.map((name) => map.points.columns[name]);
  const isDeep = columns.length === 3;
  let best = null;
  let least = reach * reach;
  const seen = [0, 0, 0]; // one for all: there may be many thousands of points
  const consider = (row, place) => {
    const at = project(place, seen);
    if (!at) return;
    const distance = (at[0] - x) ** 2 + (at[1] - y) ** 2;
    const areBothHit = isDeep && best && distance < 16 && least < 16;
    if (areBothHit ? at[2] >= best.depth : distance >= least) return;
    best = { row, place: [...place], depth: at[2] };
    least = Math.min(distance, least);
  };
  const guests = guestsOf(map);
  guests.forEach((guest, index) => consider(-2 - index, guest.place));
  if (best) return { ...best, name: guests[-2 - best.row].name };
  least = Math.min(reach, MARK_REACH) ** 2;
  for (const item of map.items) {
    if (item.row !== undefined) consider(item.row, item.place);
  }
  if (best) return { ...best, name: map.people.names[best.row] };
  least = reach * reach;
  const place = columns.map(() => 0);
  for (let row = 0; row < map.points.count; row++) {
    for (let axis = 0; axis < columns.length; axis++) place[axis] = columns[axis][row];
    consider(row, place);
  }
  return best && { ...best, name: map.people.names[best.row] };
}

function guestsOf(map) {
  return map.data.guests ?? [];
}

// ---- the hand ----

function pressed(map, event) {
  if (!map.drawn || !event.isPrimary || event.button > 0) return;
  const press = { x: event.clientX, y: event.clientY, type: event.pointerType, moved: false };
  map.press = press;
  hover(map, -1);
  follow(map);
  // Plotly covers the window while a button is down, so what follows is heard there.
  const move = (next) => {
    press.moved ||= Math.hypot(next.clientX - press.x, next.clientY - press.y) > CLICK_MOVES;
    follow(map);
  };
  const end = (last) => {
    window.removeEventListener("pointermove", move, true);
    window.removeEventListener("pointerup", end, true);
    window.removeEventListener("pointercancel", end, true);
    map.press = null;
    follow(map);
    move(last);
    if (last.type === "pointerup" && !press.moved) clicked(map, last);
  };
  window.addEventListener("pointermove", move, true);
  window.addEventListener("pointerup", end, true);
  window.addEventListener("pointercancel", end, true);
}

function clicked(map, event) {
  const at = onStage(map, event);
  const reach = event.pointerType === "touch" ? CLICK_REACH.touch : CLICK_REACH.mouse;
  const found = pick(map, at, reach);
  if (found) {
    choose(map, { name: found.name }, found.place);
  } else if (!is3d(map)) {
    const place = placeUnder(map, at);
    if (place) choose(map, { place, view: map.data.view.key }, place);
  }
}

function choose(map, event, place) {
  forgetAsked(map);
  map.asked = { place, timer: setTimeout(() => {
    forgetAsked(map);
    buildOverlay(map);
  }, ANSWER_LIMIT) };
  buildOverlay(map);
  map.send("choose", { ...event, at: performance.now() });
}

function forgetAsked(map) {
  if (map.asked) clearTimeout(map.asked.timer);
  map.asked = null;
}

function hovered(map, event) {
  if (!map.drawn || map.press || event.pointerType === "touch") return;
  const isWaiting = map.pointer !== null;
  map.pointer = onStage(map, event);
  if (isWaiting) return;
  requestAnimationFrame(() => {
    const at = map.pointer;
    map.pointer = null;
    if (!at || map.press || !map.root.isConnected) return;
    const found = pick(map, at, CLICK_REACH.mouse);
    hover(map, found ? found.row : -1, found);
  });
}

function hover(map, row, found) {
  if (row === map.hovered) return;
  map.hovered = row;
  map.stage.classList.toggle("onpoint", row !== -1);
  map.overlay.querySelector(".hovered")?.remove();
  map.items = map.items.filter((item) => item.kind !== "hovered");
  map.tip.hidden = row === -1;
  if (row === -1) return;
  map.items.push({ kind: "hovered", place: found.place, node: circle(map.overlay, "hovered", 8) });
  fillTip(map, row, found);
  placeOverlay(map);
}

function fillTip(map, row, { name, place }) {
  map.tip.replaceChildren();
  add(map.tip, "b", name);
  if (row >= 0) {
    add(map.tip, "span", map.people.lines[row]);
    if (map.people.tops[row]) add(map.tip, "span", map.people.tops[row]);
  } else {
    add(map.tip, "span", "your own style");
  }
  const at = pixel(map, place);
  if (!at) return;
  const isRight = at[0] > map.stage.clientWidth - 265;
  const isLow = at[1] > map.stage.clientHeight - 110;
  map.tip.style.transform = `translate(${at[0] + (isRight ? -14 : 14)}px, ${at[1] + (isLow ? -10 : 10)}px) translate(${isRight ? "-100%" : "0"}, ${isLow ? "-100%" : "0"})`;
  map.tip.style.left = "0";
  map.tip.style.top = "0";
}

// ---- what lies over the figure ----

function buildOverlay(map) {
  const { data, overlay } = map;
  if (!map.people || !map.drawn) return;
  overlay.replaceChildren();
  map.hovered = -1;
  map.tip.hidden = true;
  map.items = [];
  if (data.path) {
    map.items.push({ kind: "route", line: data.path.places, node: shape(overlay, "path", "route") });
  }
  for (const name of data.landmarks) {
    const row = map.people.names.indexOf(name);
    const isShown = row >= 0 && name !== data.marker?.name && !data.path?.names.includes(name);
    if (isShown) addItem(map, "landmark", placeOf(map, row), circle(overlay, "landmark", 4.5), family(name), row);
  }
  for (const row of map.matches.slice(0, SHOWN_MATCHES)) {
    addItem(map, "match", placeOf(map, row), circle(overlay, "match", 5), "", row);
  }
  if (data.path) {
    for (const [index, end] of [data.path.places[0], data.path.places.at(-1)].entries()) {
      addItem(map, "end", end, circle(overlay, "end", 5), data.path.ends[index]);
    }
  }
  for (const guest of guestsOf(map)) {
    const node = group(overlay, "guest");
    const diamond = shape(node, "rect");
    setAll(diamond, { x: -6, y: -6, width: 12, height: 12, transform: "rotate(45)" });
    addItem(map, "guest", guest.place, node, guest.name);
  }
  if (data.marker) {
    const node = group(overlay, "marker");
    setAll(shape(node, "circle", "halo"), { r: 15 });
    setAll(shape(node, "circle", "dot"), { r: 7.5 });
    addItem(map, "marker", data.marker.place, node, data.marker.label);
  }
  if (map.asked) addItem(map, "asked", map.asked.place, circle(overlay, "asked", 8));
  placeOverlay(map);
}

function addItem(map, kind, place, node, label, row) {
  const item = { kind, place, node, row, text: null };
  if (label) {
    item.text = shape(node, "text");
    item.text.textContent = label;
  }
  map.items.push(item);
}

function placeOverlay(map) {
  if (!map.drawn) return;
  const project = projector(map);
  const taken = [];
  // Later kinds matter more: their names get room first.
  for (const item of [...map.items].reverse()) {
    if (item.kind === "route") {
      const seen = item.line.map((place) => project(place)); // map would hand on more
      const steps = seen.map((at, index) => at && `${index && seen[index - 1] ? "L" : "M"}${at[0].toFixed(1)} ${at[1].toFixed(1)}`);
      item.node.setAttribute("d", steps.filter(Boolean).join(""));
      continue;
    }
    const at = project(item.place);
    item.node.style.display = at ? "" : "none";
    if (!at) continue;
    item.node.setAttribute("transform", `translate(${at[0].toFixed(1)} ${at[1].toFixed(1)})`);
    if (item.text) placeName(map, item, at, taken);
  }
}

function placeName(map, item, [x, y], taken) {
  const width = item.text.textContent.length * 6.9 + 6;
  const gap = item.kind === "marker" ? 13 : 9;
  const isLeft = x + gap + width > map.stage.clientWidth;
  setAll(item.text, { x: isLeft ? -gap : gap, y: 4, "text-anchor": isLeft ? "end" : "start" });
  const left = isLeft ? x - gap - width : x + gap;
  const box = [left, y - 9, left + width, y + 9];
  const isFree = taken.every(
    (other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3],
  );
  item.text.style.display = isFree || item.kind === "marker" ? "" : "none";
  if (isFree || item.kind === "marker") taken.push(box);
}

// Keep names on their points while a view may be moving.
function follow(map) {
  map.followUntil = performance.now() + FOLLOW;
  if (map.following) return;
  map.following = true;
  const step = () => {
    placeOverlay(map);
    if (map.root.isConnected && performance.now() < map.followUntil) {
      requestAnimationFrame(step);
    } else {
      map.following = false;
      if (is3d(map) && map.root.isConnected) keepView(map);
    }
  };
  requestAnimationFrame(step);
}

function drawLegend(map) {
  const { color } = map.data;
  map.legend.replaceChildren();
  add(map.legend, "span", color.title).className = "title";
  if (color.groups) {
    for (const entry of color.groups) addKey(map.legend, entry.color, entry.name);
  } else {
    const scale = add(map.legend, "span", "");
    scale.className = "scale";
    add(scale, "span", color.ends[0]);
    const bar = add(scale, "span", "");
    bar.className = "bar";
    const stops = color.scale.map(([at, shade]) => `${shade} ${(at * 100).toFixed(0)}%`);
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    add(scale, "span", color.ends[1]);
  }
  const shade = map.points.columns[color.column];
  if (shade.some(Number.isNaN)) addKey(map.legend, UNKNOWN, "unknown");
}

function addKey(legend, color, name) {
  const key = add(legend, "span", "");
  key.className = "key";
  add(key, "i", "").style.background = color;
  add(key, "span", name);
}

// ---- search ----

function search(map) {
  if (!map.people) return;
  const words = fold(map.input.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  map.matches = [];
  if (words.length) {
    map.people.folded.forEach((name, row) => {
      if (words.every((word) => name.includes(word))) map.matches.push(row);
    });
    if (!map.matches.length) map.matches = misspelt(map, words);
    // Exact family names first, then names that begin with the text, then those with most games.
    const tier = (row) => {
      const name = map.people.folded[row];
      return family(name) === words.join(" ") ? 0 : name.startsWith(words[0]) ? 1 : 2;
    };
    map.matches.sort((a, b) => tier(a) - tier(b) || map.people.ranks[a] - map.people.ranks[b]);
  }
  map.active = 0;
  map.stage.classList.toggle("searching", words.length > 0 && map.matches.length > 0);
  map.count.textContent = words.length ? counted(map) : "";
  buildOverlay(map);
  showFound(map, document.activeElement === map.input && map.matches.length > 0);
}

function counted(map) {
  const count = map.matches.length;
  return count === 0 ? "nobody by that name" : count === 1 ? "1 player, marked red" : `${count} players, marked red`;
}

function showFound(map, isOpen) {
  map.input.setAttribute("aria-expanded", String(isOpen));
  map.found.hidden = !isOpen;
  map.found.replaceChildren();
  if (!isOpen) return;
  map.matches.slice(0, SHOWN_FOUND).forEach((row, index) => {
    const entry = add(map.found, "li", map.people.names[row]);
    entry.setAttribute("role", "option");
    entry.setAttribute("aria-selected", String(index === map.active));
    add(entry, "small", map.people.lines[row]);
    entry.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus
    entry.addEventListener("click", () => take(map, row));
  });
}

function take(map, row) {
  map.input.value = "";
  map.input.blur();
  search(map);
  choose(map, { name: map.people.names[row] }, placeOf(map, row));
}

function searchKey(map, event) {
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

// Players in whose names each word of four letters or more has its like, a letter or two wrong.
function misspelt(map, words) {
  const rows = [];
  map.people.folded.forEach((name, row) => {
    const known = name.split(/[^\p{L}\p{N}]+/u);
    const isNear = (word) => {
      const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
      return known.some((other) => wrongLetters(word, other, most) <= most);
    };
    if (words.every(isNear)) rows.push(row);
  });
  return rows;
}

// How many letters must be put in, left out or exchanged; more than `most` is not counted out.
function wrongLetters(word, other, most) {
  if (Math.abs(word.length - other.length) > most) return most + 1;
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= word.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const change = above[column - 1] + (word[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(change, above[column] + 1, line[column - 1] + 1));
    }
    above = line;
  }
  return above[other.length];
}

const STROKES = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };

function fold(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[łøđðþæœıß]/g, (letter) => STROKES[letter]);
}

function family(name) {
  return name.split(",")[0];
}

// ---- small hands ----

function add(parent, tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  parent.append(node);
  return node;
}

function shape(parent, tag, kind) {
  const node = document.createElementNS(SVG, tag);
  if (kind) node.setAttribute("class", kind);
  parent.append(node);
  return node;
}

function group(parent, kind) {
  return shape(parent, "g", kind);
}

function circle(parent, kind, radius) {
  const node = group(parent, kind);
  shape(node, "circle").setAttribute("r", radius);
  return node;
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}
