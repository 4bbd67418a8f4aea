/** Edits, comparison, deciding units and robustness, wired to the page's store. */

import { createCompare } from "./compare.js";
import { createDeciding } from "./deciding.js";
import { createEdits } from "./edits.js";
import { createRobustness } from "./robustness.js";

/** Compared with before the edits. */
const BEFORE = { checkpoint: null, image: null, edits: [] };

/**
 * @param {{say: any, store: any, model: () => any, labels: () => string[], perturbations: any, change: (patch: any, since: number) => void,
 *   option: (name: string, value: any, since: number) => void, follow: (step: string, unit: number | null, since: number) => void,
 *   stage: () => any, tell: (sentence: string) => void}} page
 */
export function createExperiments({
  say,
  store,
  model,
  labels,
  perturbations,
  change,
  option,
  follow,
  stage,
  tell,
}) {
  const checkpoints = () => [
    ...model().checkpoints.map(({ name, epoch }) => ({
      name,
      title: say("header.epoch", { epoch }),
    })),
    { name: "untrained", title: say("header.untrained") },
  ];
  const edits = createEdits({
    say,
    query: store.get,
    count: () => stage().count(),
    checkpoints: () => checkpoints().map(({ name }) => name),
    lasso: (done) => stage().lasso(done),
    change: (next, since) => {
      store.remember();
      const { versus } = store.get();
      const before = JSON.stringify(versus) === JSON.stringify(BEFORE);
      const shown = next.length && !versus ? BEFORE : !next.length && before ? null : versus;
      change({ edits: next, versus: shown }, since);
    },
    tell,
  });
  const compare = createCompare({
    say,
    query: store.get,
    checkpoints,
    labels,
    change: (versus, since) => change({ versus }, since),
  });
  const deciding = createDeciding({
    say,
    labels,
    goTo: follow,
    target: (index, since) => option("class", index, since),
    edit: edits.add,
  });
  const robustness = createRobustness({
    say,
    labels,
    ranges: perturbations,
    options: () => store.get().options,
    change: (options, since) => change({ options }, since),
  });
  return { edits, compare, deciding, robustness };
}
