/** The checkpoints that units, weights and comparisons can come from, by name. */

import { called, grown, learnt } from "../base/age.js";

export const LEARNT = "+"; // in place of a checkpoint's name: what the one at hand has become

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
  const free = !page.locked.has("checkpoint"); // else only what a link has compared with already
  const shown = learnt(query) ? "" : checkpoint || page.model().default;
  return checkpoints(page).filter(
    ({ name }) => (free && name !== shown) || name === versus?.checkpoint,
  );
}

/**
 * Where values of a patch can come from: saved weights, and what those on the page have learnt,
 * which comes first where it is shown.
 *
 * @param {import("../state/types.js").Page} page @returns {[string, string][]}
 */
export function sources(page) {
  const { checkpoint, taught } = page.store.get();
  const all = checkpoints(page);
  const shown = checkpoint || page.model().default;
  const offered = page.locked.has("checkpoint") ? all.filter(({ name }) => name === shown) : all;
  /** @type {[string, string][]} */ const saved = offered.map(({ name, title }) => [name, title]);
  if (!taught?.steps) return saved;
  const age = all.find(({ name }) => name === shown)?.title ?? "";
  /** @type {[string, string]} */ const become = [LEARNT, grown(page.say, age, taught.steps)];
  return taught.shown ? [become, ...saved] : [...saved, become];
}
