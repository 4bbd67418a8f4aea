/** A drawing where the data set has its own: size, middle, ink. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { centred } from "../../../assets/web/draw/centring.js";

const SIDE = 28;

/** A filled box on black. */
function drawn(left, top, right, bottom, grey = 255) {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let row = top; row < bottom; row += 1)
    pixels.fill(grey, row * SIDE + left, row * SIDE + right);
  return pixels;
}

/** First and last place of what is at least half as bright as ink, across and down. */
function extent(pixels) {
  const lit = [...pixels.keys()].filter((index) => pixels[index] >= 128);
  const columns = lit.map((index) => index % SIDE);
  const rows = lit.map((index) => Math.floor(index / SIDE));
  return [Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)];
}

test("MNIST: twenty pixels high, in the middle", () => {
  assert.deepEqual(extent(centred(drawn(1, 2, 5, 10), "MNIST")), [9, 18, 4, 23]);
  assert.deepEqual(extent(centred(drawn(0, 0, 28, 28), "MNIST")), [4, 23, 4, 23]);
});

test("MNIST: the centre of mass is the middle, not that of the box", () => {
  const heavy = drawn(2, 2, 22, 10);
  heavy.set(drawn(2, 2, 10, 22).map((grey, index) => Math.max(grey, heavy[index])));
  const found = centred(heavy, "MNIST");
  let [all, across, down] = [0, 0, 0];
  for (const [index, grey] of found.entries()) {
    all += grey;
    across += grey * ((index % SIDE) + 0.5);
    down += grey * (Math.floor(index / SIDE) + 0.5);
  }
  assert.ok(Math.abs(across / all - 14) < 0.2);
  assert.ok(Math.abs(down / all - 14) < 0.2);
});

test("FashionMNIST: the longer side fills the frame, the other one keeps its share", () => {
  assert.deepEqual(extent(centred(drawn(3, 4, 10, 18), "FashionMNIST")), [7, 20, 0, 27]);
  assert.deepEqual(extent(centred(drawn(3, 4, 17, 11), "FashionMNIST")), [0, 27, 7, 20]);
});

test("what stands there already stays, greys too", () => {
  const there = drawn(9, 4, 19, 24, 90);
  const found = centred(there, "MNIST");
  assert.equal(found[14 * SIDE + 14], 90);
  assert.deepEqual(extent(found.map((grey) => (grey > 45 ? 255 : 0))), [9, 18, 4, 23]);
});

test("of nothing comes nothing", () => {
  assert.equal(centred(new Uint8Array(SIDE * SIDE), "MNIST"), null);
});
