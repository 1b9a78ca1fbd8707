// @ts-check
// All that Streamlit itself carries of a component: it fetches the component's modules and style
// sheets, which are served once, and hands every change of data on to them. What stands here
// travels with every rerun, so it is short.

/** @type {Map<string, Promise<unknown>>} */
const sheets = new Map();
/** What was asked for last, of each component. @type {WeakMap<Node, Promise<unknown>>} */
const drawn = new WeakMap();

/**
 * Changes of data are drawn in their order, though what they need may come in another.
 *
 * @param {import("./component.js").Component} component
 */
export default function load(component) {
  const before = drawn.get(component.parentElement) ?? Promise.resolve();
  const now = before.catch(() => {}).then(() => draw(component));
  drawn.set(component.parentElement, now);
  return now;
}

/** @param {import("./component.js").Component} component */
async function draw(component) {
  const { script, styles } = component.data.files;
  const { parentElement } = component;
  const root = parentElement.getRootNode();
  await Promise.all(styles.map((url) => style(absolute(url), root)));
  const module = await import(absolute(script));
  const end = module.default(component);
  // A control that nobody listens to yet takes no click: it would be lost.
  parentElement.querySelector("[inert]")?.removeAttribute("inert");
  // Streamlit also calls this where newer data came while these were on their way: then the
  // component is still on the page, and goes on.
  return () => {
    if (!parentElement.isConnected) end?.();
  };
}

/** @param {string} url */
function absolute(url) {
  return new URL(url, document.baseURI).href;
}

/**
 * @param {string} url
 * @param {Node} root
 */
function style(url, root) {
  if (root instanceof ShadowRoot) return add(url, root);
  if (!sheets.has(url)) sheets.set(url, add(url, document.head));
  return sheets.get(url);
}

/**
 * @param {string} url
 * @param {ShadowRoot | HTMLElement} place
 */
function add(url, place) {
  const known = place.querySelector(`link[href="${url}"]`);
  if (known) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  place.append(link);
  return new Promise((done) => {
    link.onload = link.onerror = done;
  });
}
