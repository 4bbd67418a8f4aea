/** A pixel: its grey value. */

import { make } from "../base/elements.js";
import { number } from "../base/numbers.js";
import { lines, placeOf } from "./parts.js";

export const unit = "edits.pixel";

/** @param {import("../state/types.js").Page} page */
export function explain({ say }, { row, column, index, grey, value }) {
  const pixel = `X[${index.join(", ")}]`;
  return {
    parts: [
      lines(`${pixel} = ${say("figure.grey")} / 255`, [
        `${pixel} = ${grey} / 255 = `,
        number(value, 6),
      ]),
      row === undefined ? null : make("p", {}, say("inspector.pixel", { row, column })),
    ],
  };
}

/** @type {import("./index.js").Kind["derive"]} */
export function derive({ unit, entering, shape }) {
  const index = placeOf(unit, shape);
  const [column, row] = [...index].reverse();
  return { index, row, column, grey: entering[unit] };
}
