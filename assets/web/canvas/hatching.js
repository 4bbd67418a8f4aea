/**
 * What is switched off, as Plotly draws it: all strokes of a picture are one path. As a trace of
 * lines every stroke would be an element of its own, made and styled anew with each figure.
 */

import { decodeTyped } from "../base/numbers.js";

const WIDE = 2 ** 16; // more corners than a row of any picture has: each has a number of its own

/**
 * A figure whose strokes are shapes, one for each picture that has any, below its other shapes.
 *
 * @param {any} figure @param {string} color of the strokes
 */
export function struck({ data, layout }, color) {
  const strokes = data.filter(hatches).flatMap((trace) => shape(trace, color));
  const shapes = [...strokes, ...(layout.shapes ?? [])];
  return { data: data.filter((trace) => !hatches(trace)), layout: { ...layout, shapes } };
}

const hatches = ({ meta }) => meta?.fill === "hatch";

/**
 * The strokes of a trace, if any: its x and y are both ends of each and a gap, from the lower left
 * of a cell to its upper right, row after row. What goes on in the next cell is one line.
 */
function shape({ x, y, xaxis: xref, yaxis: yref, line }, color) {
  const [across, down] = [decodeTyped(x).values, decodeTyped(y).values];
  const corner = (end) => (down[end] + 0.5) * WIDE + across[end] + 0.5;
  /** Where lines end, by where they begin. @type {Map<number, number>} */ const lines = new Map();
  for (let index = 0; index + 1 < across.length; index += 3) {
    const [from, to] = [corner(index), corner(index + 1)];
    lines.set(from, lines.get(to) ?? to);
    lines.delete(to);
  }
  const written = (at) => `${(at % WIDE) - 0.5},${Math.floor(at / WIDE) - 0.5}`;
  const path = Array.from(lines, ([from, to]) => `M${written(from)}L${written(to)}`).join("");
  return path ? [{ type: "path", path, xref, yref, line: { ...line, color } }] : [];
}
