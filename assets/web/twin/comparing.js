/** How far two passes are apart, value by value, as shares of each step's scale. */

/** What sums in another order may differ by, as a share of a step's scale. */
export const TOLERANCE = 1e-4;
/** How many values go into a sum. */
export const TOGETHER = 64;

/**
 * @param {{id: string, limit: number}[]} steps with the ends of their scales
 * @param {Record<string, Float32Array>} page
 * @param {Record<string, Float32Array>} hooks
 * @returns {{residual: number, step: string, left: number, right: number}} the largest difference,
 *   as a share of the step's scale, where it is, and the two values; infinite where a step is
 *   missing or of another size
 */
export function apart(steps, page, hooks) {
  let worst = { residual: 0, step: steps[0]?.id ?? "", left: 0, right: 0 };
  for (const { id, limit } of steps) {
    const [mine, theirs] = [page[id], hooks[id]];
    if (!mine || !theirs || mine.length !== theirs.length)
      return { residual: Infinity, step: id, left: mine?.length ?? 0, right: theirs?.length ?? 0 };
    for (let index = 0; index < mine.length; index += 1) {
      const residual = difference(mine[index], theirs[index]) / limit;
      if (!(residual <= worst.residual))
        worst = { residual, step: id, left: mine[index], right: theirs[index] };
    }
  }
  return worst;
}

/**
 * The sums of every 64 values on end, weighed by their places, as the server writes them while the
 * pen moves: `weighed` in explorer/outgoing/replies.py says why so.
 *
 * @param {Record<string, Float32Array>} values of every step
 * @returns {Record<string, Float32Array>}
 */
export function sums(values) {
  return Object.fromEntries(Object.entries(values).map(([id, each]) => [id, weighed(each)]));
}

function weighed(values) {
  const found = new Float64Array(Math.ceil(values.length / TOGETHER));
  for (let index = 0; index < values.length; index += 1)
    found[Math.floor(index / TOGETHER)] += values[index] * (1 + (index % TOGETHER) / TOGETHER);
  return Float32Array.from(found);
}

/** Equal infinities and two values that are no numbers do not differ. */
function difference(one, other) {
  if (Object.is(one, other) || one === other) return 0;
  const apart = Math.abs(one - other);
  return Number.isNaN(apart) ? Infinity : apart;
}
