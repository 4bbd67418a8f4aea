/** Where a unit's value comes from, of what the twin computes: where no server can be asked. */

import { bytes } from "../base/numbers.js";
import { kindOf } from "../kinds/index.js";

/**
 * The pinned unit of a query as replies have it.
 *
 * @param {any} pass `query`, the twin's `answer` to it, `steps`, the `sources` of what goes in by
 *   step, `parameters` by step, `taken` as the network's card says it, and the `link` of a step
 * @param {() => Record<string, Float32Array>} natural the values without any edits
 */
export function explained({ query, answer, steps, sources, parameters, taken, link }, natural) {
  const { step: id, unit, edits } = query;
  const step = steps.find((each) => each.id === id);
  const values = answer.values[id];
  const about = { step: id, kind: step.kind, unit, value: values[unit] };
  const mine = edits.filter((edit) => edit.step === id);
  if (mine.some(({ units }) => !units.length || units.includes(unit)))
    return { ...about, edited: true, natural: natural()[id][unit] };
  const source = sources[id];
  const below = steps.find((each) => each.id === source);
  const subject = {
    unit,
    source,
    values,
    shape: (below ?? step).shape.slice(1),
    entering: below ? answer.values[source] : bytes(query.images[query.focus]),
    parameters: parameters[id],
    link: link(id),
    taken,
    terms: query.options.terms,
  };
  return { ...about, ...kindOf(step).derive?.(subject) };
}
