/** The strongest paths against all paths of a small network, one by one. */

import assert from "node:assert/strict";
import { test } from "node:test";
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
    stages.push({ id: `linear${layer}`, weight: { shape: [count, inputs], values: weight } });
    outputs[`linear${layer}`] = sums;
    values = sums.map((value) => Math.max(0, value));
    stages.push({ id: `relu${layer}`, weight: null });
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
