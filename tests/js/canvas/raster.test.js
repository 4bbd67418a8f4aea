/** Which value stands at which pixel. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { kernels, plain, tiles } from "../../../assets/web/canvas/raster.js";

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

for (const size of [
  [8, 1, 3, 3],
  [6, 4, 3, 2],
  [1, 3, 5, 5],
  [64, 3, 7, 7],
])
  test(`every kernel of ${size.join(" × ")} is a tile of its own, upright, with gaps around it`, () => {
    const [outputs, inputs, tall, wide] = size;
    const { width, height, order } = kernels(size);
    assert.equal(order.length, width * height);
    const at = new Map();
    order.forEach((value, pixel) => {
      if (value < 0) return;
      assert.ok(!at.has(value), "each value is there once");
      at.set(value, [pixel % width, Math.floor(pixel / width)]);
    });
    assert.equal(at.size, outputs * inputs * tall * wide);
    for (let kernel = 0; kernel < outputs * inputs; kernel += 1) {
      const first = kernel * tall * wide;
      const [left, top] = at.get(first);
      for (let y = -1; y <= tall; y += 1)
        for (let x = -1; x <= wide; x += 1) {
          const inside = y >= 0 && x >= 0 && y < tall && x < wide;
          if (inside) assert.deepEqual(at.get(first + y * wide + x), [left + x, top + y]);
          else if (top + y >= 0 && left + x >= 0 && top + y < height && left + x < width)
            assert.equal(order[(top + y) * width + left + x], -1, "a gap shows no value");
        }
      if (kernel % inputs > 0) {
        const [before, line] = at.get(first - tall * wide);
        assert.deepEqual([before, line], [left - wide - 1, top], "those of an output side by side");
      }
    }
    assert.ok(width < 5 * height && (outputs === 1 || height < 3 * width), `${width} × ${height}`);
  });
