/**
 * Values as cells of a canvas: one value, one pixel, maps side by side with one pixel between them.
 */

import { cells } from "./arrays.js";

/**
 * Paint all values of a step.
 *
 * @param {HTMLCanvasElement} canvas takes the size of the grid
 * @param {Float32Array} values
 * @param {{grid: import("./arrays.js").Grid, scale: string, limit: number}} how
 * @param {any} colours
 */
export function paintCells(canvas, values, { grid, scale, limit }, colours) {
  const { values: placed, shape } = cells(values, grid);
  const [height, width] = shape;
  const context = sized(canvas, width, height);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  colours.fill(placed, scale, limit, pixels);
  if (grid.maps > 1)
    for (let index = 0; index < placed.length; index += 1)
      if (Number.isNaN(placed[index])) pixels[index] = 0; // a gap is see-through
  context.putImageData(image, 0, 0);
}

/**
 * Grey values as a picture.
 *
 * @param {HTMLCanvasElement} canvas of as many pixels
 * @param {Uint8Array} greys
 */
export function paintGreys(canvas, greys) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let index = 0; index < greys.length; index += 1)
    pixels[index] = 0xff000000 | (greys[index] * 0x010101);
  context.putImageData(image, 0, 0);
}

/** Its context, once it has this size; setting a size clears a canvas, so only where it differs. */
export function sized(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  return canvas.getContext("2d");
}
