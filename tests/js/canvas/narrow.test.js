/** Figures made to fit: the axis of bars goes as far as the numbers at their ends need. */

import assert from "node:assert/strict";
import test from "node:test";

import { reaching } from "../../../assets/web/canvas/narrow.js";

const REACH = 1.3;
const END = 6;
const layout = (range) => ({
  margin: { l: 89, r: 16 },
  meta: { reach: REACH },
  xaxis: { range, title: "logit" },
});

/** Pixels on an axis of `inner` pixels. */
const place = ([low, high], inner, value) => (inner * (value - low)) / (high - low);

for (const [width, size] of [
  [366, 14],
  [594, 22],
  [1200, 14],
])
  test(`bars to the ends of the scale leave room for four ems at ${width} pixels`, () => {
    const inner = width - 89 - 16;
    const signed = reaching(layout([-REACH * END, REACH * END]), width, size);
    assert.ok(Math.abs(place(signed.xaxis.range, inner, -END) - 4 * size) < 1e-6);
    assert.ok(
      Math.abs(inner + 16 - place(signed.xaxis.range, inner, END) - 4 * size) < 1e-6,
      "the margin counts",
    );
    assert.equal(signed.xaxis.title, "logit");
    const shares = reaching(layout([0, REACH]), width, size);
    assert.equal(shares.xaxis.range[0], 0);
    assert.ok(Math.abs(inner + 16 - place(shares.xaxis.range, inner, 1) - 4 * size) < 1e-6);
  });

test("other figures stay as they are, and bars of the narrowest are still bars", () => {
  const other = { margin: { l: 48, r: 16 }, xaxis: { range: [0, 5] } };
  assert.equal(reaching(other, 366, 14), other);
  const [low, high] = reaching(layout([-REACH * END, REACH * END]), 200, 22).xaxis.range;
  assert.ok(low < -END && high > END && high < 8 * END);
});
