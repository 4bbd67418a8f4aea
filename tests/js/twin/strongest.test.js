/** The strongest paths against all paths of a small network, one by one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createNetwork } from "../../../assets/web/twin/network.js";
import { strongest } from "../../../assets/web/twin/strongest.js";
import { numbers } from "../random.js";

const SIZES = [5, 4, 6, 3];

function network(seed) {
  const next = numbers(seed);
  const number = () => 2 * next() - 1;
  const stages = [];
  const outputs = { input: Float32Array.from({ length: SIZES[0] }, () => Math.max(0, number())) };
  let values = outputs.input;
  SIZES.slice(1).forEach((count, layer) => {
    const inputs = SIZES[layer];
    const weight = Float32Array.from({ length: count * inputs }, number);
    const sums = Float32Array.from({ length: count }, (_, unit) =>
      values.reduce((sum, value, input) => sum + value * weight[unit * inputs + input], 0),
    );
    stages.push({
      id: `linear${layer}`,
      link: { layer: "Linear" },
      weight: { shape: [count, inputs], values: weight },
    });
    outputs[`linear${layer}`] = sums;
    values = sums.map((value) => Math.max(0, value));
    stages.push({ id: `relu${layer}`, link: { layer: "ReLU" }, weight: null });
    outputs[`relu${layer}`] = values;
  });
  return { stages, outputs };
}

/** Every path to a unit, walked one by one. */
function all({ stages, outputs }, end) {
  const walk = (place, unit) => {
    if (place === 0) return [{ units: [unit], value: Math.abs(outputs.input[unit]) }];
    const { id, weight } = stages[place - 1];
    if (!weight)
      return outputs[id][unit] === 0
        ? []
        : walk(place - 1, unit).map(({ units, value }) => ({ units: [...units, unit], value }));
    const inputs = weight.shape[1];
    return Array.from({ length: inputs }, (_, input) => input).flatMap((input) =>
      walk(place - 1, input).map(({ units, value }) => ({
        units: [...units, unit],
        value: value * Math.abs(weight.values[unit * inputs + input]),
      })),
    );
  };
  return walk(stages.length, end)
    .filter(({ value }) => value > 0)
    .sort((one, other) => other.value - one.value);
}

for (const count of [1, 3, 10, 500])
  test(`the ${count} strongest of all paths, the strongest first`, () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const net = network(seed);
      for (let end = 0; end < SIZES.at(-1); end += 1) {
        const found = strongest(net.stages, net.outputs, end, count);
        const wanted = all(net, end).slice(0, count);
        assert.equal(found.length, wanted.length);
        found.forEach(({ value, units }, place) => {
          assert.ok(Math.abs(value - wanted[place].value) < 1e-12);
          assert.deepEqual(units, wanted[place].units);
        });
      }
    }
  });

test("an empty picture has no path", () => {
  const net = network(3);
  net.outputs.input.fill(0);
  assert.deepEqual(strongest(net.stages, net.outputs, 0, 5), []);
});

/** Two planes of 5×6, kernels of 3×3 in two groups, a pool of 2×2, two classes. */
function pictures(seed) {
  const next = numbers(seed);
  const some = (length) => Float32Array.from({ length }, () => 2 * next() - 1);
  const kernel = { shape: [4, 1, 3, 3], values: some(36) };
  const weight = { shape: [2, 24], values: some(48) };
  const options = { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 2 };
  const convolution = { ...options, padding_mode: "zeros" };
  const pool = { kernel_size: 2, stride: 2, padding: 0, dilation: 1, ceil_mode: false };
  const [whole, half] = [
    [4, 5, 6],
    [4, 2, 3],
  ];
  const chain = [
    ["c", "Conv2d", convolution, { weight: "k" }, [2, 5, 6], whole],
    ["r", "ReLU", {}, {}, whole, whole],
    ["p", "MaxPool2d", pool, {}, whole, half],
    ["f", "Flatten", { start_dim: 1, end_dim: -1 }, {}, half, [24]],
    ["l", "Linear", {}, { weight: "w" }, [24], [2]],
  ].map(([id, layer, settings, parameters, takes, shape]) => ({
    ...{ id, layer, options: settings, parameters, takes, shape },
  }));
  const found = createNetwork(chain, { k: kernel, w: weight });
  const image = some(60).map((value) => (Math.abs(value) > 0.2 ? value : 0));
  return { stages: found.stages, outputs: found.run(image), kernel: kernel.values, weight };
}

/** Every path to a class of such a network, in plain loops. */
function walked({ outputs, kernel, weight }, end) {
  const paths = [];
  for (let unit = 0; unit < 24; unit += 1) {
    const [plane, y, x] = [Math.floor(unit / 6), Math.floor(unit / 3) % 2, unit % 3];
    const window = [0, 1, 6, 7].map((step) => plane * 30 + 12 * y + 2 * x + step);
    const top = Math.max(...window.map((at) => outputs.r[at]));
    const won = window.find((at) => outputs.r[at] === top);
    if (top === 0) continue; // the ReLU lets none by
    const [row, column, from] = [Math.floor(won / 6) % 5, won % 6, Math.floor(plane / 2)];
    for (let tap = 0; tap < 9; tap += 1) {
      const [down, across] = [row + Math.floor(tap / 3) - 1, column + (tap % 3) - 1];
      if (down < 0 || across < 0 || down > 4 || across > 5) continue;
      const pixel = from * 30 + down * 6 + across;
      const signed =
        outputs.input[pixel] * kernel[plane * 9 + tap] * weight.values[end * 24 + unit];
      const units = [pixel, won, won, unit, unit, end];
      if (signed !== 0) paths.push({ units, value: Math.abs(signed), sign: Math.sign(signed) });
    }
  }
  return paths.sort((one, other) => other.value - one.value);
}

test("through kernels, by their group, and the values that win in a pool", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const net = pictures(seed);
    for (const [end, count] of [
      [0, 4],
      [1, 4],
      [0, 30],
    ]) {
      const wanted = walked(net, end).slice(0, count);
      assert.ok(wanted.length === count);
      const found = strongest(net.stages, net.outputs, end, count);
      assert.equal(found.length, count);
      found.forEach(({ value, units, sign }, place) => {
        assert.ok(Math.abs(value - wanted[place].value) < 1e-12);
        assert.equal(sign, wanted[place].sign);
        assert.deepEqual(units, wanted[place].units);
      });
    }
  }
});
