/** Gradients that nobody sets to zero: one weight's picture after each of the last passes. */

import { make } from "../base/elements.js";
import { digits } from "../base/numbers.js";
import { createSlope } from "./slope.js";

const MOST = 3; // passes that are shown

/** @param {import("../state/types.js").Page} page */
export function createPasses(page) {
  const { say, steps } = page;
  const title = make("h4");
  const text = make("p");
  const name = make("p", { class: "muted" });
  const figures = Array.from({ length: MOST }, () => createSlope(page));
  const element = make(
    "div",
    { class: "passes", hidden: true },
    ...[title, text, name],
    make("div", { class: "pictures" }, ...figures.map((each) => each.element)),
  );
  /** @type {any} */ let shown = null;

  function draw() {
    if (!shown) return;
    const { pictures, source, limit } = shown;
    const step = steps().find(({ id }) => id === source);
    const found = Object.entries(pictures);
    figures.forEach((figure, index) => {
      const [count, { norm, values }] = found[index] ?? [0, { norm: 0, values: null }];
      const name = say("teach.pass", { count: Number(count), norm: digits(norm) });
      figure.draw(values, { step, limit, name });
    });
  }

  /** What the pictures are of: a unit's row, or means of blocks. */
  function called({ name: of, unit, block }) {
    if (unit !== null) return `${of}[${unit}]`;
    const [high, wide] = block;
    return `${of}${high * wide > 1 ? ` (${say("teach.means", { high, wide })})` : ""}`;
  }

  return {
    element,
    /** @param {any} sums none: gradients are set to zero @param {number} taken steps */
    fill(sums, taken) {
      shown = sums;
      element.hidden = !sums;
      if (!sums) return;
      const blanks = { count: sums.passes, sum: digits(sums.pictures[sums.passes].norm) };
      text.textContent = say(`teach.passes.${taken ? "steps" : "none"}`, {
        ...blanks,
        alone: digits(sums.alone),
      });
      name.textContent = called(sums);
      draw();
    },
    again: draw,
    name() {
      title.textContent = say("teach.passes");
    },
  };
}
