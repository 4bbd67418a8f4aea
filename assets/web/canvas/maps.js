/**
 * Maps in as many columns as the room has use for: Python arranges them once for every page, here
 * they move to where they are largest. Every cell keeps its value, its unit and its frame.
 */

import { decodeTyped } from "../base/numbers.js";

/**
 * @typedef {[number, number, number]} Shape of maps: how many, rows and columns of each
 * @typedef {{width: number, height: number}} Room in CSS pixels
 * @typedef {{shape: Shape, from: number, to: number}} Way from so many columns to so many
 */

/** The edge of a cell where maps stand in `columns`. @param {Shape} shape @param {Room} room */
export function edge([count, height, width], columns, room) {
  const rows = Math.ceil(count / columns);
  return Math.min(room.width / (columns * (width + 1)), room.height / (rows * (height + 1)));
}

/** The number of columns in which maps are largest. @param {Shape} shape @param {Room} room */
export function columnsFor(shape, room) {
  let best = 1;
  for (let columns = 2; columns <= shape[0]; columns += 1)
    if (edge(shape, columns, room) > edge(shape, best, room)) best = columns;
  return best;
}

/** Where a cell of one arrangement stands in the other. @param {Way} way */
function moved({ shape: [, height, width], from, to }, row, column) {
  const [tall, wide] = [height + 1, width + 1];
  const map = Math.floor(row / tall) * from + Math.floor(column / wide);
  return [Math.floor(map / to) * tall + (row % tall), (map % to) * wide + (column % wide)];
}

/** Cells of maps in their other places, `gap` between them. @param {Way} way */
function cells(array, way, gap) {
  const { values, shape } = decodeTyped(array);
  const { from, to } = way;
  const [count, height, width] = way.shape;
  const size = [Math.ceil(count / to) * (height + 1) - 1, to * (width + 1) - 1];
  const placed = new values.constructor(size[0] * size[1]).fill(gap);
  for (let map = 0; map < count; map += 1)
    for (let row = 0; row < height; row += 1) {
      const start = lineOf(map, row, from, [height, width], shape[1]);
      const line = values.subarray(start, start + width);
      placed.set(line, lineOf(map, row, to, [height, width], size[1]));
    }
  return { values: placed, shape: size };
}

/** Where a row of a map begins among all cells. */
const lineOf = (map, row, columns, [height, width], across) =>
  (Math.floor(map / columns) * (height + 1) + row) * across + (map % columns) * (width + 1);

/** Both ends of every stroke, which lies within its cell. @param {Way} way */
function strokes(trace, way) {
  const [x, y] = [decodeTyped(trace.x).values.slice(), decodeTyped(trace.y).values.slice()];
  for (let index = 0; index + 1 < x.length; index += 3) {
    const [row, column] = [y[index + 1] + 0.5, x[index] + 0.5];
    const [down, across] = moved(way, row, column);
    for (const end of [index, index + 1]) {
      x[end] += across - column;
      y[end] += down - row;
    }
  }
  const flat = (values) => ({ values, shape: [values.length] });
  return { ...trace, x: flat(x), y: flat(y) };
}

/** @param {any} shape a frame around one cell @param {Way} way */
function framed(shape, way) {
  const [row, column] = [shape.y0 + 0.5, shape.x0 + 0.5];
  const [down, across] = moved(way, row, column);
  return { ...shape, x0: across - 0.5, x1: across + 0.5, y0: down - 0.5, y1: down + 0.5 };
}

/** The axes of a layout so that they end where the maps do. @param {Way} way */
function ended(layout, axes, way) {
  const { to } = way;
  const [count, height, width] = way.shape;
  const ends = (many, size) => [-0.5, many * (size + 1) - 1.5];
  const [x, y] = [`xaxis${axes}`, `yaxis${axes}`];
  const down = ends(Math.ceil(count / to), height).reverse();
  return {
    ...layout,
    [x]: { ...layout[x], autorange: false, range: ends(to, width) },
    [y]: { ...layout[y], autorange: false, range: down },
  };
}

/**
 * A figure whose maps stand where they are largest.
 *
 * @param {any} figure `layout.meta.maps`: by axes, how many maps of which size stand there
 * @param {(axes: string) => Room} roomOf a pair of axes
 */
export function arranged(figure, roomOf) {
  const { maps } = figure.layout.meta ?? {};
  return Object.entries(maps ?? {}).reduce((made, [axes, shape]) => {
    const name = `x${axes}`;
    const on = (/** @type {any} */ trace) => (trace.xaxis ?? "x") === name;
    const grid = made.data.find((trace) => on(trace) && trace.type === "heatmap");
    if (!grid) return made;
    const from = (decodeTyped(grid.z).shape[1] + 1) / (shape[2] + 1);
    const way = { shape, from, to: columnsFor(shape, roomOf(axes)) };
    return from === way.to ? made : arrangedOn(made, axes, way, on);
  }, figure);
}

function arrangedOn({ data, layout }, axes, way, on) {
  const shapes = layout.shapes?.map((shape) =>
    shape.xref === `x${axes}` ? framed(shape, way) : shape,
  );
  return {
    data: data.map((trace) => {
      if (!on(trace)) return trace;
      if (trace.type !== "heatmap") return strokes(trace, way);
      const units = trace.customdata && { customdata: cells(trace.customdata, way, -1) };
      return { ...trace, z: cells(trace.z, way, Number.NaN), ...units };
    }),
    layout: { ...ended(layout, axes, way), shapes },
  };
}
