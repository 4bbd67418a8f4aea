/** A rectified unit: on or off, its place on the curve, and how far it is from the other side. */

import { make } from "../base/elements.js";
import { fixed, number } from "../base/numbers.js";
import { paintCells } from "../canvas/cells.js";
import { rectangle } from "../canvas/moving.js";
import { lines, link } from "./parts.js";

export const switches = true;

const SVG = "http://www.w3.org/2000/svg";

/** @param {import("../state/types.js").Page} page */
export function explain(page, { unit, z, value, on, distance, source }) {
  const { say } = page;
  const limit = Math.max(1, Math.ceil(Math.abs(z)));
  const label = say("inspector.curve", { limit });
  return {
    parts: [
      make(
        "div",
        { class: "left" },
        lines(`a[${unit}] = max(0, z[${unit}])`, [
          `a[${unit}] = max(0, `,
          link(page, source, unit, fixed(z, 5)),
          ") = ",
          number(value, 5),
        ]),
        make("p", {}, say(on ? "inspector.on" : "inspector.off")),
        make("p", {}, `${say("inspector.distance")} |z| = `, number(distance, 5)),
      ),
      make(
        "div",
        { class: "right" },
        make("figure", { class: "wide" }, curve(z, limit, label), make("figcaption", {}, label)),
      ),
    ],
  };
}

/** max(0, z) from −limit to limit, with a dot where the unit is. */
function curve(z, limit, label) {
  const svg = document.createElementNS(SVG, "svg");
  const draw = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  for (const [name, value] of Object.entries({
    viewBox: "0 0 200 110",
    role: "img",
    class: "curve",
    "aria-label": label,
  }))
    svg.setAttribute(name, value);
  svg.append(
    draw("path", { class: "axis", d: "M0 100H200M100 0V110" }),
    draw("path", { class: "line", d: "M0 100H100L200 0" }),
    draw("circle", {
      r: 6,
      cx: 100 + (100 * z) / limit,
      cy: 100 - (100 * Math.max(0, z)) / limit,
    }),
  );
  return svg;
}

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, source }) {
  const z = entering[unit];
  return { z, distance: Math.abs(z), on: z > 0, source };
}

/**
 * What is negative falls to nothing in its place; what is positive stays.
 *
 * @param {import("../state/types.js").Page} page
 */
export function move({ colours }, before, after) {
  const { maps, width } = before.step.grid;
  if (maps !== 1 || before.values.length !== after.values.length) return null;
  const falling = document.createElement("canvas");
  paintCells(falling, before.values, { ...before.step, switches: false }, colours);
  return ({ context, axes }, time) => {
    const grid = axes("2");
    if (!grid) return;
    before.values.forEach((value, unit) => {
      if (value > 0) return;
      const [row, column] = [Math.floor(unit / width), unit % width];
      const cell = rectangle(grid, [column - 0.5, row - 0.5], [column + 0.5, row + 0.5]);
      const [x, y, across, down] = cell;
      const rest = 1 - time; // of its height: it sinks to the lower edge of its cell
      context.drawImage(falling, column, row, 1, 1, x, y + time * down, across, rest * down);
    });
  };
}
