/** What a figure says where one points is written as everywhere on the page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { speaking } from "../../../assets/web/canvas/hovering.js";

const says = (hovertemplate, values) => {
  const trace = speaking({ hovertemplate, z: values, x: values });
  assert.equal(trace.z, values, "the values stay as they are");
  return [trace.hovertemplate, trace.hovertext];
};

test("a value has a minus, and four digits", () => {
  const values = [new Float32Array([-2.52378654, 0, 1]), [0.5, Number.NaN, null]];
  assert.deepEqual(says("unit %{customdata}: z = %{z:.9~g}<extra></extra>", values), [
    "unit %{customdata}: z = %{hovertext}<extra></extra>",
    [
      ["−2.5238", "0", "1"],
      ["0.5000", "", ""],
    ],
  ]);
});

test("what four digits behind the point say nothing of is written by powers of ten", () => {
  const [, said] = says("p = %{x:.9~g}", [1.25e-7, -9.99e-4, 0.001, -123456.7]);
  assert.deepEqual(said, ["1.250·10⁻⁷", "−9.990·10⁻⁴", "0.0010", "−1.235·10⁵"]);
});

test("the middle of a bin has no more digits than it is asked for", () => {
  const said = says("%{y} values around %{x:.3g}", [-6.75, 0.1625]);
  assert.deepEqual(said, ["%{y} values around %{hovertext}", ["−6.75", "0.163"]]);
});

test("what names no number stays", () => {
  const off = { hovertemplate: "unit %{customdata}: switched off", z: [[1]] };
  assert.equal(speaking(off), off);
  const colour = { hovertemplate: "red %{z[0]}", z: [[[1, 2, 3]]] };
  assert.equal(speaking(colour), colour);
  assert.deepEqual(speaking({ x: [1] }), { x: [1] });
});
