/** The axis of a sum: round ends on both sides of 0, and everything within. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { span } from "../../../assets/web/kinds/total.js";

test("the ends are round numbers that hold 0, the way forward and the way back", () => {
  assert.deepEqual(span({ above: 6.02, below: -7.31, value: -1.13 }), [-1.5, 8]);
  assert.deepEqual(span({ above: 5, below: -1, value: 4.2 }), [0, 5]);
  assert.deepEqual(span({ above: 0, below: -3.2, value: -3.1 }), [-4, 0]);
});

test("a sum of nothing has an axis too", () => {
  assert.deepEqual(span({ above: 0, below: 0, value: 0 }), [0, 1]);
});

test("a bias alone is within the ends", () => {
  assert.deepEqual(span({ above: 0, below: 0, value: 0.31 }), [0, 0.4]);
  assert.deepEqual(span({ above: 0, below: 0, value: -0.31 }), [-0.4, 0]);
});
