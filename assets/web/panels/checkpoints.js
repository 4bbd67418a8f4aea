/** The checkpoints that units and comparisons can come from, by name. */

/** @param {import("../state/types.js").Page} page */
export function checkpoints({ say, start, model }) {
  const all = [
    ...model().checkpoints.map(({ name, epoch }) => ({
      name,
      title: say("header.epoch", { epoch }),
    })),
    { name: "untrained", title: say("header.untrained") },
  ];
  return start.lacks ? all.filter(({ name }) => name in model().weights) : all;
}
