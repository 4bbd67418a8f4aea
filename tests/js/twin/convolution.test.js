/** Convolutions of every setting against their definition, product by product. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { padded, prepare } from "../../../assets/web/twin/convolution.js";

/** Numbers between −1 and 1 that a seed decides; a third of them is 0, as behind a ReLU. */
function numbers(count, seed) {
  let state = seed;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  return Float32Array.from({ length: count }, () => (next() < 1 / 3 ? 0 : 2 * next() - 1));
}

/** One value of the output, in the very words of its formula. */
function defined(values, { options, parameters: { weight, bias }, takes }, [channel, row, column]) {
  const { stride, dilation, groups } = options;
  const [outputs, inputs, rows, columns] = weight.shape;
  const pads = padded(options, [rows, columns]);
  const first = Math.floor(channel / (outputs / groups)) * inputs;
  let sum = bias ? bias.values[channel] : 0;
  for (let c = 0; c < inputs; c += 1)
    for (let i = 0; i < rows; i += 1)
      for (let j = 0; j < columns; j += 1) {
        const y = row * stride[0] + i * dilation[0] - pads[0];
        const x = column * stride[1] + j * dilation[1] - pads[1];
        if (y < 0 || y >= takes[1] || x < 0 || x >= takes[2]) continue;
        const at = ((channel * inputs + c) * rows + i) * columns + j;
        sum += weight.values[at] * values[((first + c) * takes[1] + y) * takes[2] + x];
      }
  return sum;
}

const USUAL = { stride: [1, 1], dilation: [1, 1], padding: [0, 0], groups: 1 };
/** Options, then the shapes of what goes in, of the kernels and of what comes out. */
const CASES = {
  plain: [{}, [2, 6, 5], [3, 2, 3, 3], [3, 4, 3]],
  "rows and columns that differ": [
    { stride: [2, 1], dilation: [1, 2], padding: [2, 1] },
    [3, 7, 8],
    [5, 3, 3, 2],
    [5, 5, 8],
  ],
  "the same size with kernels of an even one": [
    { padding: "same" },
    [2, 5, 6],
    [3, 2, 2, 4],
    [3, 5, 6],
  ],
  "two groups": [{ groups: 2, padding: [1, 1] }, [4, 5, 5], [6, 2, 3, 3], [6, 5, 5]],
  "a group for each channel": [{ groups: 3 }, [3, 5, 4], [6, 1, 2, 2], [6, 4, 3]],
};

for (const [name, [options, takes, kernels, shape]] of Object.entries(CASES))
  for (const biased of [true, false])
    test(`${name}, ${biased ? "with a bias" : "without one"}`, () => {
      const size = (sides) => sides.reduce((whole, side) => whole * side);
      const weight = { values: numbers(size(kernels), 3), shape: kernels };
      const bias = { values: numbers(shape[0], 5).map((value) => value + 0.5), shape: [shape[0]] };
      const parameters = biased ? { weight, bias } : { weight };
      const link = /** @type {any} */ ({
        ...{ options: { ...USUAL, ...options }, parameters, takes, shape },
      });
      const compute = prepare(link);
      assert.ok(compute);
      for (const seed of [7, 11]) {
        const values = numbers(size(takes), seed);
        const found = compute(values);
        assert.equal(found.length, size(shape));
        found.forEach((value, at) => {
          const place = at % (shape[1] * shape[2]);
          const [row, column] = [Math.floor(place / shape[2]), place % shape[2]];
          const channel = Math.floor(at / (shape[1] * shape[2]));
          const expected = defined(values, link, [channel, row, column]);
          assert.ok(Math.abs(value - expected) < 1e-6, `${at}: ${value}, ${expected}`);
        });
      }
    });
