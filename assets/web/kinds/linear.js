/** A unit of a Linear: the sum it is. */

import { createSum } from "./sum.js";

/** @param {import("../state/types.js").Page} page @param {any} section @param {string} [letter] of the sum */
export function explain(page, section, letter = "z") {
  if (!section.positive) return { parts: [] }; // what goes in is no vector: there are no terms to write out
  return createSum(page, section, letter);
}
