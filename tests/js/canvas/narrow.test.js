/** Figures made to fit: the axis of bars goes as far as the numbers at their ends need. */

import assert from "node:assert/strict";
import test from "node:test";

import { alone, apart, covered, fitted, reaching } from "../../../assets/web/canvas/narrow.js";

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

const units = {
  data: [{ xaxis: "x" }, { xaxis: "x2" }],
  layout: {
    xaxis: { domain: [0, 1] },
    yaxis: { domain: [0.56, 1] },
    xaxis2: { domain: [0, 0.4] },
    yaxis2: { domain: [0, 0.36] },
    coloraxis: { colorbar: { len: 0.44 } },
    meta: { alone: true, room: [0.53, 0.5, 0.53], narrow: { yaxis: { domain: [0.54, 1] } } },
  },
};
const LOW = { width: 528, height: 244, presented: false, low: true };
const UPRIGHT = { width: 366, height: 364, presented: false, low: false };
const CLASS = { width: 574, height: 398, presented: true, low: false };

test("a low figure is its first picture, over all of its height", () => {
  const { data, layout: made } = alone(units, LOW);
  assert.deepEqual(data, [{ xaxis: "x" }]);
  assert.deepEqual(made.yaxis.domain, [0, 1]);
  assert.equal(made.coloraxis.colorbar.len, 1);
  assert.equal(made.xaxis2, undefined);
  assert.equal(fitted(made, LOW), made, "nothing stands above anything else");
  const presented = alone(units, CLASS).layout;
  assert.deepEqual(presented.yaxis.domain, [0.56, 1], "before a class there is room below it");
});

test("what a pinned unit comes from covers all of a low figure, and half of one upright", () => {
  assert.equal(covered(units.layout, LOW), LOW.height);
  const half = covered(units.layout, UPRIGHT);
  assert.ok(half > 0.45 * UPRIGHT.height && half < 0.6 * UPRIGHT.height);
  assert.equal(covered({ ...units.layout, meta: {} }, LOW), 0);
});

test("numbers of two sides are there where two lines have room in a row, else of the first", () => {
  const bar = { y: Array(10).fill(""), textposition: "outside" };
  const two = { data: [bar, bar], layout: { barmode: "group" } };
  const room = { width: 720, height: 640, presented: false, low: false };
  assert.equal(apart(two, room), two);
  const [first, second] = apart(two, { ...room, height: 328 }).data;
  assert.equal(first.textposition, "outside");
  assert.equal(second.textposition, "none");
  assert.equal(first.outsidetextfont.shadow, "auto", "digits are read above the other's bars");
  assert.notEqual(apart(two, { ...room, presented: true }), two, "type is larger before a class");
  const one = { data: [bar], layout: {} };
  assert.equal(apart(one, { ...room, height: 328 }), one);
});
