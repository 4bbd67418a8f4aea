/** A probability: one exponential over the sum of all. */

import { make } from "../base/elements.js";
import { fixed, number } from "../base/numbers.js";
import { fraction } from "../twin/sums.js";
import { lines, link } from "./parts.js";

export const hooked = false;

/** @param {import("../state/types.js").Page} page */
export function explain(page, section) {
  const { unit, logit, maximum, exponential, denominator, value, source } = section;
  if (logit === undefined) return { parts: [] }; // what goes in is no vector
  const formulas = lines(
    `p[${unit}] = exp(logit[${unit}] − max) / Σₖ exp(logit[k] − max)`,
    [
      `p[${unit}] = exp(`,
      link(page, source, unit, fixed(logit, 4)),
      ` − ${fixed(maximum, 4)}) / ${fixed(denominator, 4)}`,
    ],
    [
      `p[${unit}] = `,
      number(exponential, 6),
      " / ",
      number(denominator, 6),
      " = ",
      number(value, 6),
    ],
  );
  return {
    parts: [make("div", { class: "left" }, formulas, make("p", {}, page.labels()[unit]))],
  };
}

/** @type {import("./index.js").Kind["derive"]} */
export function derive({ unit, entering, source }) {
  const { maximum, exponentials, denominator } = fraction(entering);
  return { logit: entering[unit], maximum, exponential: exponentials[unit], denominator, source };
}
