/** What moves with the end of a scale: the numbers at its ticks, and nothing else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbered, padded, still, stretched, ticked } from "../../../assets/web/canvas/scales.js";

const SIGNED = { cmin: -1, cmax: 1, colorbar: { tickvals: [-1, 0, 1] } };

/** A layout as Python makes it for the end of a scale. */
const layout = (end, apart = 1) => ({
  coloraxis: { cmin: -end, cmax: end, colorbar: { title: "z", tickvals: [-end, 0, end] } },
  coloraxis5: { cmin: -apart, cmax: apart, colorbar: { tickvals: [-apart, 0, apart] } },
  xaxis3: { title: "z", range: [-end, end], tickvals: [-end, end] },
  yaxis3: { range: [0, 3], tickvals: [1, 2] },
  meta: {
    ends: { coloraxis: SIGNED, xaxis3: { range: [-1, 1], tickvals: [-1, 1] } },
    apart: { ends: { coloraxis5: SIGNED } },
  },
});

test("numbers at ticks are as short as they can be, with a real minus sign", () => {
  const said = { 0: "0", 0.75: "0.75", [-15]: "−15", 1.5: "1.5", 80000: "80000", 0.002: "0.002" };
  for (const [value, text] of Object.entries(said)) assert.equal(ticked(Number(value)), text);
  assert.equal(ticked(0.00015), "1.5·10⁻⁴");
  assert.equal(ticked(-3e6), "−3.0·10⁶");
  assert.equal(ticked(0.1 + 0.2), "0.3");
});

test("beside a scale all usual numbers are as wide as the widest", () => {
  const wide = (text) => [...text].filter((each) => !".\u2008".includes(each)).length;
  for (const end of [1, 1.5, 2, 3, 4, 5, 6, 8].flatMap((step) => [step, 10 * step, 100 * step]))
    for (const value of [-end, -end / 2, 0, end / 2, end]) {
      const text = padded(value);
      assert.equal(text.trim(), ticked(value));
      assert.equal(wide(text), 4, text);
      assert.equal([...text].filter((each) => ".\u2008".includes(each)).length, 1, text);
    }
});

test("what moves says its numbers, what does not is left to Plotly", () => {
  const found = numbered(layout(30, 4));
  const said = (scale) => scale.colorbar.ticktext.map((text) => text.trim());
  assert.deepEqual(said(found.coloraxis), ["−30", "0", "30"]);
  assert.deepEqual(said(found.coloraxis5), ["−4", "0", "4"]);
  assert.deepEqual(found.xaxis3.ticktext, ["−30", "30"]);
  assert.equal(found.yaxis3.ticktext, undefined);
  assert.equal(found.coloraxis.colorbar.title, "z");
});

test("an axis that does not stand in a layout is not made", () => {
  const { xaxis3, ...rest } = layout(30);
  assert.ok(!("xaxis3" in numbered(rest)));
  assert.ok(!("xaxis3" in still(rest)));
});

test("whatever the ends, the rest is the same; and what else differs is seen", () => {
  assert.deepEqual(still(layout(30, 4)), still(layout(2, 0.5)));
  const other = layout(30);
  other.xaxis3.title = "a";
  assert.notDeepEqual(still(other), still(layout(30)));
  const counts = layout(30);
  counts.yaxis3.range = [0, 4];
  assert.notDeepEqual(still(counts), still(layout(30)));
  assert.deepEqual(still(layout(3)).coloraxis.colorbar, { title: "z" });
});

test("an axis is so many times as long as it was drawn", () => {
  assert.equal(stretched({ range: [-30, 30] }, { range: [-20, 20] }), 1.5);
  assert.equal(stretched({ range: [0, 3] }, { range: [0, 3] }), 1);
  assert.equal(stretched({ range: [27.5, -0.5] }, { range: [27.5, -0.5] }), 1);
  assert.equal(stretched({ autorange: "reversed" }, undefined), 1);
});
