/** The pen against a disc that is dragged along a line, measured pixel by pixel. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { draw, RADII } from "../../../assets/web/draw/pen.js";
import { numbers } from "../random.js";

const SIDE = 28;
const SOFT = 0.9;

/** The distance to a segment by trying many places along it. */
function away(x, y, from, to) {
  let least = Infinity;
  for (let share = 0; share <= 1; share += 1 / 512)
    least = Math.min(
      least,
      Math.hypot(x - from.x - share * (to.x - from.x), y - from.y - share * (to.y - from.y)),
    );
  return least;
}

function expected(before, from, to, pen) {
  return before.map((grey, index) => {
    const [row, column] = [Math.floor(index / SIDE), index % SIDE];
    const distance = away(column + 0.5, row + 0.5, from, to);
    const cover = Math.min(1, Math.max(0, (pen.radius - distance) / SOFT + 0.5));
    return pen.erase
      ? Math.min(grey, 255 * (1 - cover))
      : Math.max(grey, cover === 0 ? 0 : pen.grey * cover);
  });
}

test("every pixel gets the grey that its distance from the stroke asks for", () => {
  const next = numbers(1);
  for (const radius of Object.values(RADII))
    for (const grey of [255, 170, 85])
      for (const erase of [false, true]) {
        const place = () => ({ x: 34 * next() - 3, y: 34 * next() - 3 }); // also over the edge
        const [from, to] = [place(), place()];
        const before = Uint8Array.from({ length: SIDE * SIDE }, () => 256 * next() * next());
        const pixels = before.slice();
        draw(pixels, from, to, { radius, grey, erase });
        const wanted = expected([...before], from, to, { radius, grey, erase });
        for (let index = 0; index < pixels.length; index += 1)
          assert.ok(
            Math.abs(pixels[index] - wanted[index]) <= 1.25,
            `pixel ${index}: ${pixels[index]}, expected ${wanted[index]}`,
          );
      }
});

test("a click without a movement is a round dot", () => {
  const pixels = new Uint8Array(SIDE * SIDE);
  const centre = { x: 14, y: 10 };
  draw(pixels, centre, centre, { radius: RADII.large, grey: 255, erase: false });
  for (let row = 0; row < SIDE; row += 1)
    for (let column = 0; column < SIDE; column += 1) {
      const mirrored = [pixels[SIDE * row + 27 - column], pixels[SIDE * (19 - row) + column]];
      if (row < 20) assert.deepEqual(mirrored, [pixels[SIDE * row + column], mirrored[0]]);
    }
  assert.equal(pixels[SIDE * 10 + 14], 255);
});

test("a line is as thick as the pen", () => {
  assert.deepEqual(Object.keys(RADII), ["small", "medium", "large"]);
  const thickness = Object.values(RADII).map((radius) => {
    const pixels = new Uint8Array(SIDE * SIDE);
    draw(pixels, { x: 5, y: 14.5 }, { x: 23, y: 14.5 }, { radius, grey: 255, erase: false });
    return Array.from({ length: SIDE }, (_, row) => pixels[SIDE * row + 14] / 255).reduce(
      (sum, cover) => sum + cover,
    );
  });
  for (const [size, wanted] of [1.1, 2, 3.8].entries())
    assert.ok(Math.abs(thickness[size] - wanted) < 0.25, `${thickness}`);
});

test("a stroke outside the picture leaves it as it is", () => {
  const pixels = new Uint8Array(SIDE * SIDE).fill(7);
  draw(pixels, { x: -9, y: -9 }, { x: -9, y: 40 }, { radius: 1.9, grey: 255, erase: false });
  draw(pixels, { x: 37, y: 0 }, { x: 60, y: 40 }, { radius: 1.9, grey: 255, erase: true });
  assert.ok(pixels.every((grey) => grey === 7));
});

test("of three planes a pixel takes as much of the colour as is covered, and black when erased", () => {
  const size = { planes: 3, height: 8, width: 8 };
  const pixels = new Uint8Array(192).fill(100);
  const [from, to] = [
    { x: 0, y: 4 },
    { x: 8, y: 4 },
  ];
  const pen = { radius: RADII.large, grey: 255, colour: [220, 40, 0] };
  draw(pixels, from, to, { ...pen, erase: false }, size);
  const at = (row) => [0, 64, 128].map((plane) => pixels[plane + 8 * row + 4]);
  // the pen is 1.9 · 8 / 28 = 0.543 wide; the middles of rows 3 and 4 are half a pixel away
  const cover = (RADII.large * (8 / 28) - 0.5) / SOFT + 0.5;
  const expected = [220, 40, 0].map((value) => Math.round(100 + cover * (value - 100)));
  assert.deepEqual(at(3), expected);
  assert.deepEqual(at(4), expected);
  assert.deepEqual(at(0), [100, 100, 100]);
  for (let times = 0; times < 40; times += 1) draw(pixels, from, to, { ...pen, erase: true }, size);
  assert.ok(at(3).every((value) => value < 2));
});
