/**
 * The array functions that fill figures, as `explorer/figures/arrays.py` has them: the same values
 * give the same numbers here and there (a test compares them). Nothing is drawn here.
 */

import { sure } from "../base/sure.js";

export const BINS = 40;
/** Ends of scales, times a power of ten: few, so that a legend stands still while the pen moves. */
const STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/**
 * @typedef {{rows: number, columns: number, maps: number, height: number, width: number}} Grid
 * @typedef {{values: ArrayLike<number>, shape: number[]}} Filled
 */

/** A round number not below any |value|. @param {...ArrayLike<number>} arrays */
export function limit(...arrays) {
  let most = 0;
  for (const values of arrays)
    for (let index = 0; index < values.length; index += 1) {
      const value = Math.abs(values[index]);
      if (value > most && value < Infinity) most = value;
    }
  if (most === 0) return 1;
  const exponent = Number(most.toExponential().split("e")[1]);
  const magnitude = Number(`1e${exponent}`);
  return (STEPS.find((step) => step * magnitude >= most) ?? 10) * magnitude;
}

/** Which value stands in which cell; −1 between maps. @type {Map<string, Filled>} */
const known = new Map();

/** @param {Grid} grid @returns {Filled} the flat index of every cell's value, (rows, columns) */
export function places({ rows, columns, maps, height, width }) {
  const key = `${rows},${columns},${maps},${height},${width}`;
  const before = known.get(key);
  if (before) return before;
  if (maps === 1) known.set(key, { values: counting(height * width), shape: [height, width] });
  else {
    const shape = [rows * (height + 1) - 1, columns * (width + 1) - 1];
    const values = new Int32Array(shape[0] * shape[1]).fill(-1);
    for (let index = 0; index < maps * height * width; index += 1) {
      const [map, within] = [Math.floor(index / (height * width)), index % (height * width)];
      const row = Math.floor(map / columns) * (height + 1) + Math.floor(within / width);
      values[row * shape[1] + (map % columns) * (width + 1) + (within % width)] = index;
    }
    known.set(key, { values, shape });
  }
  return sure(known.get(key));
}

/**
 * All values in rows and columns; maps side by side with one cell of NaN between them.
 *
 * @returns {Filled}
 */
export function cells(/** @type {Float32Array} */ values, /** @type {Grid} */ grid) {
  const { values: indices, shape } = places(grid);
  if (grid.maps === 1) return { values, shape };
  const picture = Float32Array.from(indices, (index) => (index < 0 ? NaN : values[index]));
  return { values: picture, shape };
}

const counting = (count) => Int32Array.from({ length: count }, (_, index) => index);

/**
 * The values from largest to smallest, and whose they are; equal ones in the order of their units.
 */
export function ranked(/** @type {Float32Array} */ values) {
  const order = Int32Array.from(values, (_, index) => index).sort(
    (one, other) => compare(values[one], values[other]) || one - other,
  );
  return { values: Float32Array.from(order, (index) => values[index]), order };
}

/** Larger ones first, what is no number last. */
function compare(one, other) {
  if (one > other) return -1;
  if (one < other) return 1;
  return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
}

/** The middles of 40 equal bins from `low` to `high`, and how many values lie in each. */
export function counted(/** @type {ArrayLike<number>} */ values, low, high) {
  const width = (high - low) / BINS;
  const edges = Float64Array.from({ length: BINS + 1 }, (_, index) => index * width + low);
  edges[BINS] = high;
  const counts = new Int32Array(BINS);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (!(value >= low && value <= high)) continue;
    let bin = Math.min(BINS - 1, Math.floor(((value - low) / (high - low)) * BINS));
    if (value < edges[bin]) bin -= 1;
    else if (value >= edges[bin + 1] && bin < BINS - 1) bin += 1;
    counts[bin] += 1;
  }
  const middles = Float32Array.from(counts, (_, bin) => (edges[bin] + edges[bin + 1]) / 2);
  return { middles, counts };
}

/** Values where they are on, and 0 where they are off: each NaN where the other is not. */
export const on = (values) => values.map((value) => (value === 0 ? NaN : value));
export const off = (values) => values.map((value) => (value === 0 ? 0 : NaN));

/** One line that hatches every cell of 0, once from corner to corner; NaN between two strokes. */
function strokes(values, grid) {
  const { values: picture, shape } = cells(values, grid);
  /** @type {[number[], number[]]} */ const [x, y] = [[], []];
  for (let index = 0; index < picture.length; index += 1) {
    if (picture[index] !== 0) continue;
    const [row, column] = [Math.floor(index / shape[1]), index % shape[1]];
    x.push(column - 0.5, column + 0.5, NaN);
    y.push(row + 0.5, row - 0.5, NaN);
  }
  return { x: flat(Float32Array.from(x)), y: flat(Float32Array.from(y)) };
}

/** Four digits and a real minus sign. @param {number} value */
const label = (value) =>
  Number.isNaN(value)
    ? ""
    : Math.abs(value) === Infinity
      ? "∞"
      : value.toFixed(4).replace("-", "−");

