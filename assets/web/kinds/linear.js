/** A unit of a Linear: the sum it is. */

import { createSum } from "./sum.js";

/** @param {import("../state/types.js").Page} page */
export function explain(page, section) {
  if (!section.positive) return { parts: [] }; // not on one vector: no hook has seen its terms
  return createSum(page, section);
}
