/** Numbers to colours: ends, middle, order of the channels, and a straight line between two stops. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createColours } from "../../../assets/web/canvas/colours.js";

const SCALES = {
  grey: [
    [0, "#000000"],
    [1, "#ffffff"],
  ],
  unsigned: [
    [0, "#102030"],
    [1, "#f0a050"],
  ],
  signed: [
    [0, "#1060c0"],
    [0.5, "#f8f8f8"],
    [1, "#c04010"],
  ],
};
const DARK = {
  ...SCALES,
  grey: [
    [0, "#ffffff"],
    [1, "#000000"],
  ],
};

function coloured(values, scale, limit, theme = "light") {
  const pixels = new Uint32Array(values.length);
  const colours = createColours({ light: SCALES, dark: DARK }, () => theme);
  colours.fill(Float32Array.from(values), scale, limit, pixels);
  const bytes = new Uint8Array(pixels.buffer); // what a canvas reads: red, green, blue, opacity
  return values.map((_, index) => [...bytes.subarray(4 * index, 4 * index + 4)]);
}

test("the ends of a scale are its first and last colour, in the order red, green, blue", () => {
  assert.deepEqual(coloured([-2, 2], "signed", 2), [
    [0x10, 0x60, 0xc0, 255],
    [0xc0, 0x40, 0x10, 255],
  ]);
  assert.deepEqual(coloured([0, 3], "unsigned", 3), [
    [0x10, 0x20, 0x30, 255],
    [0xf0, 0xa0, 0x50, 255],
  ]);
  assert.deepEqual(coloured([0, 1], "grey", 1), [
    [0, 0, 0, 255],
    [255, 255, 255, 255],
  ]);
});

test("what lies beyond the limit has the colour of the end", () => {
  assert.deepEqual(coloured([-9, 9], "signed", 2), coloured([-2, 2], "signed", 2));
  assert.deepEqual(coloured([-9, 9], "unsigned", 2), coloured([0, 2], "unsigned", 2));
});

test("between two stops every channel lies on a straight line", () => {
  for (const [scale, stops] of Object.entries(SCALES))
    for (let at = 0; at <= 1; at += 1 / 64) {
      const value = scale === "signed" ? 2 * at - 1 : at;
      const [pixel] = coloured([5 * value], scale, 5);
      const upper = stops.findIndex(([place], index) => index > 0 && place >= at);
      const [[start, from], [end, to]] = [stops[upper - 1], stops[upper]];
      for (const [channel, first] of [1, 3, 5].entries()) {
        const [low, high] = [from, to].map((hex) => parseInt(hex.slice(first, first + 2), 16));
        const wanted = low + ((high - low) * (at - start)) / (end - start);
        assert.ok(Math.abs(pixel[channel] - wanted) < 2, `${scale} ${at}: ${pixel} ${wanted}`);
      }
    }
});

test("0 is the middle of the signed scale, and equal sizes lie equally far from it", () => {
  const [low, zero, high] = coloured([-0.001, 0, 0.001], "signed", 1);
  for (const pixel of [low, zero, high])
    for (const channel of pixel.slice(0, 3)) assert.ok(Math.abs(channel - 0xf8) <= 2, `${pixel}`);
});

test("an end of 0 gives the colour of 0 to all", () => {
  assert.deepEqual(coloured([0, 0], "unsigned", 0), coloured([0, 0], "unsigned", 1));
  assert.deepEqual(coloured([0], "signed", 0), coloured([0], "signed", 1));
});

test("the theme at hand decides", () => {
  assert.deepEqual(coloured([0], "grey", 1, "light"), [[0, 0, 0, 255]]);
  assert.deepEqual(coloured([0], "grey", 1, "dark"), [[255, 255, 255, 255]]);
});

test("the limit is the largest absolute value", () => {
  const { limit } = createColours({ light: SCALES }, () => "light");
  assert.equal(limit(Float32Array.of(1, -3, 2)), 3);
  assert.equal(limit(Float32Array.of(1, 3, -2)), 3);
  assert.equal(limit(new Float32Array(4)), 0);
});
