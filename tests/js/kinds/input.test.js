import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../../assets/web/kinds/input.js";

const grey = Uint8Array.from({ length: 12 }, (_, index) => 10 * index);
const subject = { entering: grey, values: new Float32Array(12), source: null, parameters: {} };

test("a pixel of a colour plane has the mean and std of its plane", () => {
  const taken = { shape: [3, 2, 2], mean: [0.1, 0.2, 0.3], std: [1, 2, 3] };
  const found = derive({ ...subject, unit: 9, shape: [3, 2, 2], taken });
  assert.deepEqual(found, { index: [2, 0, 1], row: 0, column: 1, grey: 90, mean: 0.3, std: 3 });
});

test("a picture that is not normalised has none", () => {
  const taken = { shape: [3, 4], mean: [], std: [] };
  const found = derive({ ...subject, unit: 5, shape: [3, 4], taken });
  assert.deepEqual(found, { index: [1, 1], row: 1, column: 1, grey: 50 });
});
