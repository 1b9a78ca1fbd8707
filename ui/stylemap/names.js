// @ts-check
// Names as they are searched: without accents and capitals, a letter or two wrong.

/** @type {Record<string, string>} */
const STROKES = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };

/** @param {string} text */
export function fold(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[łøđðþæœıß]/g, (letter) => STROKES[letter]);
}

/** @param {string} name */
export function family(name) {
  return name.split(",")[0];
}

/**
 * Returns the rows of the players whose names hold all words of a text, or else of those whose names
 * have something like each: exact family names first, then names that begin with the text, then
 * those with most games.
 *
 * @param {string} text
 * @param {string[]} folded names, as ``fold`` leaves them
 * @param {number[]} ranks by row; 0 has most games
 * @returns {number[]} empty as well where the text holds no word
 */
export function matching(text, folded, ranks) {
  const words = fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length) return [];
  const rows = [...folded.keys()];
  const exact = rows.filter((row) => words.every((word) => folded[row].includes(word)));
  const found = exact.length ? exact : rows.filter((row) => words.every((word) => isNear(word, folded[row])));
  const tier = (/** @type {number} */ row) => {
    const name = folded[row];
    return family(name) === words.join(" ") ? 0 : name.startsWith(words[0]) ? 1 : 2;
  };
  return found.sort((a, b) => tier(a) - tier(b) || ranks[a] - ranks[b]);
}

/**
 * Whether a name has a word like this one: of four letters or more, one or two may be wrong.
 *
 * @param {string} word
 * @param {string} name
 */
function isNear(word, name) {
  const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
  return name.split(/[^\p{L}\p{N}]+/u).some((other) => wrongLetters(word, other, most) <= most);
}

/**
 * How many letters must be put in, left out or exchanged; more than `most` is not counted out.
 *
 * @param {string} word
 * @param {string} other
 * @param {number} most
 */
export function wrongLetters(word, other, most) {
  if (Math.abs(word.length - other.length) > most) return most + 1;
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= word.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const change = above[column - 1] + (word[row - 1] === other[column - 1] ? 0 : 1);
      line.push(Math.min(change, above[column] + 1, line[column - 1] + 1));
    }
    above = line;
  }
  return above[other.length];
}
