/**
 * A value of nn.Conv2d in the page, as `explorer/kinds/convolution.py` has it: a patch of what goes
 * in times a kernel, channel by channel. Products are exact, only their sums round.
 */

import { padded } from "./convolution.js";
import { add, largestFirst } from "./sums.js";

/** @typedef {import("./types.js").Tensor} Tensor */
/**
 * @typedef {object} PatchSum
 * @property {number} first the channel that the first plane of the patch is of
 * @property {number[]} sizes rows and columns of a kernel
 * @property {Float32Array} patch plane by plane; what lies in the padding is 0
 * @property {Float32Array} kernel
 * @property {Float64Array} products
 * @property {Int32Array} places where the values of the patch stand in what goes in, −1 for padding
 * @property {number[]} sums of the products of each plane
 * @property {number[]} order of the planes from the largest |sum| to the smallest
 * @property {number} bias
 * @property {number} total
 */

/**
 * @param {import("./types.js").Link} link
 * @param {Record<string, Tensor>} parameters weight and bias
 * @param {ArrayLike<number>} values what goes in
 * @param {number[]} place channel, row and column of what comes out
 * @returns {PatchSum}
 */
export function patchSum(link, { weight, bias: biases }, values, [out, row, column]) {
  const { length, first, planes, sizes } = kernels(link, weight, out);
  const places = cut(link, { first, planes, sizes, row, column });
  const patch = Float32Array.from(places, (at) => (at < 0 ? 0 : values[at]));
  const kernel = weight.values.slice(out * length, (out + 1) * length);
  const products = Float64Array.from(patch, (value, at) => value * kernel[at]);
  const size = sizes[0] * sizes[1];
  const sums = Array.from({ length: planes }, (_, plane) =>
    add(products.subarray(plane * size, (plane + 1) * size)),
  );
  const bias = biases ? biases.values[out] : 0;
  const order = largestFirst(sums);
  const total = add(sums) + bias;
  return { first, sizes, patch, kernel, products, places, sums, order, bias, total };
}

/**
 * Of the kernels that make one channel: how many weights they have together, the channel that the
 * first lies on, how many planes there are and of which size; `each` is how many channels a group
 * makes.
 *
 * @param {import("./types.js").Link} link @param {Tensor} weight @param {number} out
 */
export function kernels({ options }, { shape: [outputs, planes, ...sizes] }, out) {
  const each = outputs / (options.groups ?? 1);
  const first = Math.floor(out / each) * planes;
  return { length: planes * sizes[0] * sizes[1], first, planes, sizes, each };
}

/** Which values a kernel lies on at one place of the output; −1 in the padding. */
export function cut({ options, takes }, { first, planes, sizes, row, column }) {
  const { stride, dilation } = options;
  const pads = padded(options, sizes);
  const [top, left] = [row * stride[0] - pads[0], column * stride[1] - pads[1]];
  const places = new Int32Array(planes * sizes[0] * sizes[1]).fill(-1);
  for (let at = 0; at < places.length; at += 1) {
    const plane = Math.floor(at / (sizes[0] * sizes[1]));
    const y = top + dilation[0] * (Math.floor(at / sizes[1]) % sizes[0]);
    const x = left + dilation[1] * (at % sizes[1]);
    if (y < 0 || x < 0 || y >= takes[1] || x >= takes[2]) continue;
    places[at] = ((first + plane) * takes[1] + y) * takes[2] + x;
  }
  return places;
}
