// @ts-check
// What Python sends to the dial, and what a mounted dial knows.

/** @typedef {[amount: number, value: number, low: number | null, high: number | null]} Dose */
/** @typedef {{label: string, slider: boolean, note: string, doses: Dose[]}} Leak */
/**
 * @typedef {object} Cost
 * @property {string} label
 * @property {string} unit
 * @property {string} note
 * @property {number} digits
 * @property {boolean} signed
 * @property {Dose[]} doses
 */
/**
 * The measured curve in games.
 *
 * @typedef {object} Games
 * @property {string} title
 * @property {Dose[]} points
 * @property {number[]} here the curve at each place
 * @property {string[]} words for each place
 * @property {[value: number, label: string][]} ticks
 * @property {string} note
 */
/**
 * What Python sends.
 *
 * @typedef {object} DialData
 * @property {string} label
 * @property {string} low word for the left end
 * @property {string} high word for the right end
 * @property {number[]} amounts every place of the slider
 * @property {number} place
 * @property {number} zero place of 0
 * @property {string} svg the board
 * @property {string[]} arrows SVG over the board, for each place
 * @property {string} caption
 * @property {string} moves_title
 * @property {{san: string, tone: string, note: string}[]} moves
 * @property {number[][]} chances of the moves, for each place
 * @property {string[]} expected attribute in words, for each place; empty where nothing measures it
 * @property {string} unit
 * @property {string[]} turns how the favourite move changes, for each place
 * @property {Games | null} games null where nothing was measured
 * @property {string} offers_title
 * @property {{index: number, label: string, caption: string, svg: string}[]} offers
 * @property {number} chosen index of the position on the board
 * @property {string} offers_note
 * @property {Dose[]} curve
 * @property {string} curve_words
 * @property {string} source
 * @property {Leak[]} leaks
 * @property {Cost[]} costs
 */
/** @typedef {{row: HTMLElement, bar: HTMLElement, before: HTMLElement, percent: HTMLElement}} MoveRow */
/** @typedef {{leak: Leak, row: HTMLElement, bar: HTMLElement, whisker: HTMLElement, value: HTMLElement}} LeakRow */
/**
 * A mounted dial.
 *
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {(selector: string) => HTMLElement} find
 * @property {DialData} data what Python sent last
 * @property {(name: string, value: unknown) => void} send
 * @property {HTMLInputElement} slider
 * @property {number | null} wanted place where the person left the slider and Python does not know it yet
 * @property {number} wantedUntil
 * @property {boolean} held
 * @property {number} timer
 * @property {MoveRow[]} rows
 * @property {LeakRow[]} leaks
 * @property {{cost: Cost, row: HTMLElement, value: HTMLElement}[]} costs
 * @property {number} width of the curve, so that its letters keep their size
 * @property {boolean} showAll
 * @property {Element | null} marker
 * @property {HTMLElement | SVGElement | null} here
 * @property {Element | null} reading
 * @property {Element | null} gameMarker
 * @property {Element | null} gameHere
 */

export {};
