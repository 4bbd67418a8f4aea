/**
 * What a figure says where one points has its numbers as the page writes them: Plotly's own have a
 * hyphen for a minus and nine digits.
 */

import { digits, fixed, general, MINUS } from "../base/numbers.js";

const NUMBER = /%\{([xyz]):\.(\d)~?g\}/; // of a trace's hovertemplate, as Python made it
const WHOLE = 9; // digits of a value; of less, as the middle of a bin, so many are enough
const [LEAST, MOST] = [1e-3, 1e5]; // beyond them four digits behind the point are none, or too many

/** As everywhere on the page; very small and very large ones by powers of ten. */
function written(value, count) {
  if (typeof value !== "number" || Number.isNaN(value)) return "";
  if (count < WHOLE) return general(value, count).replace("-", MINUS);
  const size = Math.abs(value);
  return size === 0 || (size >= LEAST && size < MOST) ? fixed(value) : digits(value);
}

/** @param {any} values numbers, or rows of them @returns {any} */
const all = (values, count) =>
  Array.from(values, (each) =>
    typeof each === "object" && each ? all(each, count) : written(each, count),
  );

/** A trace that says its numbers as the page does. @param {any} trace as Plotly takes it */
export function speaking(trace) {
  const found = NUMBER.exec(trace.hovertemplate ?? "");
  const values = found && trace[found[1]];
  if (!values) return trace;
  const hovertemplate = trace.hovertemplate.replace(NUMBER, "%{hovertext}");
  return { ...trace, hovertemplate, hovertext: all(values, Number(found[2])) };
}
