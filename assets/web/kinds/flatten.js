/** A place in the flattened line: which pixel it was. */

import { make } from "../base/elements.js";
import { SIDE } from "../base/size.js";
import { number } from "../base/value.js";
import { lines, link } from "./parts.js";

/** @param {import("../state/types.js").Page} page */
export function explain(page, { row, column, unit, value, source }) {
  const { say } = page;
  return {
    parts: [
      lines(`x[${SIDE}·${row} + ${column}] = X[${row}, ${column}]`, [
        `x[${unit}] = `,
        number(value, 6),
      ]),
      make(
        "p",
        {},
        `${say("inspector.pixel", { row, column })}, ${say("inspector.from")} `,
        link(page, source, unit, source ?? ""),
      ),
    ],
  };
}
