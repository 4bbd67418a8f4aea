/** One picture of slopes: cells as the activations stand, on a signed scale that says its ends. */

import { make } from "../base/elements.js";
import { decode, digits } from "../base/numbers.js";
import { paintCells } from "../canvas/cells.js";

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
  /** @type {any} */ let grid = null;
  let count = 0;

  /** The unit of the cell at a point of the picture. */
  function at({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const column = Math.floor((grid.columns * (clientX - left)) / width);
    const index = Math.floor((grid.rows * (clientY - top)) / height) * grid.columns + column;
    return grid.maps === 1 && index >= 0 && index < count ? index : null;
  }

  canvas.addEventListener("click", (event) => {
    const index = grid && at(event);
    if (index !== null) pick?.(index, event.timeStamp);
  });

  /** A frame around one cell. */
  function frame(unit) {
    mark.hidden = unit === undefined || grid.maps !== 1 || unit >= count;
    if (mark.hidden) return;
    const [row, column] = [Math.floor(unit / grid.columns), unit % grid.columns];
    mark.style.left = `${(100 * column) / grid.columns}%`;
    mark.style.top = `${(100 * row) / grid.rows}%`;
    mark.style.width = `${100 / grid.columns}%`;
    mark.style.height = `${100 / grid.rows}%`;
  }

  return {
    element,
    frame,
    /** @param {any} tensor none: no picture @param {any} how */
    draw(tensor, { step = null, limit, switches = false, unit, name }) {
      element.hidden = tensor === null;
      if (tensor === null) return;
      const values = decode(tensor);
      grid = step?.grid ?? matrix(tensor.shape);
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

/** The grid of a matrix, one cell a value. */
function matrix([rows, columns]) {
  return { rows, columns, maps: 1, height: rows, width: columns };
}
