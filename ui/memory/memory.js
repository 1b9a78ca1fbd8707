// @ts-check
// What this browser remembers of its person from visit to visit: how strong they said they are.

import { sayUntilHeard } from "../components/heard.js";
import { read, write } from "../components/storage.js";

/**
 * @typedef {object} MemoryData
 * @property {number | null} level to remember from now on; null if the server knows none
 * @property {boolean} asks whether the server wants to know what is remembered
 */

const KEY = "level";

/** Whether the server of each page still asks. @type {WeakMap<Node, boolean>} */
const asking = new WeakMap();

/** @param {import("../components/component.js").Component<MemoryData>} component */
export default function memory({ data, parentElement, setTriggerValue }) {
  if (data.level !== null) write("localStorage", KEY, String(data.level));
  const isAnswering = asking.get(parentElement) === true;
  asking.set(parentElement, data.asks);
  if (!data.asks || isAnswering) return;
  sayUntilHeard(
    parentElement,
    () => asking.get(parentElement) === true,
    () => setTriggerValue("recalled", { level: remembered(), at: performance.now() }),
  );
}

/** Returns the level that is remembered, null if there is none or the browser keeps nothing. */
function remembered() {
  const text = read("localStorage", KEY);
  const level = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(level) ? level : null;
}
