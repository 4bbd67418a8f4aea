/** Where units stand: read off the figure as it stands on this page, maps moved or not. */

import assert from "node:assert/strict";
import test from "node:test";

import { below, unitsOf } from "../../../assets/web/canvas/units.js";

const heat = (xaxis, rows) => ({
  type: "heatmap",
  xaxis,
  customdata: { values: Int32Array.from(rows.flat()), shape: [rows.length, rows[0].length] },
});
/** Three maps of 2 × 2 in two columns, a gap between them. */
const MAPS = [
  [0, 1, -1, 4, 5],
  [2, 3, -1, 6, 7],
  [-1, -1, -1, -1, -1],
  [8, 9, -1, -1, -1],
  [10, 11, -1, -1, -1],
];
const maps = { data: [heat("x", MAPS)], layout: { meta: { marks: [""], columns: 9 } } };

test("up and down are what lies above and below, over gaps, as far as the picture goes", () => {
  const places = unitsOf(maps, 12);
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((unit) => below(places, unit, 1)),
    [2, 3, 8, 9, 11],
  );
  assert.deepEqual(
    [8, 9, 3, 6].map((unit) => below(places, unit, -1)),
    [2, 3, 1, 4],
  );
  assert.equal(below(places, 7, 1), 7, "below its map there is none");
});

test("bars stand one above the other, and have no picture", () => {
  const bars = { data: [{ type: "bar", xaxis: "x" }], layout: { meta: { marks: ["row"] } } };
  const places = unitsOf(bars, 10);
  assert.deepEqual([...places.values], [...Array(10).keys()]);
  assert.equal(places.columns, 1);
  assert.equal(below(places, 3, 1), 4);
});

test("of means of blocks and one map beside them, units are those of the map", () => {
  const data = [
    heat("x", [[0, 4, 8]]),
    heat(
      "x2",
      MAPS.slice(0, 2).map((row) => row.slice(3)),
    ),
  ];
  const places = unitsOf({ data, layout: { meta: { marks: ["2"] } } }, 12);
  assert.equal(places.axes, "2");
  assert.equal(below(places, 4, 1), 6);
  assert.equal(below(places, 7, 1), 9, "the next map, which is shown then");
});
