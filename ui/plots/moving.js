// A figure that changes without being made anew: what Streamlit's own chart would remount on every
// step of a slider, Plotly redraws in place.

const figures = new WeakMap(); // by the element that a figure is mounted in
let library = null;

export default function moving({ data, parentElement }) {
  let figure = figures.get(parentElement);
  if (!figure) {
    figure = { root: parentElement.querySelector(".moving"), data: null, run: 0, plotly: null };
    figures.set(parentElement, figure);
    new ResizeObserver(() => {
      if (figure.plotly && figure.root.clientWidth) draw(figure);
    }).observe(figure.root);
    const theme = matchMedia("(prefers-color-scheme: dark)");
    // Streamlit changes its colours a moment after the system did.
    theme.addEventListener("change", () => setTimeout(() => figure.plotly && draw(figure), 400));
  }
  figure.data = data;
  figure.root.style.height = `${data.figure.layout.height}px`;
  library ??= load(data.library);
  library.then(
    (plotly) => {
      figure.plotly = plotly;
      draw(figure);
    },
    (error) => {
      library = null;
      figure.root.textContent = "The figure could not be drawn. Reload the page to try again.";
      console.warn("figure:", error);
    },
  );
}

function load(url) {
  if (window.Plotly?.react) return Promise.resolve(window.Plotly);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : reject(new Error("no Plotly")));
    script.onerror = () => reject(new Error(`cannot load ${url}`));
    document.head.append(script);
  });
}

async function draw(figure) {
  const { root, data, plotly } = figure;
  if (!root.isConnected || !root.clientWidth) return;
  const color = getComputedStyle(root).getPropertyValue("--st-text-color").trim();
  const layout = structuredClone(data.figure.layout);
  Object.assign(layout, { width: root.clientWidth, font: { ...layout.font, color } });
  await plotly.react(root, structuredClone(data.figure.data), layout, { displayModeBar: false });
  root.dataset.revision = String(++figure.run);
}
