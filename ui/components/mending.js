// @ts-check
// After a cut connection, what the server sends can miss the page it was meant for. Streamlit's
// front end then shows an error and no board, and stays so. What a person has made is kept outside
// the page, so the page is loaded again.

import { read, write } from "./storage.js";

const LAST = "mended"; // of this tab: when it was loaded again
const PAUSE = 60_000; // milliseconds: an error that comes back at once is not cured in this way
const TORN = /Cannot set a node at a delta path|Bad delta path index|'setIn' cannot be called/;

let watches = false;

/** Loads the page again when Streamlit's front end has lost its place in it. */
export function mendPage() {
  if (watches) return;
  watches = true;
  addEventListener("error", (event) => mend(event.message));
  addEventListener("unhandledrejection", (event) => mend(String(event.reason)));
  // Streamlit catches most errors of this kind itself and shows them in a dialog.
  new MutationObserver(() => {
    for (const dialog of document.querySelectorAll('[role="dialog"]')) {
      mend(dialog.textContent ?? "");
    }
  }).observe(document.body, { childList: true, subtree: true });
}

/** @param {string} words of an error */
function mend(words) {
  if (!isTorn(words) || !mayLoadAgain(read("sessionStorage", LAST), Date.now())) return;
  // Where nothing can be kept, nothing would end a row of reloads.
  if (write("sessionStorage", LAST, String(Date.now()))) location.reload();
}

/**
 * Says whether an error is of a page that what was sent to it did not fit.
 *
 * @param {string} words
 */
export function isTorn(words) {
  return TORN.test(words);
}

/**
 * Says whether the page may be loaded again.
 *
 * @param {string | null} last when it was, in milliseconds
 * @param {number} now
 */
export function mayLoadAgain(last, now) {
  return last === null || !(Math.abs(now - Number(last)) < PAUSE);
}
