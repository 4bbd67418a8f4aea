/** How far page and hooks are apart. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, sums, TOLERANCE } from "../../../assets/web/twin/comparing.js";

const STEPS = [
  { id: "a", limit: 10 },
  { id: "b", limit: 0.1 },
];
const values = (a, b) => ({ a: Float32Array.of(...a), b: Float32Array.of(...b) });

test("the same numbers are not apart, infinite ones and those that are none included", () => {
  const one = values([1, NaN, Infinity], [-0, 0]);
  assert.equal(apart(STEPS, one, values([1, NaN, Infinity], [0, 0])).residual, 0);
});

test("a difference counts as a share of its step's scale", () => {
  const found = apart(STEPS, values([1, 2], [0.01, 0]), values([1.5, 2], [0.01, 0.02]));
  assert.equal(found.step, "b");
  assert.ok(Math.abs(found.residual - 0.2) < 1e-6);
  assert.deepEqual([found.left, found.right], [0, Math.fround(0.02)]);
});

test("one value of any step that is off by more than the tolerance is found", () => {
  for (const step of ["a", "b"])
    for (const index of [0, 1, 2]) {
      const [one, two] = [
        values([1, 2, 3], [0.01, 0.02, 0.03]),
        values([1, 2, 3], [0.01, 0.02, 0.03]),
      ];
      two[step][index] *= 1.2;
      assert.ok(apart(STEPS, one, two).residual > TOLERANCE);
      two[step][index] = NaN;
      assert.equal(apart(STEPS, one, two).residual, Infinity);
    }
});

test("rounding passes, twice the tolerance does not, upwards and downwards", () => {
  const residual = (off) =>
    apart(STEPS, values([5, 1], [0]), values([5, 1 + 10 * off], [0])).residual;
  for (const sign of [1, -1]) {
    assert.ok(residual(sign * 2e-5) <= TOLERANCE, "sums in another order");
    assert.ok(residual(sign * 2e-4) > TOLERANCE);
  }
});

test("a step that is missing or of another size is as far apart as can be", () => {
  assert.equal(apart(STEPS, values([1], [1]), { a: Float32Array.of(1) }).residual, Infinity);
  assert.equal(apart(STEPS, values([1], [1]), values([1], [1, 2])).residual, Infinity);
});

test("64 values go into a sum, each with a weight of its own, the last with what is left", () => {
  const ones = new Float32Array(130).fill(1);
  assert.deepEqual([...sums({ a: ones }).a], [95.5, 95.5, 2 + 1 / 64]);
  for (const [index, weight] of [
    [0, 1],
    [63, 1 + 63 / 64],
    [64, 1],
    [129, 1 + 1 / 64],
  ]) {
    const found = sums({ a: ones.map((_, place) => (place === index ? 2 : 0)) }).a;
    assert.deepEqual([...found].filter(Boolean), [2 * weight], String(index));
    assert.equal(found[Math.floor(index / 64)], 2 * weight);
  }
});
