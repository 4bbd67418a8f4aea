import assert from "node:assert/strict";
import { test } from "node:test";

import { beside, moveOf } from "../../../assets/web/canvas/walking.js";

const MAPS = { values: [0, 1, -1, 4, 5, 2, 3, -1, 6, 7], shape: [2, 5] };

test("arrows go from cell to cell, over the gap between maps, and stay at the edge", () => {
  assert.equal(beside(MAPS, 0, [0, 1]), 1);
  assert.equal(beside(MAPS, 1, [0, 1]), 4);
  assert.equal(beside(MAPS, 6, [0, -1]), 3);
  assert.equal(beside(MAPS, 4, [1, 0]), 6);
  for (const [index, move] of [
    [0, [0, -1]],
    [0, [-1, 0]],
    [7, [0, 1]],
    [7, [1, 0]],
  ])
    assert.equal(beside(MAPS, index, move), index);
});

test("arrows with another key beside them are something else's", () => {
  const key = { key: "ArrowDown", ctrlKey: false, metaKey: false, altKey: false };
  assert.deepEqual(moveOf(key), [1, 0]);
  assert.equal(moveOf({ ...key, ctrlKey: true }), undefined);
  assert.equal(moveOf({ ...key, key: "a" }), undefined);
});
