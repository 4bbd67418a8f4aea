/**
 * The array functions that fill figures, as `explorer/figures/arrays.py` has them: the same values give
 * the same numbers here and there (a test compares them). Nothing is drawn here.
 */

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

/** All values in rows and columns; maps side by side with one cell of NaN between them. @returns {Filled} */
export function cells(/** @type {Float32Array} */ values, /** @type {Grid} */ grid) {
  const { rows, columns, maps, height, width } = grid;
  if (maps === 1) return { values, shape: [height, width] };
  const shape = [rows * (height + 1) - 1, columns * (width + 1) - 1];
  const picture = new Float32Array(shape[0] * shape[1]).fill(NaN);
  for (let map = 0; map < maps; map += 1) {
    const top = Math.floor(map / columns) * (height + 1);
    const left = (map % columns) * (width + 1);
    for (let row = 0; row < height; row += 1) {
      const from = (map * height + row) * width;
      picture.set(values.subarray(from, from + width), (top + row) * shape[1] + left);
    }
  }
  return { values: picture, shape };
}

/** The values from largest to smallest, and whose they are; equal ones in the order of their units. */
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
  return { x: flat(shown), text: Array.from(shown, label) };
}

const flat = (values) => ({ values, shape: [values.length] });

function largest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}

/**
 * What fills a trace: by its name, the fields of the trace. `of` names the values: `after` what comes out of the step,
 * `before` what goes in, `other` the other side of a comparison.
 *
 * @type {Record<string, (values: Float32Array, how: {grid: Grid, limit: number, spec: any, tensors: any}) => any>}
 */
const FILLS = {
  grid: (values, { grid }) => ({ z: cells(values, grid) }),
  row: (values) => ({ z: { values, shape: [1, values.length] } }),
  on: (values, { grid }) => ({ z: cells(on(values), grid) }),
  off: (values, { grid }) => ({ z: cells(off(values), grid) }),
  difference: (values, { grid, tensors }) => ({
    z: cells(
      values.map((value, index) => value - tensors.after[index]),
      grid,
    ),
  }),
  line: (values) => ({ y: flat(values) }),
  sorted(values) {
    const { values: ordered, order } = ranked(values);
    return { y: flat(ordered), customdata: flat(order) };
  },
  histogram(values, { limit: end, spec }) {
    const { middles, counts } = counted(values, spec.from * end, spec.to * end);
    return { x: flat(middles), y: flat(counts) };
  },
  largest(values) {
    const first = largest(values);
    return bars(values, (index) => index === first);
  },
  rest(values) {
    const first = largest(values);
    return bars(values, (index) => index !== first);
  },
  bars: (values) => bars(values, () => true),
};

/**
 * A figure with other values: each trace filled as its `meta` says, the ends of its axes moved with the limit.
 *
 * @param {any} figure as Python made it
 * @param {{tensors: {before: Float32Array, after: Float32Array, other?: Float32Array}, grid: Grid, limit: number}} numbers
 */
export function filled(figure, { tensors, grid, limit: end }) {
  const data = figure.data.map((trace) => {
    const spec = trace.meta;
    if (!spec) return trace;
    return { ...trace, ...FILLS[spec.fill](tensors[spec.of], { grid, limit: end, spec, tensors }) };
  });
  return { data, layout: scaled(figure.layout, end) };
}

/** A layout whose scales and axes end at the limit: `meta.ends` says which, as multiples of it. */
function scaled(layout, end) {
  const result = { ...layout };
  for (const [name, fields] of Object.entries(layout.meta?.ends ?? {}))
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
