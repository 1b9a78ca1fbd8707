// @ts-check
// What this browser remembers of its person from visit to visit: how strong they said they are.

import { read, write } from "../components/storage.js";

/**
 * @typedef {object} MemoryData
 * @property {number | null} level to remember from now on; null asks what is remembered
 */

const KEY = "level";

/** @type {WeakSet<Node>} */
const told = new WeakSet();

/** @param {import("../components/component.js").Component<MemoryData>} component */
export default function memory({ data, parentElement, setTriggerValue }) {
  if (data.level !== null) {
    write("localStorage", KEY, String(data.level));
  } else if (!told.has(parentElement)) {
    told.add(parentElement);
    const level = remembered();
    setTimeout(() => setTriggerValue("recalled", { level }), 0); // not while this is being drawn
  }
}

/** Returns the level that is remembered, null if there is none or the browser keeps nothing. */
function remembered() {
  const text = read("localStorage", KEY);
  const level = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(level) ? level : null;
}
