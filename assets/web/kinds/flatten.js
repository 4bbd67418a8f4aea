/** A place in the flattened line: where it was before. */

import { make } from "../base/elements.js";
import { number } from "../base/numbers.js";
import { paintCells } from "../canvas/cells.js";
import { cover, mixed, rectangle } from "../canvas/moving.js";
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

/** @type {import("./index.js").Derive} */
export function derive({ unit, shape, source }) {
  const index = placeOf(unit, shape);
  const sizes = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, size) => all * size, 1));
  const place = index.map((at, axis) => (sizes[axis] === 1 ? `${at}` : `${sizes[axis]}·${at}`));
  const formula = `x[${place.join(" + ")}] = X[${index.join(", ")}]`;
  const named = axes(index.length).map((name, axis) => [name, index[axis]]);
  return { ...Object.fromEntries(named), index, formula, source };
}

/** The names of the axes of one image, as `explorer/kinds/flatten.py` has them. */
function axes(count) {
  if (count <= 3) return count > 1 ? ["map", "row", "column"].slice(3 - count) : ["i"];
  return [...Array.from({ length: count - 2 }, (_, at) => `i${at + 1}`), "row", "column"];
}

const AFTER = 0.6; // the last row leaves when this much of the time is over

/**
 * The rows of the picture slide into the line, one after the other.
 *
 * @param {import("../state/types.js").Page} page
 */
export function move({ colours }, { step, values }) {
  const { maps, height, width } = step.grid;
  if (maps !== 1 || step.scale !== "grey") return null;
  const picture = document.createElement("canvas");
  paintCells(picture, values, step, colours);
  return (scene, time) => {
    const [square, line] = [scene.axes(""), scene.axes("3")];
    if (!square || !line) return;
    cover(scene, line);
    for (let row = 0; row < height; row += 1) {
      const late = (AFTER * row) / height;
      const own = Math.min(1, Math.max(0, (time - late) / (1 - AFTER)));
      const from = rectangle(square, [-0.5, row - 0.5], [width - 0.5, row + 0.5]);
      const to = rectangle(line, [row * width - 0.5, -0.5], [(row + 1) * width - 0.5, 0.5]);
      const [x, y, across, down] = from.map((start, each) => mixed(start, to[each], own));
      scene.context.drawImage(picture, 0, row, width, 1, x, y, across, Math.abs(down));
    }
  };
}
