// A slider with everything that hangs on it: the board's arrows, the moves' chances, the measured
// curve and what else moves. Python sends the figures for every place of the slider at once, so
// they follow a finger without asking anybody; where the finger stops is sent back.

const SVG = "http://www.w3.org/2000/svg";
const ROW = 29; // pixels
const ROWS = 6;
const LEAKS = 6;
const ANSWER_LIMIT = 4000; // milliseconds; after that Python's word counts again
const SEND_AFTER = 120; // milliseconds of rest, so that a held key does not flood the server
const FIRST_WIDTH = 400; // before the page has measured itself
const HEIGHT = 200;
const EDGE = { left: 34, right: 10, top: 12, bottom: 32 };

// The script runs again on every change of data, so what lasts is kept per mounted dial.
const dials = new WeakMap();

export default function dial({ data, parentElement, setTriggerValue }) {
  let view = dials.get(parentElement);
  if (!view) {
    view = createDial(parentElement.querySelector(".dial"));
    dials.set(parentElement, view);
  }
  view.send = setTriggerValue;
  update(view, data);
}

function createDial(root) {
  const find = (name) => root.querySelector(name);
  const view = {
    root, find, data: null, send: null,
    slider: find("input"),
    wanted: null, // place where the person left the slider and Python does not know it yet
    wantedUntil: 0,
    held: false,
    timer: 0,
    rows: [],
    width: FIRST_WIDTH, // of the curve, so that its letters keep their size
    showAll: false,
  };
  new ResizeObserver(() => fitCurve(view)).observe(find(".in-space"));
  view.slider.addEventListener("pointerdown", () => { view.held = true; });
  for (const name of ["pointerup", "pointercancel"]) {
    view.slider.addEventListener(name, () => { view.held = false; });
  }
  view.slider.addEventListener("input", () => show(view, place(view)));
  view.slider.addEventListener("change", () => left(view));
  find(".more").addEventListener("click", () => {
    view.showAll = !view.showAll;
    drawLeaks(view);
    show(view, place(view));
  });
  return view;
}

function place(view) {
  return Number(view.slider.value);
}

function left(view) {
  view.held = false;
  view.wanted = place(view);
  view.wantedUntil = performance.now() + ANSWER_LIMIT;
  clearTimeout(view.timer);
  view.timer = setTimeout(() => {
    // The same wish twice must be told apart: hence the time.
    view.send("amount", { amount: view.data.amounts[view.wanted], at: performance.now() });
  }, SEND_AFTER);
}

// ---- what Python sends ----

