// @ts-check
// All that Streamlit itself carries of a component: it fetches the component's modules and style
// sheets, which are served once, and hands every change of data on to them. What stands here
// travels with every rerun, so it is short.

/** @type {Map<string, Promise<unknown>>} */
const sheets = new Map();

/** @param {import("./component.js").Component} component */
export default async function load(component) {
  const { script, styles } = component.data.files;
  const root = component.parentElement.getRootNode();
  await Promise.all(styles.map((url) => style(absolute(url), root)));
  const { default: draw } = await import(absolute(script));
  const end = draw(component);
  // A control that nobody listens to yet takes no click: it would be lost.
  component.parentElement.querySelector("[inert]")?.removeAttribute("inert");
  return end;
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
