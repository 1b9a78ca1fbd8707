// @ts-check
// Messages that the server has to hear. After a restart several components speak at once, and one
// of their messages may be lost on the way: it is said again until the server shows that it knows.
// None is said while another page is on its way: each names the page it comes from, and the server
// would stay on that.

const AGAIN = 3_000; // milliseconds
const ON_THE_WAY = 30_000; // milliseconds after which another page is not waited for any more

/** The page that was left by a link, and when. */
const left = { path: "", at: -Infinity };

addEventListener("click", leave, { capture: true });

/** @param {MouseEvent} event */
function leave(event) {
  const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
  if (link.pathname === location.pathname) return;
  Object.assign(left, { path: location.pathname, at: performance.now() });
}

/** Returns whether another page was asked for and has not come yet. */
function isLeaving() {
  return left.path === location.pathname && performance.now() - left.at < ON_THE_WAY;
}

/**
 * Says something, and says it again for as long as it is wanted and the component is on the page.
 *
 * @param {Node} node of the component
 * @param {() => boolean} isWanted whether the server still does not know
 * @param {() => void} say
 */
export function sayUntilHeard(node, isWanted, say) {
  function again() {
    if (!node.isConnected || !isWanted()) return;
    if (!isLeaving()) say();
    setTimeout(again, AGAIN);
  }
  setTimeout(again, 0); // not while the component is being drawn
}
