/** The inputs of a pass by their numbers, as lists offer them. */

const MOST = 100; // more are chosen by nobody from a list

/** @param {import("../state/types.js").Page} page @returns {[string, string][]} */
export function numbered(page) {
  return Array.from({ length: Math.min(MOST, page.inputs()) }, (_, index) => [
    String(index),
    titled(page, index),
  ]);
}

/** @param {import("../state/types.js").Page} page @returns {string} what one of them is called */
export function titled({ say, model }, /** @type {number} */ index) {
  return say(model().drawn ? "compare.image" : "inputs.called", { index });
}
