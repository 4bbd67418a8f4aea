/** The last Linear: its sums are the logits. */

import { explain as sum } from "./linear.js";

export { derive, move } from "./linear.js";

export const letter = "logit";

/** @param {import("../state/types.js").Page} page */
export function explain(page, section) {
  return sum(page, section, letter);
}
