// @ts-check
// The games that this browser keeps for its person, each under a name of its own, so that two tabs
// never write over one another.

import { keys, read, write } from "../components/storage.js";

/**
 * @typedef {object} HistoryData
 * @property {string} session name of the tab on the server; another after a restart or a reload
 * @property {boolean} asks whether the server wants to know what is kept
 * @property {Record<string, string>} added games to keep, by name
 * @property {string[]} forgotten names of games to delete
 */

const PLAYED = "played.";
const MOST = 2_000; // games that are told of: the newest

/** @type {Set<string>} */
const written = new Set();
/** @type {string} */
let told = "";
let complained = false; // once is enough

/** @param {import("../components/component.js").Component<HistoryData>} component */
export default function history({ data, setTriggerValue }) {
  let keeps = true;
  for (const name of data.forgotten) keeps = write("localStorage", PLAYED + name, null) && keeps;
  for (const [name, text] of Object.entries(data.added)) {
    if (written.has(name) || data.forgotten.includes(name)) continue;
    written.add(name); // not tried again if it fails
    keeps = write("localStorage", PLAYED + name, text) && keeps;
  }
  const answers = data.asks && told !== data.session;
  if (!answers && (keeps || complained)) return;
  if (answers) told = data.session;
  complained ||= !keeps;
  const games = answers ? played() : null;
  // Not while this component is being drawn.
  setTimeout(() => setTriggerValue("told", { games, keeps, at: performance.now() }), 0);
}

/** Returns names and texts of the games that are kept, the newest last. */
function played() {
  return keys("localStorage", PLAYED)
    .slice(-MOST)
    .map((key) => [key.slice(PLAYED.length), read("localStorage", key) ?? ""]);
}
