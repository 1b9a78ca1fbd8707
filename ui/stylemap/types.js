// @ts-check
// What Python sends to the style map, and what a mounted map knows.

/** @typedef {number[]} Place two or three numbers */
/** @typedef {[x: number, y: number, depth: number]} Seen a place as it lies on the stage, in pixels */
/** @typedef {(place: Place, at?: Seen) => Seen | null} Project null where a place is out of sight */
/**
 * @typedef {object} Color
 * @property {string} column
 * @property {string} title
 * @property {number} low
 * @property {number} high
 * @property {[at: number, shade: string][]} scale
 * @property {[string, string]} ends
 * @property {{name: string, color: string}[] | null} groups
 */
/**
 * What Python sends.
 *
 * @typedef {object} MapData
 * @property {number} revision
 * @property {string} library address of Plotly
 * @property {{url: string, count: number, columns: string[]}} points
 * @property {string} people address of the names
 * @property {{key: string, columns: string[], titles: string[], ticks: boolean}} view
 * @property {Color} color
 * @property {string[]} landmarks
 * @property {{place: Place, label: string, name: string | null} | null} marker
 * @property {{places: Place[], ends: [string, string], names: string[]} | null} path
 * @property {{place: Place, name: string}[]} [guests]
 * @property {{text: string, names: string[]} | null} [found] whom a text means that Python was asked about
 */
/** @typedef {{count: number, columns: Record<string, Float32Array>}} Points */
/**
 * What is known of each player, and how names are folded.
 *
 * @typedef {object} People
 * @property {string[]} names
 * @property {string[]} lines
 * @property {string[]} tops
 * @property {number[]} ranks 0 has most games
 * @property {string[]} keys folded names, a comma behind the family name
 * @property {Record<string, string>} letters what stands in keys for letters that are no accented ones
 */
/** @typedef {{x: number, y: number, z: number}} Vector */
/** @typedef {{eye: Vector, center: Vector, up: Vector}} Camera as Plotly has it */
/** @typedef {{ranges?: number[][], camera?: Camera}} Kept what a person zoomed or turned to */
/**
 * What lies over the figure.
 *
 * @typedef {object} Item
 * @property {string} kind
 * @property {Place} place
 * @property {SVGElement} node
 * @property {number} [row]
 * @property {SVGElement | null} [text]
 * @property {Place[]} [line] places along a route
 */
/** @typedef {{name: string, place: Place}} Found */
/** @typedef {{text: string, font: string, line: string}} Theme colours and letters of the page */
/**
 * A mounted map.
 *
 * @typedef {object} StyleMap
 * @property {HTMLElement & {pixelOf?: (name: string) => number[] | null}} root
 * @property {HTMLElement} stage
 * @property {HTMLElement & Record<string, any>} plot with what Plotly puts on it
 * @property {Element} overlay
 * @property {HTMLElement} tip
 * @property {HTMLElement} status
 * @property {HTMLElement} count
 * @property {HTMLElement} legend
 * @property {HTMLInputElement} input
 * @property {HTMLElement} found
 * @property {MapData} data what Python sent last
 * @property {(name: string, value: unknown) => void} send
 * @property {any} plotly the library, once it is there
 * @property {Points | null} points
 * @property {People | null} people
 * @property {string} drawn what the figure on screen was made from
 * @property {number} run counts updates, so that a slow one cannot overtake
 * @property {Item[]} items
 * @property {number} hovered row under the pointer, -1 if none
 * @property {[number, number] | null} pointer where it is, until the next frame looks what is there
 * @property {{place: Place, timer: number} | null} asked a click without an answer yet
 * @property {object | null} press the pointer that is down
 * @property {number} followUntil
 * @property {boolean} following
 * @property {number[]} matches
 * @property {number} active which of the names found is marked
 * @property {number} asking the timer after which Python is asked whom a text means; 0 if it is not
 * @property {boolean} hurried Enter was pressed before Python had answered
 */

export {};
