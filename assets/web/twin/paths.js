/**
 * The strongest contributors of one unit, theirs, and so on down to the pixels:
 * `explorer/sections/paths.py` in the page.
 */

import { feeding } from "./feeding.js";
import { contributors } from "./sums.js";

const EDGES = 12; // contributors drawn at a pinned unit
const FOLLOWED = 100; // units for each of them, over all steps

/**
 * @param {any} query with a pinned unit
 * @param {{values: Record<string, Float32Array>, sources: Record<string, string | null>,
 *   parametersOf: (step: string) => Record<string, import("./types.js").Tensor>,
 *   link: (step: string) => import("./types.js").Link | undefined}} pass what every step put out,
 *   where its input comes from, its weights, if any, and its layer
 */
export function paths({ step: pinned, unit, options }, pass) {
  const most = options.edges ?? EDGES;
  const [edges, left] = [[], []];
  let [front, step, unfollowed, depth] = [[unit], pinned, 0, 0];
  for (let below = pass.sources[step]; below; below = pass.sources[below]) depth += 1;
  const limit = Math.max(most, Math.floor((FOLLOWED * most) / Math.max(1, depth)));
  for (let below = pass.sources[step]; front.length && below; below = pass.sources[step]) {
    const count = left.length ? Math.max(2, Math.floor(most / 4)) : most;
    const walk = { edges, left, count, from: below, to: step };
    unfollowed += Math.max(0, front.length - limit);
    const followed = front.slice(0, limit);
    front = [...new Set(followed.flatMap((target) => down(walk, pass, target)))];
    step = below;
  }
  return { step: pinned, unit, edges, left, unfollowed };
}

/** Draw what makes one unit; the units of the step below that it comes from. */
function down({ edges, left, count: most, from, to }, { values, parametersOf, link }, target) {
  const layer = { link: link(to), parameters: parametersOf(to), values: values[from] };
  const sum = feeding(layer, target);
  if (!sum) return [];
  if ("copied" in sum) {
    edges.push({ from, source: sum.copied, to, target, value: null });
    return [sum.copied];
  }
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
    edges.push({ from, source: sum.places[index], to, target, value: product });
  return drawn.map(({ index }) => sum.places[index]);
}
