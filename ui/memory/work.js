// @ts-check
// The work that this browser keeps for its person: styles of their own, until they delete them,
// and the game of this tab, which the address writes down.

import { GAME, keys, read, write } from "../components/storage.js";

/**
 * @typedef {object} WorkData
 * @property {string} session name of the tab on the server; another after a restart or a reload
 * @property {boolean} asks whether the server wants to know what is kept
 * @property {Record<string, string>} kept texts of style files to keep, by label
 * @property {string[]} forgotten labels of styles to delete
 */

const STYLE = "style.";
const ASK_AGAIN = 5_000; // milliseconds

/** What this page has read or written already, by label: another tab may know better by now. */
const known = new Map();
/** @type {{session: string, at: number}} */
const told = { session: "", at: -ASK_AGAIN };

/** @param {import("../components/component.js").Component<WorkData>} component */
export default function work({ data, setTriggerValue }) {
  const done = data.asks || change(data);
  const now = performance.now();
  const isFresh = told.session === data.session && now - told.at < ASK_AGAIN;
  if (done && (!data.asks || isFresh)) return;
  Object.assign(told, { session: data.session, at: now });
  const answer = data.asks ? recall() : { styles: [], game: null, keeps: false };
  setTimeout(() => setTriggerValue("told", { ...answer, at: now }), 0); // not while being drawn
}

/** Returns all that is kept. */
function recall() {
  const styles = [];
  for (const key of keys("localStorage", STYLE)) {
    const text = read("localStorage", key);
    if (text === null) continue;
    const label = key.slice(STYLE.length);
    known.set(label, text);
    styles.push([label, text]);
  }
  const keeps = write("localStorage", "test", "1") && write("localStorage", "test", null);
  return { styles, game: read("sessionStorage", GAME), keeps };
}

/**
 * Keeps and deletes what the server says; returns whether the browser did.
 *
 * @param {WorkData} data
 */
function change(data) {
  let done = true;
  for (const label of data.forgotten) {
    known.delete(label);
    write("localStorage", STYLE + label, null);
  }
  for (const [label, text] of Object.entries(data.kept)) {
    if (known.get(label) === text) continue;
    known.set(label, text); // not tried again if it fails
    done = write("localStorage", STYLE + label, text) && done;
  }
  return done;
}
