// @ts-check
// Messages that the server has to hear. After a restart several components speak at once, and one
// of their messages may be lost on the way: it is said again until the server shows that it knows.

const AGAIN = 3_000; // milliseconds

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
    say();
    setTimeout(again, AGAIN);
  }
  setTimeout(again, 0); // not while the component is being drawn
}
