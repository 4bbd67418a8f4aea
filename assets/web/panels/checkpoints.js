/** The checkpoints that units and comparisons can come from, by name. */

import { called } from "../base/age.js";

/** @param {import("../state/types.js").Page} page */
export function checkpoints({ say, start, model }) {
  const all = [
    ...model().checkpoints.map((age) => ({ name: age.name, title: called(say, age) })),
    { name: "untrained", title: say("header.untrained") },
  ];
  return start.lacks ? all.filter(({ name }) => name in model().weights) : all;
}
