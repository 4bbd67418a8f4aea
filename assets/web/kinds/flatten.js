/** A place in the flattened line: where it was before. */

import { make } from "../base/elements.js";
import { number } from "../base/numbers.js";
import { lines, link, placeOf } from "./parts.js";

/** @param {import("../state/types.js").Page} page */
export function explain(page, { row, column, formula, unit, value, source }) {
  const { say } = page;
  if (formula === undefined) return { parts: [] }; // images and values are folded into each other
  const pixel = row === undefined ? "" : `${say("inspector.pixel", { row, column })}, `;
  return {
    parts: [
      lines(formula, [`x[${unit}] = `, number(value, 6)]),
      make("p", {}, `${pixel}${say("inspector.from")} `, link(page, source, unit, source ?? "")),
    ],
  };
}

/** @type {import("./index.js").Kind["derive"]} */
export function derive({ unit, shape, source }) {
  const index = placeOf(unit, shape);
  const [column, row] = [...index].reverse();
  const sizes = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, size) => all * size, 1));
  const place = index.map((at, axis) => (sizes[axis] === 1 ? `${at}` : `${sizes[axis]}·${at}`));
  const formula = `x[${place.join(" + ")}] = X[${index.join(", ")}]`;
  return { index, row, column, formula, source };
}
