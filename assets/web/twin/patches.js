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
  const [outputs, planes, ...sizes] = weight.shape;
  const length = planes * sizes[0] * sizes[1];
  const first = Math.floor(out / (outputs / (link.options.groups ?? 1))) * planes;
  const patch = cut(link, values, { first, planes, sizes, row, column });
  const kernel = weight.values.slice(out * length, (out + 1) * length);
  const products = Float64Array.from(patch, (value, at) => value * kernel[at]);
  const size = sizes[0] * sizes[1];
  const sums = Array.from({ length: planes }, (_, plane) =>
    add(products.subarray(plane * size, (plane + 1) * size)),
  );
  const bias = biases ? biases.values[out] : 0;
  const order = largestFirst(sums);
  return { first, sizes, patch, kernel, products, sums, order, bias, total: add(sums) + bias };
}

/** What a kernel lies on at one place of the output. */
function cut({ options, takes }, values, { first, planes, sizes, row, column }) {
  const { stride, dilation } = options;
  const pads = padded(options, sizes);
  const [top, left] = [row * stride[0] - pads[0], column * stride[1] - pads[1]];
  const patch = new Float32Array(planes * sizes[0] * sizes[1]);
  for (let at = 0; at < patch.length; at += 1) {
    const plane = Math.floor(at / (sizes[0] * sizes[1]));
    const y = top + dilation[0] * (Math.floor(at / sizes[1]) % sizes[0]);
    const x = left + dilation[1] * (at % sizes[1]);
    if (y < 0 || x < 0 || y >= takes[1] || x >= takes[2]) continue;
    patch[at] = values[((first + plane) * takes[1] + y) * takes[2] + x];
  }
  return patch;
}
