// @ts-check
// The work that this browser keeps for its person: styles of their own, until they delete them,
// and the game of this tab, which the address writes down.

import { mendPage } from "../components/mending.js";
import { sayUntilHeard } from "../components/heard.js";
import { GAME, keys, read, write } from "../components/storage.js";

/**
 * @typedef {object} WorkData
 * @property {string} session name of the tab on the server; another after a restart or a reload
 * @property {boolean} asks whether the server wants to know what is kept
 * @property {Record<string, string>} kept texts of style files to keep, by label
 * @property {string[]} forgotten labels of styles to delete
 */

const STYLE = "style.";
/** What this page has read or written already, by label: another tab may know better by now. */
const known = new Map();
/** The session that is being answered, of each page. @type {WeakMap<Node, string>} */
const answered = new WeakMap();

/** @param {import("../components/component.js").Component<WorkData>} component */
export default function work({ data, parentElement, setTriggerValue }) {
  mendPage(); // here, because every page has it
  /** @param {object} answer */
  const tell = (answer) => setTriggerValue("told", { ...answer, at: performance.now() });
  if (!data.asks) {
    answered.delete(parentElement);
    if (!change(data)) setTimeout(() => tell({ styles: [], game: null, keeps: false }), 0);
  } else if (answered.get(parentElement) !== data.session) {
    answered.set(parentElement, data.session);
    const isWanted = () => answered.get(parentElement) === data.session;
    sayUntilHeard(parentElement, isWanted, () => tell(recall()));
  }
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
