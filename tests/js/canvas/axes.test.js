/** Logarithmic axes: every value has a place, and the numbers beside them are round. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { powers, span } from "../../../assets/web/canvas/axes.js";

for (const values of [[0.31, 0.0042, 7], [12.3, 12.9], [1], [3e-9], [0.1, 0.2, 0.5], [1e6, 9e9]])
  test(`an axis holds ${values}`, () => {
    const [low, high] = span(values);
    assert.ok(low <= Math.min(...values) && Math.max(...values) <= high && low < high);
    for (const end of [low, high]) assert.match(end.toExponential(), /^[125]e/);
    for (const most of [2, 4, 7]) {
      const marks = powers(low, high, most);
      assert.ok(marks.length >= 2 && marks.length <= most, `${marks}`);
      for (const mark of marks) assert.match(mark.toExponential(), /^[125]e/);
      assert.deepEqual(
        marks,
        [...marks].sort((one, other) => one - other),
      );
      assert.ok(marks[0] >= low && marks.at(-1) <= high);
    }
  });

test("what is no length above nothing needs no place", () => {
  assert.deepEqual(span([0, 0.3, Number.NaN]), span([0.3]));
  assert.deepEqual(span([]), [0.1, 1]);
});

test("as few numbers as fit are powers of ten", () => {
  assert.deepEqual(powers(0.001, 20, 6), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(powers(0.001, 20, 3), [0.001, 0.1, 10]);
  assert.deepEqual(powers(0.2, 5, 9), [0.2, 0.5, 1, 2, 5]);
  assert.deepEqual(powers(0.2, 5, 4), [0.2, 1, 5]);
});