function update(view, data) {
  const before = view.data;
  view.data = data;
  const isSameSlider = before && same(before.amounts, data.amounts) && before.label === data.label;
  if (!isSameSlider) {
    view.wanted = null;
    clearTimeout(view.timer);
    view.slider.min = 0;
    view.slider.max = data.amounts.length - 1;
    view.slider.setAttribute("aria-label", data.label);
  }
  if (view.wanted === data.place || performance.now() > view.wantedUntil) view.wanted = null;
  if (!isSameSlider || (!view.held && view.wanted === null)) view.slider.value = data.place;
  view.find(".label").textContent = data.label;
  view.find(".low").textContent = data.low;
  view.find(".high").textContent = data.high;
  view.find(".caption").textContent = data.caption;
  view.find(".moves-title").textContent = data.moves_title;
  view.find(".source").textContent = data.source;
  view.find(".leaks-note").textContent = data.leaks.some((leak) => !leak.slider)
    ? "· has no slider of its own: sliders are made to leave each other alone, not these."
    : "";
  if (!before || before.svg !== data.svg) {
    // The drawing comes from chess.svg in Python and holds no text of people.
    view.find(".drawing").innerHTML = data.svg;
  }
  if (!before || !same(before.moves, data.moves)) createRows(view);
  if (!before || !same(before.offers, data.offers)) createOffers(view);
  for (const [index, offer] of view.find(".offers").querySelectorAll("button").entries()) {
    offer.setAttribute("aria-pressed", String(data.offers[index].index === data.chosen));
  }
  if (!before || !same(before.curve, data.curve) || !isSameSlider) drawCurve(view);
  if (!before || !same(before.games, data.games) || !isSameSlider) drawGames(view);
  if (!before || !same(before.leaks, data.leaks)) drawLeaks(view);
  if (!before || !same(before.costs, data.costs)) drawCosts(view);
  show(view, place(view));
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

// ---- what follows the slider ----

function show(view, at) {
  const { data } = view;
  const amount = data.amounts[at];
  view.find(".amount").textContent = signed(amount, 2);
  view.find(".words").textContent = amount === 0 ? "as the style is" : amount > 0 ? data.high : data.low;
  view.slider.setAttribute("aria-valuetext", signed(amount, 2));
  colorTrack(view, at);
  view.find(".arrows").innerHTML = data.arrows[at];
  showMoves(view, at);
  view.find(".turn").textContent = data.turns[at];
  showGames(view, at);
  view.find(".expected").replaceChildren(...expectedWords(data, at));
  showReading(view, amount);
  showLeaks(view, amount);
  showCosts(view, amount);
  view.root.dataset.amount = String(amount);
}

function colorTrack(view, at) {
  const last = view.data.amounts.length - 1;
  // The thumb's middle travels between its own halves, not from edge to edge.
  const spot = (index) => `calc(12px + (100% - 24px) * ${index / last})`;
  const zero = view.data.zero;
  view.slider.style.setProperty("--zero", spot(zero));
  view.slider.style.setProperty("--from", spot(Math.min(zero, at)));
  view.slider.style.setProperty("--to", spot(Math.max(zero, at)));
}

function createRows(view) {
  const box = view.find(".moves");
  view.rows = view.data.moves.map((move) => {
    const row = element(null, "div", `move ${move.tone}`);
    row.title = move.note;
    element(row, "span", "san").textContent = move.san;
    const track = element(row, "span", "track");
    const bar = element(track, "span", "bar");
    const before = element(track, "span", "before");
    const percent = element(row, "span", "percent");
    row.dataset.san = move.san;
    return { row, bar, before, percent };
  });
  box.style.height = `${Math.min(ROWS, view.rows.length) * ROW}px`;
  box.replaceChildren(...view.rows.map((row) => row.row));
}

function showMoves(view, at) {
  const chances = view.data.chances[at];
  const plain = view.data.chances[view.data.zero];
  const order = chances.map((_, index) => index).sort((a, b) => chances[b] - chances[a] || a - b);
  for (const [rank, index] of order.entries()) {
    const { row, bar, before, percent } = view.rows[index];
    row.style.transform = `translateY(${rank * ROW}px)`;
    row.classList.toggle("out", rank >= ROWS);
    row.setAttribute("aria-hidden", String(rank >= ROWS));
    bar.style.width = `${100 * chances[index]}%`;
    before.style.left = `${100 * plain[index]}%`;
    percent.textContent = percentage(chances[index]);
    row.dataset.chance = chances[index];
  }
}

function expectedWords(data, at) {
  if (!data.expected.length) return [];
  const from = data.expected[data.zero];
  const to = data.expected[at];
  const words = [document.createTextNode(`Expected here: ${from} → `)];
  const strong = document.createElement("b");
  strong.textContent = to;
  words.push(strong, document.createTextNode(` ${data.unit}.`));
  for (const [name, text] of [["up", "more of it than expected"], ["down", "less"]]) {
    const key = document.createElement("span");
    key.className = `key ${name}`;
    words.push(key, document.createTextNode(text));
  }
  words.push(document.createTextNode(" · | where it was at 0"));
  return words;
}

// ---- positions to try ----

function createOffers(view) {
  const { data } = view;
  view.find(".offers-title").textContent = data.offers_title;
  const buttons = data.offers.map((offer) => {
    const button = element(null, "button", "offer");
    button.type = "button";
    button.setAttribute("aria-label", offer.label);
    element(button, "div", "mini").innerHTML = offer.svg;
    element(button, "span", "").textContent = offer.caption;
    button.addEventListener("click", () => {
      view.send("position", { index: offer.index, at: performance.now() });
    });
    return button;
  });
  view.find(".offers").replaceChildren(...buttons);
  view.find(".offers-note").textContent = data.offers_note;
}

// ---- the measured curve ----

function fitCurve(view) {
  const width = view.find(".in-space").clientWidth;
  if (!view.data || !width || width === view.width) return;
  view.width = width;
  drawCurve(view);
  drawGames(view);
  showReading(view, view.data.amounts[place(view)]);
  showGames(view, place(view));
}

// ---- the curve in games ----

function gameScales({ data, width }) {
  const reach = Math.max(...data.amounts.map(Math.abs));
  const low = data.games.ticks[0][0];
  const high = data.games.ticks.at(-1)[0];
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  return {
    reach,
    x: (amount) => EDGE.left + ((amount + reach) / (2 * reach)) * inner.width,
    y: (value) => EDGE.top + ((high - value) / (high - low || 1)) * inner.height,
  };
}

function drawGames(view) {
  const { data, width } = view;
  const box = view.find(".in-games");
  box.replaceChildren();
  view.gameMarker = null;
  view.find(".games-title").textContent = data.games ? data.games.title : "";
  view.find(".games-note").textContent = data.games ? data.games.note : "";
  if (!data.games) return;
  const { points, ticks, title } = data.games;
  const { x, y, reach } = gameScales(view);
  const svg = shape(box, "svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": title });
  for (let amount = -Math.floor(reach); amount <= reach; amount += 1) {
    shape(svg, "line", { class: "grid", x1: x(amount), x2: x(amount), y1: EDGE.top, y2: HEIGHT - EDGE.bottom });
    shape(svg, "text", { x: x(amount), y: HEIGHT - 18, "text-anchor": "middle" }).textContent = signed(amount, 0);
  }
  for (const [value, label] of ticks) {
    shape(svg, "line", { class: "grid", x1: x(-reach), x2: x(reach), y1: y(value), y2: y(value) });
    shape(svg, "text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }).textContent = label;
  }
  const upper = points.map(([amount, , , high]) => `${x(amount)},${y(high)}`);
  const lower = points.map(([amount, , low]) => `${x(amount)},${y(low)}`).reverse();
  shape(svg, "polygon", { class: "band", points: [...upper, ...lower].join(" ") });
  shape(svg, "polyline", { class: "curve", points: points.map(([amount, value]) => `${x(amount)},${y(value)}`).join(" ") });
  for (const [amount, value, low, high] of points) {
    shape(svg, "line", { class: "whisker", x1: x(amount), x2: x(amount), y1: y(low), y2: y(high) });
    shape(svg, "circle", { class: "point", cx: x(amount), cy: y(value), r: 3.4 });
  }
  view.gameMarker = shape(svg, "line", { class: "marker", y1: EDGE.top, y2: HEIGHT - EDGE.bottom });
  view.gameHere = shape(svg, "circle", { class: "here", r: 6 });
}

function showGames(view, at) {
  const { data } = view;
  view.find(".games-words").textContent = data.games ? data.games.words[at] : "";
  if (!data.games || !view.gameMarker) return;
  const { x, y } = gameScales(view);
  const spot = x(data.amounts[at]);
  view.gameMarker.setAttribute("x1", spot);
  view.gameMarker.setAttribute("x2", spot);
  view.gameHere.setAttribute("cx", spot);
  view.gameHere.setAttribute("cy", y(data.games.here[at]));
}

function scales({ data, width }) {
  const reach = Math.max(...data.amounts.map(Math.abs));
  const values = data.curve.flatMap(([, value, low, high]) => [value, low ?? value, high ?? value]);
  const top = Math.max(reach, ...values.map(Math.abs));
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  return {
    reach,
    top,
    x: (amount) => EDGE.left + ((amount + reach) / (2 * reach)) * inner.width,
    y: (value) => EDGE.top + ((top - value) / (2 * top)) * inner.height,
  };
}

function drawCurve(view) {
  const { data, width } = view;
  const box = view.find(".in-space");
  box.replaceChildren();
  if (!data.curve.length) return;
  const { x, y, reach, top } = scales(view);
  const svg = shape(box, "svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": data.curve_words });
  for (let amount = -Math.floor(reach); amount <= reach; amount += 1) {
    shape(svg, "line", { class: "grid", x1: x(amount), x2: x(amount), y1: y(top), y2: y(-top) });
    shape(svg, "text", { x: x(amount), y: HEIGHT - 18, "text-anchor": "middle" }).textContent = signed(amount, 0);
  }
  const step = Math.max(1, Math.ceil(top / 3));
  for (let value = -Math.floor(top / step) * step; value <= top; value += step) {
    shape(svg, "line", { class: "grid", x1: x(-reach), x2: x(reach), y1: y(value), y2: y(value) });
    shape(svg, "text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }).textContent = signed(value, 0);
  }
  shape(svg, "text", { x: width / 2, y: HEIGHT - 4, "text-anchor": "middle" }).textContent =
    "slider → measured change, in the slider's own steps";
  shape(svg, "line", { class: "promise", x1: x(-reach), y1: y(-reach), x2: x(reach), y2: y(reach) });
  const known = data.curve.filter(([, , low]) => low !== null);
  if (known.length > 2) {
    const upper = known.map(([amount, , , high]) => `${x(amount)},${y(high)}`);
    const lower = known.map(([amount, , low]) => `${x(amount)},${y(low)}`).reverse();
    shape(svg, "polygon", { class: "band", points: [...upper, ...lower].join(" ") });
  }
  const points = data.curve.map(([amount, value]) => `${x(amount)},${y(value)}`).join(" ");
  shape(svg, "polyline", { class: "curve", points });
  for (const [amount, value, low, high] of data.curve) {
    if (amount === 0) continue;
    if (low !== null) {
      shape(svg, "line", { class: "whisker", x1: x(amount), x2: x(amount), y1: y(low), y2: y(high) });
    }
    shape(svg, "circle", { class: "point", cx: x(amount), cy: y(value), r: 3.4 });
  }
  view.marker = shape(svg, "line", { class: "marker", y1: y(top), y2: y(-top) });
  view.here = shape(svg, "circle", { class: "here", r: 6 });
  view.reading = shape(svg, "text", { class: "reading", y: EDGE.top + 10 });
}

function showReading(view, amount) {
  const { data } = view;
  if (!data.curve.length) return;
  const { x, y } = scales(view);
  const ends = [data.curve[0][0], data.curve.at(-1)[0]];
  const measured = Math.min(Math.max(amount, ends[0]), ends[1]);
  const value = between(data.curve, measured);
  view.marker.setAttribute("x1", x(amount));
  view.marker.setAttribute("x2", x(amount));
  view.here.style.display = value === null ? "none" : "";
  if (value !== null) {
    view.here.setAttribute("cx", x(measured));
    view.here.setAttribute("cy", y(value));
  }
  const exact = data.curve.find(([at]) => at === measured);
  let text = value === null ? "" : signed(value, 2);
  if (exact && exact[2] !== null && amount !== 0) text += ` (${signed(exact[2], 2)} to ${signed(exact[3], 2)})`;
  else if (value !== null && !exact) text = `about ${text}`;
  if (measured !== amount) text += ` at ${signed(measured, 2)}`;
  view.reading.textContent = text;
  // The words stand in the corner where the curve is not.
  const isRight = amount < 0;
  view.reading.setAttribute("x", x(amount) + (isRight ? 8 : -8));
  view.reading.setAttribute("text-anchor", isRight ? "start" : "end");
}

// A straight line between the measured amounts on both sides; null beyond them.
function between(curve, amount) {
  for (let index = 0; index < curve.length; index += 1) {
    const [at, value] = curve[index];
    if (at === amount) return value;
    if (at > amount) {
      if (index === 0) return null;
      const [before, from] = curve[index - 1];
      return from + ((value - from) * (amount - before)) / (at - before);
    }
  }
  return null;
}

// ---- what else moves ----

function drawLeaks(view) {
  const { data } = view;
  const shown = view.showAll ? data.leaks : data.leaks.slice(0, LEAKS);
  view.leaks = shown.map((leak) => {
    const row = element(null, "div", "leak");
    row.title = leak.note;
    const name = element(row, "span", leak.slider ? "" : "free");
    name.textContent = leak.label;
    const axis = element(row, "span", "axis");
    return {
      leak, row,
      bar: element(axis, "span", "amount-bar"),
      whisker: element(axis, "span", "whisker"),
      value: element(row, "span", "value"),
    };
  });
  view.find(".leaks").replaceChildren(...view.leaks.map((leak) => leak.row));
  const more = view.find(".more");
  more.hidden = data.leaks.length <= LEAKS;
  more.textContent = view.showAll ? "Show fewer" : `Show all ${data.leaks.length}`;
}

function showLeaks(view, amount) {
  const { data } = view;
  const doses = data.leaks.length ? data.leaks[0].doses.map(([at]) => at) : [];
  const at = nearest(doses, amount);
  view.find(".leaks-title").textContent = at === null ? "" : `What else moves at ${signed(at, 2)}`;
  const largest = Math.max(1, ...data.leaks.flatMap((leak) => leak.doses.map(([, v, low, high]) => Math.max(Math.abs(v), Math.abs(low ?? 0), Math.abs(high ?? 0)))));
  for (const { leak, row, bar, whisker, value } of view.leaks) {
    const dose = leak.doses.find(([dosed]) => dosed === at);
    row.classList.toggle("none", !dose || (dose[2] !== null && dose[2] <= 0 && dose[3] >= 0));
    if (!dose) {
      bar.style.width = whisker.style.width = "0";
      value.textContent = "–";
      continue;
    }
    const spot = (number) => 50 + (50 * number) / largest;
    span(bar, spot(Math.min(dose[1], 0)), spot(Math.max(dose[1], 0)));
    if (dose[2] === null) whisker.style.width = "0";
    else span(whisker, spot(dose[2]), spot(dose[3]));
    value.textContent = signed(dose[1], 2);
  }
}

function span(node, from, to) {
  node.style.left = `${from}%`;
  node.style.width = `${to - from}%`;
}

// The measured amount that stands for the slider: on its side of 0 if there is one.
function nearest(doses, amount) {
  const sided = doses.filter((at) => at !== 0 && (amount === 0 ? at > 0 : at * amount > 0));
  const choice = sided.length ? sided : doses.filter((at) => at !== 0);
  const goal = amount === 0 ? 1 : amount;
  return choice.length ? choice.reduce((best, at) => (Math.abs(at - goal) < Math.abs(best - goal) ? at : best)) : null;
}

// ---- what it costs ----

function drawCosts(view) {
  view.costs = view.data.costs.map((cost) => {
    const row = element(null, "div", "cost");
    element(row, "span", "").textContent = cost.label;
    const value = element(row, "span", "");
    element(row, "small", "").textContent = cost.note;
    return { cost, row, value };
  });
  view.find(".costs").replaceChildren(...view.costs.map((cost) => cost.row));
  view.find(".costs-title").textContent = view.costs.length ? "What it costs" : "";
}

function showCosts(view, amount) {
  for (const { cost, value } of view.costs) {
    const at = nearest(cost.doses.map(([dosed]) => dosed), amount);
    const dose = cost.doses.find(([dosed]) => dosed === at);
    value.className = dose ? "" : "missing";
    if (!dose) {
      value.textContent = "not measured";
      continue;
    }
    const write = (number) => (cost.signed ? signed(number, cost.digits) : number.toFixed(cost.digits));
    const strong = document.createElement("b");
    const size = `${write(dose[1])}${cost.unit}`;
    // A plain word first; how sure it is, for whoever asks.
    const isNothing = cost.signed && dose[2] !== null && dose[2] <= 0 && dose[3] >= 0;
    strong.textContent = isNothing ? "nothing measurable" : size;
    value.title = dose[2] === null ? size : `${size} (${write(dose[2])} to ${write(dose[3])})`;
    value.replaceChildren(strong, document.createTextNode(` at ${signed(at, 2)}`));
  }
}

// ---- small things ----

function signed(number, digits) {
  const text = Math.abs(number).toFixed(digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  if (Number(text) === 0) return "0";
  return (number < 0 ? "−" : "+") + text;
}

function percentage(chance) {
  const percent = 100 * chance;
  return percent > 0 && percent < 0.1 ? "<0.1%" : `${percent.toFixed(1)}%`;
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
