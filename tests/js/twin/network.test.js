/** The layers one by one, and one after the other, against numbers worked out by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createNetwork, known } from "../../../assets/web/twin/network.js";
import { numbers } from "../random.js";

const FLATTEN = {
  id: "f",
  layer: "Flatten",
  options: { start_dim: 1, end_dim: -1 },
  parameters: {},
  shape: [2],
};
const LINEAR = {
  id: "l",
  layer: "Linear",
  options: {},
  parameters: { weight: "w", bias: "b" },
  shape: [3],
};
const RELU = { id: "r", layer: "ReLU", options: {}, parameters: {}, shape: [3] };
const SOFTMAX = { id: "s", layer: "Softmax", options: { dim: 1 }, parameters: {}, shape: [3] };
const tensor = (shape, ...values) => ({ shape, values: Float32Array.from(values) });
const WEIGHTS = { w: tensor([3, 2], 1, 2, 3, 4, -5, 6), b: tensor([3], 0.5, -100, 0.25) };

test("input, Flatten, Linear, ReLU and Softmax by hand", () => {
  const network = createNetwork([FLATTEN, LINEAR, RELU, SOFTMAX], WEIGHTS);
  const found = network.run(Float32Array.of(2, 0.5));
  assert.deepEqual(Object.keys(found), ["input", "f", "l", "r", "s"]);
  assert.deepEqual([...found.f], [2, 0.5]);
  assert.deepEqual([...found.l], [3.5, -92, -6.75]);
  assert.deepEqual([...found.r], [3.5, 0, 0]);
  const sum = Math.exp(0) + 2 * Math.exp(-3.5);
  [1 / sum, Math.exp(-3.5) / sum, Math.exp(-3.5) / sum].forEach((share, index) =>
    assert.ok(Math.abs(found.s[index] - share) < 1e-7),
  );
});

test("a Linear without a bias, and inputs of 0", () => {
  const chain = [{ ...LINEAR, parameters: { weight: "w" } }];
  assert.deepEqual([...createNetwork(chain, WEIGHTS).run(Float32Array.of(0, 1)).l], [2, 4, 6]);
  assert.deepEqual([...createNetwork(chain, WEIGHTS).run(Float32Array.of(0, 0)).l], [0, 0, 0]);
});

test("a Linear with any number of inputs that are not 0 is the plain sum", () => {
  const random = numbers(6);
  for (let inputs = 1; inputs < 40; inputs += 1) {
    const outputs = 1 + (inputs % 37);
    const weight = Float32Array.from({ length: inputs * outputs }, () => random() - 0.5);
    const image = Float32Array.from({ length: inputs }, () => Math.max(0, random() - 0.3));
    const layer = { ...LINEAR, parameters: { weight: "w" }, shape: [outputs] };
    const tensors = { w: { shape: [outputs, inputs], values: weight } };
    createNetwork([layer], tensors)
      .run(image)
      .l.forEach((found, output) => {
        const row = weight.subarray(output * inputs, (output + 1) * inputs);
        const sum = row.reduce((total, each, input) => total + each * image[input], 0);
        assert.ok(Math.abs(found - sum) < 1e-6, `${inputs} inputs, output ${output}`);
      });
  }
});

test("a second pass does not see the first, nor change its numbers", () => {
  const network = createNetwork([LINEAR, RELU], WEIGHTS);
  const first = network.run(Float32Array.of(1, 1));
  const kept = [...first.l];
  network.run(Float32Array.of(-7, 9));
  assert.deepEqual([...first.l], kept);
  assert.deepEqual([...network.run(Float32Array.of(1, 1)).l], kept);
});

test("Softmax of large numbers stays a share, and shares sum to 1", () => {
  const random = numbers(3);
  const network = createNetwork([{ ...SOFTMAX, shape: [10] }], {});
  for (let round = 0; round < 50; round += 1) {
    const values = Float32Array.from({ length: 10 }, () => 2000 * (random() - 0.5));
    const { s } = network.run(values);
    assert.ok(Math.abs(s.reduce((sum, each) => sum + each, 0) - 1) < 1e-6);
    assert.equal(s.indexOf(Math.max(...s)), values.indexOf(Math.max(...values)));
  }
});

test("what is no number stays none", () => {
  const { r } = createNetwork([RELU], {}).run(Float32Array.of(NaN, -1, Infinity));
  assert.deepEqual([...r], [NaN, 0, Infinity]);
});

test("changes reach everything that follows", () => {
  const network = createNetwork([FLATTEN, LINEAR, RELU], WEIGHTS);
  const found = network.run(Float32Array.of(2, 0.5), (step, values) =>
    step === "f" ? Float32Array.of(0, 1) : values,
  );
  assert.deepEqual([...found.f], [0, 1]);
  assert.deepEqual([...found.l], [2.5, -96, 6.25]);
});

test("only what is known has a twin", () => {
  assert.ok(known([FLATTEN, LINEAR, RELU, SOFTMAX]));
  assert.ok(!known([FLATTEN, { ...LINEAR, layer: "Conv3d" }]));
  assert.ok(!known(null));
  assert.equal(createNetwork([{ ...FLATTEN, options: { start_dim: 0, end_dim: -1 } }], {}), null);
  assert.equal(createNetwork([{ ...SOFTMAX, options: { dim: 0 } }], {}), null);
  assert.equal(createNetwork([{ ...LINEAR, shape: [4, 3] }], WEIGHTS), null);
});

test("a pool passes on what is no number, and nothing from beyond the edge", () => {
  const options = { kernel_size: 2, stride: 2, padding: 0, dilation: 1, ceil_mode: true };
  const layer = { id: "p", layer: "MaxPool2d", options, parameters: {} };
  const chain = [{ ...layer, takes: [1, 3, 3], shape: [1, 2, 2] }];
  const image = Float32Array.of(NaN, 5, -1, 2, 1, -3, -7, -8, -9);
  assert.deepEqual([...createNetwork(chain, {}).run(image).p], [NaN, -1, -7, -9]);
});
