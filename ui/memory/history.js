// @ts-check
// The games that this browser keeps for its person, each under a name of its own, so that two tabs
// never write over one another.

import { sayUntilHeard } from "../components/heard.js";
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
/** The session that is being answered, of each page. @type {WeakMap<Node, string>} */
const answered = new WeakMap();
let complained = false; // once is enough

/** @param {import("../components/component.js").Component<HistoryData>} component */
export default function history({ data, parentElement, setTriggerValue }) {
  let keeps = true;
  for (const name of data.forgotten) keeps = write("localStorage", PLAYED + name, null) && keeps;
  for (const [name, text] of Object.entries(data.added)) {
    if (written.has(name) || data.forgotten.includes(name)) continue;
    written.add(name); // not tried again if it fails
    keeps = write("localStorage", PLAYED + name, text) && keeps;
  }
  /** @param {[string, string][] | null} games */
  const tell = (games) => setTriggerValue("told", { games, keeps, at: performance.now() });
  if (!data.asks) {
    answered.delete(parentElement);
    if (!keeps && !complained) setTimeout(() => tell(null), 0);
  } else if (answered.get(parentElement) !== data.session) {
    answered.set(parentElement, data.session);
    const isWanted = () => answered.get(parentElement) === data.session;
    sayUntilHeard(parentElement, isWanted, () => tell(played()));
  }
  complained ||= !keeps;
}

/**
 * Returns names and texts of the games that are kept, the newest last.
 *
 * @returns {[string, string][]}
 */
function played() {
  return keys("localStorage", PLAYED)
    .slice(-MOST)
    .map((key) => [key.slice(PLAYED.length), read("localStorage", key) ?? ""]);
}
