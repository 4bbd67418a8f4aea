/** The answers at the stops on gradients and training: from the desk, or the course's own lines. */

import { listed } from "../base/lists.js";
import { digits } from "../base/numbers.js";
import { last } from "../base/sure.js";

const FIRST = "linear_relu_stack.0.weight";

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Reply} Reply
 */

/** The backward pass on the desk. @param {Reply} reply */
function desk({ sections: { gradient } }) {
  return gradient?.possible ? gradient : null;
}

/** How long the gradient of a parameter is. */
const length = ({ layers }, wanted) => layers.find(({ name }) => name === wanted).norm;

/** What the lines of a stop gave as blanks of its answer. @param {string} stop */
const filled =
  (stop) =>
  /** @param {Reply} reply */
  ({ sections: { optimizing } }) =>
    optimizing?.stops[stop].values ?? null;

/** Once, twice and three times the gradient of the first layer: passes without zeroing add up. */
function added(reply) {
  const gradient = desk(reply);
  if (!gradient) return null;
  const once = length(gradient, FIRST);
  return { once: digits(once), twice: digits(2 * once), thrice: digits(3 * once) };
}

/**
 * The blanks of each answer; null while what it needs is not there.
 *
 * @type {Record<string, (reply: Reply, page: Page) => Record<string, any> | null>}
 */
export const TRAINING = {
  graph(reply, { labels }) {
    const gradient = desk(reply);
    return (
      gradient && {
        label: labels()[gradient.label],
        share: digits(gradient.probability),
        loss: digits(gradient.loss),
      }
    );
  },
  backward(reply, { say }) {
    const gradient = desk(reply);
    if (!gradient) return null;
    const weights = gradient.layers.filter(({ name }) => name.endsWith("weight"));
    const lengths = weights.map(({ name, norm }) => `${name}: ${digits(norm)}`);
    return { list: listed(say, lengths) };
  },
  untracked({ steps }) {
    const counts = steps.flatMap((step, index) =>
      step.module === "Linear" ? [(last(steps[index - 1].shape) + 1) * last(step.shape)] : [],
    );
    const all = counts.reduce((sum, each) => sum + each, 0);
    return { count: written(counts[0]), all: written(all) };
  },
  adding: added,
  data: filled("data"),
  hyperparameters: filled("hyperparameters"),
  loss(reply) {
    const values = filled("loss")(reply);
    return values && { value: digits(values.value) };
  },
  optimizer(reply) {
    const values = filled("optimizer")(reply);
    return values && { ...values, count: written(values.count) };
  },
  loops({ sections: { lesson } }) {
    if (!lesson?.possible || !lesson.steps) return null;
    const [before, after] = [lesson.losses[0], lesson.losses.at(-1)];
    if (after === null) return null;
    return { before: digits(before), after: digits(after), count: lesson.steps };
  },
  zeroing: added,
  epochs(reply) {
    const values = filled("epochs")(reply);
    return values && { ...values, there: written(values.there) };
  },
};

/** A count as it is read. @param {number} count */
export const written = (count) => count.toLocaleString("en");
