/** Values as cells of a canvas: one value, one pixel, maps side by side with one pixel between them. */

/** @typedef {import("../state/types.js").Step["grid"]} Grid */

/** Where every pixel of a mosaic takes its value from; −1 between maps. @type {Map<string, Int32Array>} */
const orders = new Map();

/** The size in pixels of a grid. @param {Grid} grid */
export function extent({ rows, columns, maps, height, width }) {
  return maps === 1
    ? { width, height }
    : { width: columns * (width + 1) - 1, height: rows * (height + 1) - 1 };
}

/** @param {Grid} grid */
function order(grid) {
  const { columns, maps, height, width } = grid;
  const key = `${columns},${maps},${height},${width}`;
  const known = orders.get(key);
  if (known) return known;
  const whole = extent(grid);
  const places = new Int32Array(whole.width * whole.height).fill(-1);
  for (let index = 0; index < maps * height * width; index += 1) {
    const map = Math.floor(index / (height * width));
    const [row, column] = [Math.floor(index / width) % height, index % width];
    const top = Math.floor(map / columns) * (height + 1) + row;
    const left = (map % columns) * (width + 1) + column;
    places[top * whole.width + left] = index;
  }
  orders.set(key, places);
  return places;
}

/**
 * Paint all values of a step.
 *
 * @param {HTMLCanvasElement} canvas takes the size of the grid
 * @param {Float32Array} values
 * @param {{grid: Grid, scale: string, limit: number}} how
 * @param {any} colours
 */
export function paintCells(canvas, values, { grid, scale, limit }, colours) {
  const { width, height } = extent(grid);
  const context = sized(canvas, width, height);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  if (grid.maps === 1) colours.fill(values, scale, limit, pixels);
  else {
    const coloured = new Uint32Array(values.length);
    colours.fill(values, scale, limit, coloured);
    order(grid).forEach((index, pixel) => {
      if (index >= 0) pixels[pixel] = coloured[index];
    });
  }
  context.putImageData(image, 0, 0);
}

/** Grey values as a picture. @param {HTMLCanvasElement} canvas of as many pixels @param {Uint8Array} greys */
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
