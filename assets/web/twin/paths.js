/**
 * The strongest contributors of one unit, theirs, and so on down to the pixels:
 * `explorer/sections/paths.py` in the page.
 */

import { contributors, unitSum } from "./sums.js";

const EDGES = 12; // contributors drawn at a pinned unit

/**
 * @param {any} query with a pinned unit
 * @param {{values: Record<string, Float32Array>, sources: Record<string, string | null>,
 *   parametersOf: (step: string) => Record<string, import("./types.js").Tensor>,
 *   leads: (step: string) => boolean}} pass what every step put out, where its input comes from,
 *   its weights, if any, and whether a path leads through it
 */
export function paths({ step: pinned, unit, options }, pass) {
  const most = options.edges ?? EDGES;
  const [edges, left] = [[], []];
  let [front, step] = [[unit], pinned];
  for (let below = pass.sources[step]; front.length && below; below = pass.sources[step]) {
    if (!pass.leads(step)) break;
    const count = left.length ? Math.max(2, Math.floor(most / 4)) : most;
    const walk = { edges, left, count, from: below, to: step };
    front = [...new Set(front.flatMap((target) => down(walk, pass, target)))];
    step = below;
  }
  return { step: pinned, unit, edges, left };
}

/** Draw what makes one unit; the units of the step below that it comes from. */
function down({ edges, left, count: most, from, to }, { values, parametersOf }, target) {
  const parameters = parametersOf(to);
  if (!parameters.weight) {
    edges.push({ from, source: target, to, target, value: null });
    return [target];
  }
  const sum = unitSum(parameters, values[from], target);
  const { strongest, positive, negative, count } = contributors(sum, most);
  left.push({
    step: to,
    unit: target,
    bias: sum.bias,
    total: sum.total,
    positive,
    negative,
    count,
  });
  const drawn = strongest.filter(({ product }) => product !== 0);
  for (const { index, product } of drawn)
    edges.push({ from, source: index, to, target, value: product });
  return drawn.map(({ index }) => index);
}
