/** The hatching: one path for all strokes of a picture, each where its cell is off. */

import assert from "node:assert/strict";
import test from "node:test";

import { filled } from "../../../assets/web/canvas/arrays.js";
import { struck } from "../../../assets/web/canvas/hatching.js";

const grid = { rows: 1, columns: 1, maps: 1, height: 2, width: 3 };
const values = Float32Array.from([0, 1.5, 0, 2, 0, 3]); // off in cells 0, 2 and 4
const FRAME = { type: "rect", xref: "x2", x0: 0.5, x1: 1.5 };
const trace = (fill, axes) => ({
  type: fill === "hatch" ? "scatter" : "heatmap",
  xaxis: `x${axes}`,
  yaxis: `y${axes}`,
  line: { width: 1 },
  meta: { fill, of: "after" },
});

/** A figure with one hatched picture on each pair of axes, as the page fills it. */
function figure(axes, tensor = values) {
  const data = axes.flatMap((each) => ["on", "off", "hatch"].map((fill) => trace(fill, each)));
  const empty = { data, layout: { shapes: [FRAME], width: 300 } };
  return filled(empty, { tensors: { after: tensor }, grids: { after: grid }, limit: 3 });
}

test("lines go from corner to corner through the cells that are off, and through no other", () => {
  const { layout } = struck(figure(["2"]), "#123456");
  const [{ path, ...rest }] = layout.shapes;
  const strokes = path.split("M").slice(1);
  assert.deepEqual(strokes, ["-0.5,0.5L0.5,-0.5", "0.5,1.5L2.5,-0.5"]);
  const line = { width: 1, color: "#123456" };
  assert.deepEqual(rest, { type: "path", xref: "x2", yref: "y2", line });
});

test("each picture has a path of its own; frames lie above, and no trace of lines is left", () => {
  const { data, layout } = struck(figure(["", "2"]), "red");
  assert.deepEqual(
    data.map(({ meta, xaxis }) => `${meta.fill} ${xaxis}`),
    ["on x", "off x", "on x2", "off x2"],
  );
  assert.deepEqual(
    layout.shapes.map(({ type, xref }) => `${type} ${xref}`),
    ["path x", "path x2", "rect x2"],
  );
  assert.equal(layout.width, 300);
});

test("where nothing is off there is no path, and a figure without shapes has none", () => {
  const { layout } = struck(figure(["2"], Float32Array.from([1, 2, 3, 4, 5, 6])), "red");
  assert.deepEqual(layout.shapes, [FRAME]);
  assert.deepEqual(struck({ data: [], layout: {} }, "red").layout.shapes, []);
});
