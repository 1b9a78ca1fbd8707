// @ts-check
// Switches for how the board looks and sounds. They act at once, and the server hears of nothing.

import { element, find } from "../components/dom.js";
import { BOARDS, PIECES, followPreferences, prefer } from "../components/preferences.js";

const THEME = "stActiveTheme-"; // where Streamlit keeps a page's light: its path comes after
const THEME_VERSION = "-v2";
const LIGHTS = ["System", "Light", "Dark"];
const CLOCK = "clock"; // stays out of a link: it would run on
const SHORTCUTS = "stylemate-shortcuts"; // the board has the list

/** @type {WeakMap<Node, AbortController>} */
const mounted = new WeakMap();

/** @param {import("../components/component.js").Component} component */
export default function show({ parentElement }) {
  if (mounted.has(parentElement)) return undefined;
  const life = new AbortController();
  mounted.set(parentElement, life);
  const form = find(parentElement, ".preferences");
  fill(form);
  form.addEventListener("change", (event) => changed(form, event), { signal: life.signal });
  find(form, ".share").addEventListener("click", () => share(form), { signal: life.signal });
  const list = () => dispatchEvent(new Event(SHORTCUTS));
  find(form, ".shortcuts").addEventListener("click", list, { signal: life.signal });
  followPreferences((now) => {
    field(form, "sound").checked = now.sound;
    field(form, "coordinates").checked = now.coordinates;
    field(form, "size").value = String(now.size);
    field(form, "board", now.board).checked = true;
    field(form, "pieces", now.pieces).checked = true;
  }, life.signal);
  field(form, "light", light()).checked = true;
  return () => {
    life.abort();
    mounted.delete(parentElement);
  };
}

/** @param {HTMLElement} form */
function fill(form) {
  for (const name of BOARDS) {
    const label = radio(find(form, ".colours"), "board", name);
    label.title = name;
    element(label, "span", `swatch ${name}`).setAttribute("aria-hidden", "true");
    find(label, "input").setAttribute("aria-label", `${name} board`);
  }
  for (const name of PIECES) {
    const words = name[0].toUpperCase() + name.slice(1);
    element(radio(find(form, ".pieces"), "pieces", name), "span", "", words);
  }
  for (const name of LIGHTS) element(radio(find(form, ".light"), "light", name), "span", "", name);
}

/**
 * @param {HTMLElement} parent
 * @param {string} name
 * @param {string} value
 */
function radio(parent, name, value) {
  const label = element(parent, "label", "");
  const input = element(label, "input", "");
  Object.assign(input, { type: "radio", name, value });
  return label;
}

/**
 * @param {HTMLElement} form
 * @param {string} name
 * @param {string} [value]
 */
function field(form, name, value) {
  const which = value === undefined ? "" : `[value="${value}"]`;
  return /** @type {HTMLInputElement} */ (find(form, `input[name="${name}"]${which}`));
}

/**
 * @param {HTMLElement} form
 * @param {Event} event
 */
function changed(form, event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.name === "sound") prefer({ sound: input.checked });
  if (input.name === "coordinates") prefer({ coordinates: input.checked });
  if (input.name === "board") prefer({ board: input.value });
  if (input.name === "pieces") prefer({ pieces: input.value });
  if (input.name === "size") prefer({ size: Number(field(form, "size").value) });
  if (input.name === "light") chooseLight(input.value);
}

/** Returns whether the page is light, dark, or as the system is. */
function light() {
  try {
    const kept = JSON.parse(localStorage.getItem(THEME + location.pathname + THEME_VERSION) ?? "");
    return LIGHTS.includes(kept) ? kept : LIGHTS[0];
  } catch {
    return LIGHTS[0];
  }
}

/**
 * Makes all pages light or dark. Streamlit looks at it when a page is loaded; the game is in the
 * address and comes back.
 *
 * @param {string} name
 */
function chooseLight(name) {
  const paths = [...document.querySelectorAll("a[href]")]
    .map((link) => new URL(/** @type {HTMLAnchorElement} */ (link).href))
    .filter((url) => url.origin === location.origin)
    .map((url) => url.pathname);
  try {
    for (const path of new Set([location.pathname, "/", ...paths])) {
      localStorage.setItem(THEME + path + THEME_VERSION, JSON.stringify(name));
    }
  } catch {
    return;
  }
  location.reload();
}

/**
 * Copies the address, which holds opponent and position.
 *
 * @param {HTMLElement} form
 */
async function share(form) {
  const url = new URL(location.href);
  url.searchParams.delete(CLOCK);
  const told = find(form, ".told");
  try {
    await navigator.clipboard.writeText(url.href);
    told.textContent = "Copied: whoever opens the link meets this opponent in this position.";
  } catch {
    told.textContent = url.href; // a browser that lets nobody copy: to be marked by hand
  }
}
