/** Inside or outside of what was drawn around. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inside } from "../../../assets/web/canvas/lasso.js";
import { numbers } from "../random.js";

const polygon = (...points) => points.map(([x, y]) => ({ x, y }));

test("a rectangle, whichever way round it was drawn", () => {
  const box = [
    [2, 1],
    [6, 1],
    [6, 4],
    [2, 4],
  ];
  for (const path of [polygon(...box), polygon(...box.toReversed())])
    for (let x = 0.5; x < 8; x += 1)
      for (let y = 0.5; y < 6; y += 1)
        assert.equal(inside(x, y, path), x > 2 && x < 6 && y > 1 && y < 4, `${x}, ${y}`);
});

test("a triangle, by the sides on which a point lies", () => {
  const next = numbers(6);
  for (let round = 0; round < 500; round += 1) {
    const [a, b, c, p] = Array.from({ length: 4 }, () => ({ x: next(), y: next() }));
    const side = (from, to) => (to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x);
    const sides = [side(a, b), side(b, c), side(c, a)].map(Math.sign);
    assert.equal(inside(p.x, p.y, [a, b, c]), new Set(sides).size === 1);
  }
});

test("a bay is outside", () => {
  const horseshoe = polygon([0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6]);
  assert.deepEqual(
    [
      [1, 4],
      [3, 4],
      [5, 4],
      [3, 1],
    ].map(([x, y]) => inside(x, y, horseshoe)),
    [true, false, true, true],
  );
});

test("nothing is inside of a click", () => {
  assert.equal(inside(1, 1, polygon([1, 1])), false);
  assert.equal(inside(1, 1, []), false);
});
