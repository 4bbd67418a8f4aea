/** One picture of slopes: cells as the activations stand, on a signed scale that says its ends. */

import { make } from "../base/elements.js";
import { decode, digits } from "../base/numbers.js";
import { places } from "../canvas/arrays.js";
import { paintCells } from "../canvas/cells.js";
import { beside, moveOf } from "../canvas/walking.js";

const LEVELS = 64; // cells of a legend
const LEGEND = { rows: 1, columns: LEVELS, maps: 1, height: 1, width: LEVELS };

/**
 * @param {import("../state/types.js").Page} page
 * @param {(unit: number, since: number) => void} [pick] what pointing at a cell chooses
 */
export function createSlope({ colours }, pick) {
  const canvas = make("canvas", { class: "cells", role: "img" });
  const mark = make("span", { class: "mark", hidden: true });
  const caption = make("figcaption");
  const legend = make("canvas", { class: "ends", "aria-hidden": "true" });
  const [low, high] = [make("span"), make("span")];
  const ends = make("div", { class: "scale" }, low, legend, high);
  const box = make("div", { class: "box" }, canvas, mark);
  const element = make("figure", { hidden: true }, caption, box, ends);
  if (pick) box.classList.add("picks");
  /** Which unit each cell is, row by row; none where a cell is a mean of several. */
  /** @type {import("../canvas/arrays.js").Filled | null} */ let units = null;
  let count = 0;
  let framed = -1;

  /** The unit of the cell at a point of the picture; none in a gap between maps. */
  function at({ clientX, clientY }) {
    if (!units) return null;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [rows, columns] = units.shape;
    const column = Math.floor((columns * (clientX - left)) / width);
    const index = units.values[Math.floor((rows * (clientY - top)) / height) * columns + column];
    return index >= 0 && index < count ? index : null;
  }

  canvas.addEventListener("click", (event) => {
    const index = at(event);
    if (index !== null) pick?.(index, event.timeStamp);
  });
  if (pick) canvas.tabIndex = 0;
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!pick || !units || !move) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows do not step the network
    const next = framed < 0 ? 0 : beside(units, framed, move);
    if (next < count) pick(next, event.timeStamp);
  });

  /** A frame around one cell. */
  function frame(unit) {
    framed = unit < count ? unit : -1;
    const cell = units && unit < count ? Array.from(units.values).indexOf(unit) : -1;
    mark.hidden = cell < 0;
    if (!units || mark.hidden) return;
    const [rows, columns] = units.shape;
    mark.style.left = `${(100 * (cell % columns)) / columns}%`;
    mark.style.top = `${(100 * Math.floor(cell / columns)) / rows}%`;
    mark.style.width = `${100 / columns}%`;
    mark.style.height = `${100 / rows}%`;
  }

  return {
    element,
    frame,
    /** @param {any} tensor none: no picture @param {any} how */
    draw(tensor, { step = null, limit, switches = false, unit, name }) {
      element.hidden = tensor === null;
      if (tensor === null) return;
      const values = decode(tensor);
      const grid = step?.grid ?? gridOf(tensor.shape);
      const apart = !step && tensor.shape.length === 1; // values that are no units of any step
      units = apart || step?.block?.length ? null : places(grid);
      count = values.length;
      paintCells(canvas, values, { grid, scale: "signed", limit, switches }, colours);
      const across = Float32Array.from({ length: LEVELS }, (_, at) => (2 * at) / (LEVELS - 1) - 1);
      paintCells(legend, across, { grid: LEGEND, scale: "signed", limit: 1 }, colours);
      [low.textContent, high.textContent] = [digits(-limit, 2), digits(limit, 2)];
      caption.textContent = name;
      canvas.setAttribute("aria-label", `${name}, ${digits(-limit, 2)} … ${digits(limit, 2)}`);
      element.dataset.name = name.trim();
      frame(unit);
    },
  };
}

/** Rows and columns for so many values, about twice as wide as high. */
function line(count) {
  const columns = Math.ceil(Math.sqrt(2 * count));
  return [Math.ceil(count / columns), columns];
}

/** The grid of a matrix, one cell a value, or of maps side by side. @param {number[]} shape */
function gridOf(shape) {
  if (shape.length === 1) return gridOf(line(shape[0]));
  const [height, width] = shape.slice(-2);
  const maps = shape.length > 2 ? shape[0] : 1;
  if (maps === 1) return { rows: height, columns: width, maps, height, width };
  const columns = Math.ceil(Math.sqrt(maps));
  return { rows: Math.ceil(maps / columns), columns, maps, height, width };
}
