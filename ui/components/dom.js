// @ts-check
// Small things that every component needs.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element with a class, at the end of a parent if there is one.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {ParentNode | null} parent
 * @param {Tag} tag
 * @param {string} name class
 * @param {string} [text]
 */
export function element(parent, tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

/**
 * Makes an SVG element, at the end of a parent if there is one.
 *
 * @param {ParentNode | null} parent
 * @param {string} kind
 * @param {Record<string, string | number>} attributes
 */
export function shape(parent, kind, attributes) {
  const node = document.createElementNS(SVG, kind);
  setAll(node, attributes);
  parent?.append(node);
  return node;
}

/**
 * Sets attributes of an element.
 *
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
export function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

/**
 * Returns the element that a selector finds, which must be there.
 *
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(root, selector) {
  const node = root.querySelector(selector);
  if (!(node instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return node;
}

/**
 * Writes a number with its sign and without needless zeros: +1.5, −2, 0.
 *
 * @param {number} number
 * @param {number} digits after the point at most
 */
export function signed(number, digits) {
  let text = Math.abs(number).toFixed(digits);
  if (text.includes(".")) text = text.replace(/\.?0+$/, "");
  if (Number(text) === 0) return "0";
  return (number < 0 ? "−" : "+") + text;
}

/** @type {Map<string, Promise<any>>} */
const libraries = new Map();

/**
 * Loads a script that leaves its library in a global variable, once; after a failure it may be
 * tried again.
 *
 * @param {string} url
 * @param {string} name of the variable
 * @returns {Promise<any>}
 */
export function library(url, name) {
  const known = libraries.get(name) ?? load(url, name);
  libraries.set(name, known);
  known.catch(() => libraries.delete(name));
  return known;
}

/**
 * @param {string} url
 * @param {string} name
 */
function load(url, name) {
  const globals = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));
  if (globals[name]) return Promise.resolve(globals[name]);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => (globals[name] ? resolve(globals[name]) : reject(new Error(`no ${name}`)));
    script.onerror = () => reject(new Error(`cannot load ${url}`));
    document.head.append(script);
  });
}
