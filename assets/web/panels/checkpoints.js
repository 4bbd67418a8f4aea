/** The checkpoints that units, weights and comparisons can come from, by name. */

import { called, learnt } from "../base/age.js";

/** @param {import("../state/types.js").Page} page @returns {{name: string, title: string}[]} */
export function checkpoints({ say, start, model }) {
  const { own, default: usual, checkpoints: ages, weights } = model();
  if (own) return [{ name: usual, title: say("header.given") }]; // its own weights, and no others
  const all = [
    ...ages.map((age) => ({ name: age.name, title: called(say, age) })),
    { name: "untrained", title: say("header.untrained") },
  ];
  return start.lacks ? all.filter(({ name }) => name in weights) : all;
}

/**
 * Those that the shown one can be compared with: what has learnt with its own beginning, too.
 * Whoever goes on to the compared age compares it with itself meanwhile.
 *
 * @param {import("../state/types.js").Page} page
 */
export function otherCheckpoints(page) {
  const query = page.store.get();
  const { checkpoint, versus } = query;
  const shown = learnt(query) ? "" : checkpoint || page.model().default;
  return checkpoints(page).filter(({ name }) => name !== shown || name === versus?.checkpoint);
}
