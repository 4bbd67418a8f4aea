/**
 * Values as cells of a canvas: one value, one pixel, maps side by side with one pixel between them.
 */

import { contextOf } from "../base/elements.js";
import { cells } from "./arrays.js";

const FINE = 4; // pixels of a cell's edge where cells are hatched

/**
 * Paint all values of a step; units that are switched off are hatched.
 *
 * @param {HTMLCanvasElement} canvas takes the size of the grid, or four times that where it hatches
 * @param {Float32Array} values
 * @param {{grid: import("./arrays.js").Grid, scale: string, limit: number, switches?: boolean}} how
 * @param {any} colours
 */
export function paintCells(canvas, values, { grid, scale, limit, switches }, colours) {
  const { values: placed, shape } = cells(values, grid);
  const [height, width] = shape;
  const fine = switches ? FINE : 1;
  const context = sized(canvas, width * fine, height * fine);
  const image = context.createImageData(width * fine, height * fine);
  const pixels = new Uint32Array(image.data.buffer);
  const coloured = switches ? new Uint32Array(placed.length) : pixels;
  colours.fill(placed, scale, limit, coloured);
  if (grid.maps > 1)
    for (let index = 0; index < placed.length; index += 1)
      if (Number.isNaN(placed[index])) coloured[index] = 0; // a gap is see-through
  if (switches) spread(coloured, placed, width, pixels, colours.off());
  context.putImageData(image, 0, 0);
}

/**
 * Every cell as 4 × 4 pixels: one that is off has a line from corner to corner, like its
 * neighbours' one line.
 */
function spread(coloured, values, width, into, [ground, line]) {
  const across = width * FINE;
  for (let index = 0; index < values.length; index += 1) {
    const start = Math.floor(index / width) * FINE * across + (index % width) * FINE;
    const off = values[index] === 0;
    for (let row = 0; row < FINE; row += 1)
      for (let column = 0; column < FINE; column += 1)
        into[start + row * across + column] = !off
          ? coloured[index]
          : row + column === FINE - 1
            ? line
            : ground;
  }
}

/**
 * Values 0 to 255 as a picture, grey or in three colour planes.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} values plane after plane
 * @param {import("../state/pictures.js").Size} size
 */
export function paintPicture(canvas, values, { planes, height, width }) {
  const context = sized(canvas, width, height);
  const image = context.createImageData(width, height);
  const [area, pixels] = [height * width, new Uint32Array(image.data.buffer)];
  const [green, blue] = planes === 1 ? [0, 0] : [area, 2 * area];
  for (let index = 0; index < area; index += 1)
    pixels[index] =
      0xff000000 | (values[index + blue] << 16) | (values[index + green] << 8) | values[index];
  context.putImageData(image, 0, 0);
}

/** Its context, once it has this size; setting a size clears a canvas, so only where it differs. */
export function sized(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return contextOf(canvas);
}
