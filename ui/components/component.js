// @ts-check
// What Streamlit gives a component's module, in the words of the type checker.

/**
 * @typedef {object} Files
 * @property {string} script address of the component's first module
 * @property {string[]} styles addresses of its style sheets
 */

/**
 * @template {object} [Data=object]
 * @typedef {object} Component
 * @property {Data & {files: Files}} data what Python sent
 * @property {HTMLElement | ShadowRoot} parentElement where the component is mounted
 * @property {(name: string, value: unknown) => void} setTriggerValue sends an event to Python
 */

export {};
