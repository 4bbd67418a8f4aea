/** Names of which the end tells one from another, as paths of modules: it is never cut. */

import { make } from "./elements.js";

/**
 * Write a name into an element of the class `tail`; all of it is in the title, and read aloud.
 *
 * @param {HTMLElement} element @param {string} name "" for none: the element is as empty
 */
export function fillTail(element, name) {
  element.title = name;
  element.replaceChildren(...(name ? [make("bdi", { dir: "ltr" }, name)] : []));
}

/** @param {string} type of which class besides @param {string} name @returns {HTMLElement} */
export function makeTail(type, name) {
  const element = make("span", { class: `tail ${type}`.trim() });
  fillTail(element, name);
  return element;
}
