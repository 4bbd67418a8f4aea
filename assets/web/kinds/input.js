/** A pixel: its grey value. */

import { make } from "../base/elements.js";
import { number } from "../base/value.js";
import { lines } from "./parts.js";

export const unit = "edits.pixel";

/** @param {import("../state/types.js").Page} page */
export function explain({ say }, { row, column, grey, value }) {
  return {
    parts: [
      lines(`X[${row}, ${column}] = ${say("figure.grey")} / 255`, [
        `X[${row}, ${column}] = ${grey} / 255 = `,
        number(value, 6),
      ]),
      make("p", {}, say("inspector.pixel", { row, column })),
    ],
  };
}
