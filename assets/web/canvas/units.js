/** Where the units of a figure stand on screen, for whoever walks to them or draws around them. */

import { decodeTyped } from "../base/numbers.js";

/**
 * @typedef {{axes: string, values: ArrayLike<number>, columns: number, count: number}} Places cells
 *   row after row with the number of the unit in each, less than 0 in a gap; on which axes of the
 *   figure, and how many units there are in all
 */

/**
 * The places of a figure's units, as it stands on this page; where its units are no picture, as
 * bars are none, those of so many in rows.
 *
 * @param {any} figure @param {number} count of the units @returns {Places}
 */
export function unitsOf({ data, layout }, count) {
  const { marks = [], columns = 1 } = layout.meta ?? {};
  const [axes = ""] = marks.filter((each) => each !== "row");
  const found = data.find((trace) => trace.type === "heatmap" && trace.xaxis === `x${axes}`);
  if (!found?.customdata) {
    const values = Int32Array.from({ length: count }, (_, unit) => unit);
    return { axes: "", values, columns, count };
  }
  const { values, shape } = decodeTyped(found.customdata);
  return { axes, values, columns: shape[1], count };
}

/**
 * The unit above or below another one: gaps between maps are stepped over. Where the picture does
 * not go on, as that of one map of many, the units do.
 *
 * @param {Places} places @param {number} unit @param {number} down −1 or 1
 */
export function below({ values, columns, count }, unit, down) {
  const all = Array.from(values);
  const [at, step] = [all.indexOf(unit), down * columns];
  for (let place = at + step; at >= 0 && place in all; place += step)
    if (all[place] >= 0) return all[place];
  const next = unit + step;
  return next < 0 || next >= count || all.includes(next) ? unit : next;
}
