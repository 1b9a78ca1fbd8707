// @ts-check
// A figure that changes without being made anew: what Streamlit's own chart would remount on every
// step of a slider, Plotly redraws in place.

import { find, library } from "../components/dom.js";

/** @typedef {{data: object[], layout: {height: number, font?: object}}} Plot as Plotly has it */
/**
 * A mounted figure.
 *
 * @typedef {object} Figure
 * @property {HTMLElement} root
 * @property {Plot} plot what Python sent last
 * @property {number} run counts drawings
 * @property {any} plotly the library, once it is there
 * @property {(place: number) => void} choose tells Python where a person pressed
 */

/** @type {WeakMap<Node, Figure>} */
const figures = new WeakMap();

/**
 * @typedef {object} MovingData
 * @property {string} library address of Plotly
 * @property {Plot} figure
 * @property {boolean} listens whether Python wants to know where a person presses
 */

/** @param {import("../components/component.js").Component<MovingData>} component */
export default function moving({ data, parentElement, setTriggerValue }) {
  const figure = figures.get(parentElement) ?? createFigure(parentElement, data.figure);
  figures.set(parentElement, figure);
  figure.plot = data.figure;
  // The same place twice must be told apart: hence the time.
  figure.choose = (place) => {
    if (data.listens) setTriggerValue("chosen", { place, at: performance.now() });
  };
  figure.root.style.height = `${figure.plot.layout.height}px`;
  library(data.library, "Plotly").then(
    (plotly) => {
      figure.plotly = plotly;
      draw(figure);
    },
    (error) => {
      figure.root.textContent = "The figure could not be drawn. Reload the page to try again.";
      console.warn("figure:", error);
    },
  );
}

/**
 * @param {ParentNode} parent
 * @param {Plot} plot
 * @returns {Figure}
 */
function createFigure(parent, plot) {
  /** @type {Figure} */
  const figure = { root: find(parent, ".moving"), plot, run: 0, plotly: null, choose: () => {} };
  new ResizeObserver(() => draw(figure)).observe(figure.root);
  // Streamlit changes its colours a moment after the system did.
  const theme = matchMedia("(prefers-color-scheme: dark)");
  theme.addEventListener("change", () => setTimeout(() => draw(figure), 400));
  return figure;
}

/** @param {Figure} figure */
async function draw(figure) {
  const { root, plot, plotly } = figure;
  if (!plotly || !root.isConnected || !root.clientWidth) return;
  const color = getComputedStyle(root).getPropertyValue("--st-text-color").trim();
  const layout = structuredClone(plot.layout);
  Object.assign(layout, { width: root.clientWidth, font: { ...layout.font, color } });
  await plotly.react(root, structuredClone(plot.data), layout, { displayModeBar: false });
  if (!figure.run) {
    /** @type {any} */ (root).on("plotly_click", (/** @type {any} */ event) => {
      const place = event.points[0]?.x;
      if (Number.isInteger(place)) figure.choose(place);
    });
  }
  root.dataset.revision = String(++figure.run);
}
