// @ts-check
// What belongs to the page and not to the board: its address, which holds the whole game, and
// the game itself when the server was restarted and has forgotten it. The tab keeps the game too, for
// when it is loaded again on a page whose address does not hold it.

import { sayUntilHeard } from "../components/heard.js";
import { GAME, write } from "../components/storage.js";

/**
 * @typedef {object} AddressData
 * @property {string} session name of the game on the server; another after a restart
 * @property {Record<string, string | null>} values parameters of the address; null removes one
 */
/**
 * @typedef {object} Known
 * @property {string} session
 * @property {Record<string, string | null>} values
 */

/** @type {WeakMap<Node, Known>} */
const pages = new WeakMap();
/** The session that was told last, of each page. @type {WeakMap<Node, string>} */
const told = new WeakMap();

/** @param {import("../components/component.js").Component<AddressData>} component */
export default function address({ data, parentElement, setTriggerValue }) {
  const known = pages.get(parentElement);
  if (known && known.session !== data.session) {
    tell(parentElement, known, data.session, setTriggerValue);
    return;
  }
  pages.set(parentElement, { session: data.session, values: data.values });
  told.delete(parentElement);
  writeAddress(data.values);
  const values = Object.entries(data.values).filter(([, value]) => value !== null);
  write("sessionStorage", GAME, JSON.stringify(Object.fromEntries(values)));
}

/**
 * After a restart Streamlit hands the new session the address with which the page was once opened,
 * not the present one. The page knows better: it sends the game it shows.
 *
 * @param {Node} page
 * @param {Known} known
 * @param {string} session the one that knows nothing
 * @param {(name: string, value: unknown) => void} send
 */
function tell(page, known, session, send) {
  if (told.get(page) === session) return;
  told.set(page, session);
  sayUntilHeard(
    page,
    () => told.get(page) === session,
    () => send("restore", { session: known.session, values: known.values, at: performance.now() }),
  );
}

/**
 * The address is replaced, not pushed, so that the browser's Back button leaves the page instead of
 * stepping through moves.
 *
 * @param {Record<string, string | null>} values
 */
function writeAddress(values) {
  const query = changedQuery(location.search, values);
  if (query === new URLSearchParams(location.search).toString()) return;
  const url = location.pathname + (query ? `?${query}` : "") + location.hash;
  history.replaceState(history.state, "", url);
}

/**
 * Returns the query of an address with some parameters changed.
 *
 * @param {string} query
 * @param {Record<string, string | null>} values
 */
export function changedQuery(query, values) {
  const changed = new URLSearchParams(query);
  for (const [key, value] of Object.entries(values)) {
    if (value === null) changed.delete(key);
    else changed.set(key, value);
  }
  return changed.toString();
}
