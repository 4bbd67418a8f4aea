/**
 * Unit sums in the page, as `explorer/maths/arithmetic.py` has them: products are exact, only their
 * sums round.
 */

/** @typedef {import("./types.js").Tensor} Tensor */
/**
 * @typedef {object} UnitSum
 * @property {Float32Array} weights the unit's row
 * @property {Float32Array} inputs
 * @property {Float64Array} products
 * @property {number[]} order from the largest |product| to the smallest
 * @property {number} bias
 * @property {number} total `positive` + `negative` + `bias`
 * @property {number} positive the sum of the products above 0
 * @property {number} negative of those below
 */

/** @type {(values: any) => number} */
export const add = (values) => values.reduce((sum, value) => sum + value, 0);

/**
 * From the largest |value|; equal ones in the order of their indices.
 *
 * @param {ArrayLike<number>} values
 */
export function largestFirst(values) {
  return Array.from(values, (_, index) => index).sort(
    (one, other) => Math.abs(values[other]) - Math.abs(values[one]) || one - other,
  );
}

/**
 * @param {Record<string, Tensor>} parameters weight and bias
 * @param {Float32Array} inputs
 * @returns {UnitSum}
 */
export function unitSum({ weight, bias: biases }, inputs, unit) {
  const weights = weight.values.slice(unit * inputs.length, (unit + 1) * inputs.length);
  const products = Float64Array.from(weights, (value, index) => value * inputs[index]);
  const bias = biases ? biases.values[unit] : 0;
  const order = largestFirst(products);
  const positive = add(products.filter((value) => value > 0));
  const negative = add(products.filter((value) => value < 0));
  const total = add(products) + bias;
  return { weights, inputs, products, order, bias, total, positive, negative };
}

/** The `count` largest terms of either sign, and the sum of all others. @param {UnitSum} of */
export function terms(of, count) {
  const { weights, inputs, products, order } = of;
  const term = (index) => ({
    index,
    weight: weights[index],
    input: inputs[index],
    product: products[index],
  });
  const side = (sign) => order.filter((index) => sign * products[index] > 0).slice(0, count);
  const [positive, negative] = [side(1), side(-1)];
  const shown = new Set([...positive, ...negative]);
  const rest = products.filter((_, index) => !shown.has(index));
  return {
    positive: positive.map(term),
    negative: negative.map(term),
    rest: add(rest),
    rest_count: rest.length,
  };
}

/**
 * The `count` largest products, and the sums of those left out, apart by sign.
 *
 * @param {{products: Float64Array, order: number[]}} of
 */
export function contributors({ products, order }, count) {
  const left = order.slice(count).map((index) => products[index]);
  return {
    strongest: order.slice(0, count).map((index) => ({ index, product: products[index] })),
    positive: add(left.filter((value) => value > 0)),
    negative: add(left.filter((value) => value < 0)),
    count: left.length,
  };
}

/** Every step of a softmax at a temperature. @param {ArrayLike<number>} logits */
export function fraction(logits, temperature = 1) {
  const values = Array.from(logits);
  const maximum = Math.max(...values);
  const shifted = values.map((value) => (value - maximum) / temperature);
  const exponentials = shifted.map(Math.exp);
  const denominator = add(exponentials);
  const probabilities = exponentials.map((value) => value / denominator);
  return { maximum, shifted, exponentials, denominator, probabilities };
}
