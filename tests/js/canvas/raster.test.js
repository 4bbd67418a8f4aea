/** Which value stands at which pixel. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { plain, tiles } from "../../../assets/web/canvas/raster.js";

test("a matrix lies row after row", () => {
  const { width, height, order } = plain(3, 5);
  assert.deepEqual([width, height, order.length], [5, 3, 15]);
  for (let row = 0; row < 3; row += 1)
    for (let column = 0; column < 5; column += 1)
      assert.equal(order[row * width + column], row * 5 + column);
});

test("rows of a matrix as pictures: upright, in the given order, one pixel apart", () => {
  const [side, across, rows] = [3, 2, [4, 0, 2]];
  const { width, height, order } = tiles(rows, side, across);
  assert.deepEqual([width, height], [2 * 3 + 1, 2 * 3 + 1]);
  const seen = new Set();
  rows.forEach((row, position) => {
    const [left, top] = [4 * (position % across), 4 * Math.floor(position / across)];
    for (let y = 0; y < side; y += 1)
      for (let x = 0; x < side; x += 1) {
        const pixel = (top + y) * width + left + x;
        assert.equal(order[pixel], 9 * row + 3 * y + x, `picture ${row}, ${y}, ${x}`);
        seen.add(pixel);
      }
  });
  order.forEach((value, pixel) => {
    if (!seen.has(pixel)) assert.equal(value, -1, "a gap shows no value");
  });
});
