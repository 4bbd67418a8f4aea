/** A probability: one exponential over the sum of all. */

import { make } from "../base/elements.js";
import { fixed, number } from "../base/numbers.js";
import { fraction } from "../twin/sums.js";
import { cover, mixed } from "../canvas/moving.js";
import { lines, link } from "./parts.js";
import { explain as written } from "./written.js";

export const hooked = false;

/** @param {import("../state/types.js").Page} page */
export function explain(page, section) {
  const { unit, logit, maximum, exponential, denominator, value, source } = section;
  if (logit === undefined) return written(page, section); // what goes in is no vector
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

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, source }) {
  const { maximum, exponentials, denominator } = fraction(entering);
  return { logit: entering[unit], maximum, exponential: exponentials[unit], denominator, source };
}

const ROOM = 1.18; // of the axis of logits, as a multiple of the end of their scale
const THICK = 0.7; // of a bar, as a share of its row

/**
 * The bars of the logits, to either side of 0, grow into shares.
 *
 * @param {import("../state/types.js").Page} _page
 */
export function move(_page, before, after) {
  if (!after.step.named || before.values.length !== after.values.length) return null;
  const best = after.values.indexOf(Math.max(...after.values));
  const end = ROOM * before.step.limit;
  return (scene, time) => {
    const pair = scene.axes("");
    if (!pair) return;
    const { x, y } = pair;
    cover(scene, pair);
    const thick = THICK * Math.abs(y.d2p(1) - y.d2p(0));
    const logit = (value) => ((value + end) / (2 * end)) * x._length;
    after.values.forEach((share, unit) => {
      const from = mixed(logit(0), x.d2p(0), time);
      const to = mixed(logit(before.values[unit]), x.d2p(share), time);
      scene.context.fillStyle = scene.style(unit === best ? "--le-accent" : "--le-bar");
      const top = y._offset + y.d2p(unit) - thick / 2;
      scene.context.fillRect(x._offset + Math.min(from, to), top, Math.abs(to - from), thick);
    });
  };
}