/** The values of the classes that are meant, NaN elsewhere, and their text. */
function bars(values, meant) {
  const shown = values.map((value, index) => (meant(index) ? value : NaN));
  const customdata = flat(counting(values.length));
  return { x: flat(shown), customdata, text: Array.from(shown, label) };
}

const flat = (values) => ({ values, shape: [values.length] });

function largest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}

/**
 * What fills a trace: by its name, the fields of the trace.
 *
 * @type {Record<string, (values: any, grid: Grid) => any>}
 */
const FILLS = {
  grid: (values, grid) => ({ z: cells(values, grid), customdata: places(grid) }),
  on: (values, grid) => ({ z: cells(on(values), grid), customdata: places(grid) }),
  off: (values, grid) => ({ z: cells(off(values), grid), customdata: places(grid) }),
  hatch: strokes,
  row(values) {
    const shape = [1, values.length];
    return { z: { values, shape }, customdata: { values: counting(values.length), shape } };
  },
  line(values) {
    const indices = flat(counting(values.length));
    return { x: indices, y: flat(values), customdata: indices };
  },
  sorted(values) {
    const { values: ordered, order } = ranked(values);
    return { x: flat(counting(order.length)), y: flat(ordered), customdata: flat(order) };
  },
  bars: (values) => bars(values, () => true),
  largest(values) {
    const first = largest(values);
    return bars(values, (index) => index === first);
  },
  rest(values) {
    const first = largest(values);
    return bars(values, (index) => index !== first);
  },
};

/** Three planes as a picture (height, width, 3) from 0 to 255, less what normalised them. */
function coloured(values, { height, width }, { mean, std }) {
  const size = height * width;
  const undone = (value, plane) => (mean.length ? value * std[plane] + mean[plane] : value);
  const picture = Uint8ClampedArray.from({ length: 3 * size }, (_, index) =>
    Math.round(255 * undone(values[(index % 3) * size + Math.floor(index / 3)], index % 3)),
  );
  return { values: picture, shape: [height, width, 3] };
}

/** A tensor, or what is left of it less another. */
function numbersOf({ of, less }, tensors) {
  return less ? tensors[of].map((value, index) => value - tensors[less][index]) : tensors[of];
}

/** The fields of a trace that its values decide; `spec` as in `explorer/figures/arrays.py`. */
function fields(spec, { tensors, grids, limit: end }) {
  const values = numbersOf(spec, tensors);
  if (spec.fill === "colour") return { z: coloured(values, grids[spec.of], spec) };
  if (spec.fill !== "histogram") return FILLS[spec.fill](values, grids[spec.of]);
  const { middles, counts } = counted(values, spec.from * end, spec.to * end);
  return { x: flat(middles), y: flat(counts) };
}

/**
 * A figure with other values: each trace filled as its `meta` says, the ends of its axes moved with
 * the limit.
 *
 * @param {any} figure as Python made it
 * @param {{tensors: Record<string, Float32Array>, grids: Record<string, Grid>,
 *   limit: number}} numbers tensors and their arrangements by the names that a `meta` uses, and the
 *   end of the step's scale; a comparison's is that of both sides
 */
export function filled(figure, numbers) {
  const data = figure.data.map((trace) =>
    trace.meta ? { ...trace, ...fields(trace.meta, numbers) } : trace,
  );
  const { ends = {}, apart } = figure.layout.meta ?? {};
  const layout = scaled(figure.layout, ends, numbers.limit);
  if (!apart) return { data, layout };
  return { data, layout: scaled(layout, apart.ends, limit(numbersOf(apart, numbers.tensors))) };
}

/** A layout whose scales and axes end at the limit: `ends` says which, as multiples of it. */
function scaled(layout, ends, end) {
  const result = { ...layout };
  for (const [name, fields] of Object.entries(ends))
    result[name] = merged(result[name], fields, end);
  return result;
}

function merged(into, fields, end) {
  const result = { ...into };
  for (const [field, factor] of Object.entries(fields))
    result[field] = Array.isArray(factor)
      ? factor.map((each) => each * end)
      : typeof factor === "object"
        ? merged(result[field], factor, end)
        : factor * end;
  return result;
}

/** A figure with a frame around one unit, wherever its `meta.marks` says that units stand. */
export function marked(figure, unit) {
  const { marks } = figure.layout.meta ?? {};
  if (!marks) return figure;
  const shapes = marks.map((axes) => (axes === "row" ? row(unit) : cell(figure, axes, unit)));
  return { ...figure, layout: { ...figure.layout, shapes } };
}

const row = (unit) => ({
  type: "rect",
  xref: "paper",
  x0: 0,
  x1: 1,
  y0: unit - 0.5,
  y1: unit + 0.5,
});

/** A frame around the cell where a unit stands on a pair of axes. */
function cell({ data }, axes, unit) {
  const { values, shape } = data.find((trace) => trace.xaxis === `x${axes}`).customdata;
  const place = values.indexOf(unit);
  const [down, across] = [Math.floor(place / shape[1]), place % shape[1]];
  return {
    type: "rect",
    xref: `x${axes}`,
    yref: `y${axes}`,
    x0: across - 0.5,
    x1: across + 0.5,
    y0: down - 0.5,
    y1: down + 0.5,
  };
}
