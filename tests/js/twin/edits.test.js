/** Edits of units one by one, against numbers worked out by hand and in float32. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { changes } from "../../../assets/web/twin/edits.js";
import { numbers } from "../random.js";

const edit = (action, units, value = 0, step = "a") => ({ step, action, units, value });
const PATCH = Float32Array.of(7, 8, 9, 10);

/** What edits make of the values of a step. */
function edited(values, edits, step = "a") {
  return [...changes(edits, () => PATCH)(step, Float32Array.from(values))];
}

test("each action does what its name says, to its units alone", () => {
  const values = [1, -2, 3, 4];
  assert.deepEqual(edited(values, [edit("off", [1, 3], 5)]), [1, 0, 3, 0]);
  assert.deepEqual(edited(values, [edit("clamp", [2], -1.5)]), [1, -2, -1.5, 4]);
  assert.deepEqual(edited(values, [edit("scale", [0, 1], -3)]), [-3, 6, 3, 4]);
  assert.deepEqual(edited(values, [edit("patch", [3, 1])]), [1, 8, 3, 10]);
});

test("without units an edit is one of the whole step", () => {
  assert.deepEqual(edited([1, -2, 3, 4], [edit("off", [])]), [0, 0, 0, 0]);
  assert.deepEqual(edited([1, -2, 3, 4], [edit("scale", [], 2)]), [2, -4, 6, 8]);
  assert.deepEqual(edited([1, -2, 3, 4], [edit("patch", [])]), [7, 8, 9, 10]);
});

test("each edit changes what the one before left, and only its own step", () => {
  const edits = [edit("clamp", [0], 5), edit("scale", [], 2), edit("off", [2], 0, "b")];
  assert.deepEqual(edited([1, 2, 3], edits), [10, 4, 6]);
  assert.deepEqual(edited([1, 2, 3], edits, "b"), [1, 2, 0]);
  assert.deepEqual(edited([1, 2, 3], edits, "c"), [1, 2, 3]);
});

test("what came stays as it was", () => {
  const values = Float32Array.of(1, 2);
  changes([edit("off", [])], () => PATCH)("a", values);
  assert.deepEqual([...values], [1, 2]);
});

test("a factor is a float32 before it multiplies, as the hooks have it", () => {
  const random = numbers(4);
  for (let round = 0; round < 200; round += 1) {
    const [value, factor] = [Math.fround(10 * random()), 10 * random()];
    const [found] = edited([value], [edit("scale", [], factor)]);
    assert.equal(found, Math.fround(value * Math.fround(factor)));
  }
});
