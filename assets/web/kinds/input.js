/** A pixel: its grey value. */

import { make } from "../base/elements.js";
import { number } from "../base/numbers.js";
import { lines, placeOf } from "./parts.js";

export const unit = "edits.pixel";

/** @param {import("../state/types.js").Page} page */
export function explain({ say }, { row, column, index, grey, mean, std, value }) {
  const pixel = `X[${index.join(", ")}]`;
  const normal = (share) => (mean === undefined ? share : `(${share} − ${mean}) / ${std}`);
  return {
    parts: [
      lines(`${pixel} = ${normal(`${say("figure.grey")} / 255`)}`, [
        `${pixel} = ${normal(`${grey} / 255`)} = `,
        number(value, 6),
      ]),
      row === undefined ? null : make("p", {}, say("inspector.pixel", { row, column })),
    ],
  };
}

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, shape, taken: { mean, std } }) {
  const index = placeOf(unit, shape);
  const [column, row] = [...index].reverse();
  const plane = index.length === 3 ? index[0] : 0;
  const normal = mean.length ? { mean: mean[plane], std: std[plane] } : {};
  return { index, row, column, grey: entering[unit], ...normal };
}
