/** A value of a pool: which of the values under its window has won. */

import { general } from "../base/numbers.js";
import { covered, winner } from "../twin/windows.js";
import { placeOf } from "./parts.js";

export { explain } from "./written.js";

const SOME = 16; // values written out

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, source, link }) {
  const window = covered(link, placeOf(unit, link.shape));
  if (!window.length) return {}; // it lies in the padding
  const from = winner(window, entering);
  const listed = window.slice(0, SOME).map((at) => general(entering[at], 4));
  const values = `${listed.join(", ")}${window.length > SOME ? " …" : ""}`;
  return {
    formulas: [
      `y = max(${values}) = ${general(entering[from], 6)}`,
      `y = x[${placeOf(from, link.takes).join(", ")}]`,
    ],
    from,
    source,
  };
}
