/** Edits of units, as the hooks apply them: in their order, each to what the one before left. */

/**
 * What edits make of each step's output.
 *
 * @param {{step: string, units: number[], action: string, value: number}[]} edits no units: all of
 *   them
 * @param {(edit: any) => Float32Array} source the values that a patch copies, all units of its step
 * @returns {(step: string, values: Float32Array) => Float32Array}
 */
export function changes(edits, source) {
  return (step, values) => {
    const mine = edits.filter((edit) => edit.step === step);
    if (!mine.length) return values;
    const result = values.slice();
    for (const edit of mine) apply(edit, result, source);
    return result;
  };
}

function apply(edit, values, source) {
  const patch = edit.action === "patch" ? source(edit) : null;
  const value = Math.fround(edit.value);
  /** @type {Record<string, (unit: number) => number>} */ const actions = {
    off: () => 0,
    clamp: () => value,
    scale: (unit) => values[unit] * value,
    patch: (unit) => patch[unit],
  };
  const change = actions[edit.action];
  if (edit.units.length) for (const unit of edit.units) values[unit] = change(unit);
  else for (let unit = 0; unit < values.length; unit += 1) values[unit] = change(unit);
}
