// @ts-check
// The games that this browser keeps for its person, each under a name of its own, so that two tabs
// never write over one another.

/**
 * @typedef {object} HistoryData
 * @property {string} session name of the tab on the server; another after a restart or a reload
 * @property {boolean} asks whether the server wants to know what is kept
 * @property {Record<string, string>} added games to keep, by name
 * @property {string[]} forgotten names of games to delete
 */

const PREFIX = "stylemate.played.";
const MOST = 2_000; // games that are told of: the newest

/** @type {Set<string>} */
const written = new Set();
/** @type {string} */
let told = "";

/** @param {import("../components/component.js").Component<HistoryData>} component */
export default function history({ data, setTriggerValue }) {
  let keeps = true;
  for (const name of data.forgotten) keeps = write(name, null) && keeps;
  for (const [name, text] of Object.entries(data.added)) {
    if (written.has(name) || data.forgotten.includes(name)) continue;
    written.add(name); // not tried again if it fails
    keeps = write(name, text) && keeps;
  }
  const answers = data.asks && told !== data.session;
  if (!answers && keeps) return;
  if (answers) told = data.session;
  const games = answers ? read() : null;
  // Not while this component is being drawn.
  setTimeout(() => setTriggerValue("told", { games, keeps, at: performance.now() }), 0);
}

/** Returns names and texts of the games that are kept, the newest last. */
function read() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .toSorted()
      .slice(-MOST)
      .map((key) => [key.slice(PREFIX.length), localStorage.getItem(key) ?? ""]);
  } catch {
    return [];
  }
}

/**
 * Writes a game, or deletes it if it is null; returns whether the browser did.
 *
 * @param {string} name
 * @param {string | null} text
 */
function write(name, text) {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
}
