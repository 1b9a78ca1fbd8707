// @ts-check
// Names as the map finds them by itself: those that hold what was typed. Other spellings, initials and
// wrong letters are known to Python alone, which folded the names.

/** @typedef {import("./types.js").People} People */

/**
 * @param {string} text
 * @param {Record<string, string>} letters what Python writes for letters that are no accented ones
 */
export function fold(text, letters) {
  const lower = text.normalize("NFKD").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return Array.from(lower, (letter) => letters[letter] ?? letter).join("");
}

/** @param {string} name */
export function family(name) {
  return name.split(",")[0];
}

/**
 * @param {string} text
 * @param {Pick<People, "letters">} people
 */
function wordsOf(text, { letters }) {
  return fold(text, letters).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/**
 * Returns the rows of the players whose names hold all words of a text: exact family names first, then
 * names that begin with the text, then those with most games.
 *
 * @param {string} text
 * @param {Pick<People, "keys" | "ranks" | "letters">} people
 * @returns {number[]} empty as well where the text holds no word
 */
export function matching(text, people) {
  const { keys, ranks } = people;
  const words = wordsOf(text, people);
  if (!words.length) return [];
  const tier = (/** @type {number} */ row) => {
    return family(keys[row]) === words.join(" ") ? 0 : keys[row].startsWith(words[0]) ? 1 : 2;
  };
  return [...keys.keys()]
    .filter((row) => words.every((word) => keys[row].includes(word)))
    .sort((a, b) => tier(a) - tier(b) || ranks[a] - ranks[b]);
}

/**
 * Whether a text is the very family name of the player in a row.
 *
 * @param {string} text
 * @param {number | undefined} row
 * @param {Pick<People, "keys" | "letters">} people
 */
export function isSurname(text, row, people) {
  return row !== undefined && family(people.keys[row]) === wordsOf(text, people).join(" ");
}
