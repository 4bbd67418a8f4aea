/** Tables: a head of words, and rows whose first cell says what they are about. */

import { make } from "./elements.js";

/** @param {(string | null)[]} words above the columns; null where there is nothing to say */
export function head(words) {
  const cells = words.map((word) =>
    word === null ? make("td") : make("th", { scope: "col" }, word),
  );
  return make("thead", {}, make("tr", {}, ...cells));
}

/**
 * @param {[Node | string, ...(Node | string)[]]} cells
 * @param {Record<string, any>} [attributes] of the row
 */
export function row([first, ...rest], attributes = {}) {
  const cells = rest.map((cell) => make("td", {}, cell));
  return make("tr", attributes, make("th", { scope: "row" }, first), ...cells);
}

/** @param {Node[]} rows */
export function body(rows) {
  return make("tbody", {}, ...rows);
}

/**
 * A box in which a wide table is scrolled, by keys too.
 *
 * @param {Node} table
 * @param {(key: string) => string} say
 */
export function scrolled(table, say) {
  const box = make("div", { class: "scroll", tabindex: "0", role: "group" }, table);
  return { box, name: () => box.setAttribute("aria-label", say("page.table")) };
}
