/** Maps in other columns: as large as can be, and every value still its unit's. */

import assert from "node:assert/strict";
import test from "node:test";

import { filled } from "../../../assets/web/canvas/arrays.js";
import { arranged, columnsFor, edge } from "../../../assets/web/canvas/maps.js";

const [COUNT, HEIGHT, WIDTH] = [12, 3, 4];
const SIZE = HEIGHT * WIDTH;
const values = Float32Array.from({ length: COUNT * SIZE }, (_, unit) =>
  unit % 5 === 0 ? 0 : Math.sin(unit),
);
const grid = { rows: 2, columns: 6, maps: COUNT, height: HEIGHT, width: WIDTH };
const trace = (fill) => ({
  type: fill === "hatch" ? "scatter" : "heatmap",
  xaxis: "x",
  yaxis: "y",
  meta: { fill, of: "after" },
});

/** A figure as the page fills it, its maps in two rows of six. */
function figure(shapes = []) {
  const layout = {
    meta: { maps: { "": [COUNT, HEIGHT, WIDTH] } },
    xaxis: { domain: [0, 1] },
    yaxis: { domain: [0, 1], autorange: "reversed" },
    shapes,
  };
  const empty = { data: ["on", "off", "hatch"].map(trace), layout };
  return filled(empty, { tensors: { after: values }, grids: { after: grid }, limit: 1 });
}

/** What stands in each cell, by its unit: where, and which value. */
function unitsOf({ z, customdata }) {
  const found = new Map();
  customdata.values.forEach((unit, index) => {
    if (unit < 0) return;
    const [row, column] = [Math.floor(index / z.shape[1]), index % z.shape[1]];
    found.set(unit, { row, column, value: z.values[index] });
  });
  return found;
}

test("no other number of columns makes maps larger", () => {
  for (const count of [1, 2, 3, 6, 12, 32, 64])
    for (const [height, width] of [
      [28, 28],
      [7, 7],
      [3, 9],
    ])
      for (const room of [
        { width: 260, height: 340 },
        { width: 440, height: 226 },
        { width: 700, height: 120 },
      ]) {
        const shape = [count, height, width];
        const best = edge(shape, columnsFor(shape, room), room);
        for (let columns = 1; columns <= count; columns += 1)
          assert.ok(edge(shape, columns, room) <= best, `${shape} in ${room.width}: ${columns}`);
      }
});

for (const [room, columns] of [
  [{ width: 300, height: 400 }, 3],
  [{ width: 250, height: 400 }, 2],
  [{ width: 900, height: 60 }, 12],
  [{ width: 400, height: 260 }, 4],
])
  test(`every value stays its unit's where ${columns} maps stand in a row`, () => {
    const made = arranged(figure(), () => room);
    const [on, off, hatch] = made.data;
    assert.equal((on.z.shape[1] + 1) / (WIDTH + 1), columns);
    const [known, dark] = [unitsOf(on), unitsOf(off)];
    assert.equal(known.size, values.length);
    on.customdata.values.forEach((unit, index) => {
      if (unit < 0) assert.ok(Number.isNaN(on.z.values[index]), "between maps is nothing");
    });
    values.forEach((value, unit) => {
      const [map, inside] = [Math.floor(unit / SIZE), unit % SIZE];
      const { row, column, value: shown } = known.get(unit);
      assert.equal(row, Math.floor(map / columns) * (HEIGHT + 1) + Math.floor(inside / WIDTH));
      assert.equal(column, (map % columns) * (WIDTH + 1) + (inside % WIDTH));
      assert.deepEqual(shown, value === 0 ? Number.NaN : value);
      assert.deepEqual(dark.get(unit).value, value === 0 ? 0 : Number.NaN);
    });
    const struck = new Set();
    for (let index = 0; index < hatch.x.values.length; index += 3)
      struck.add(`${hatch.y.values[index + 1] + 0.5},${hatch.x.values[index] + 0.5}`);
    const off0 = [...dark.values()].filter(({ value }) => value === 0);
    assert.deepEqual(struck, new Set(off0.map(({ row, column }) => `${row},${column}`)));
    assert.deepEqual(made.layout.xaxis.range, [-0.5, on.z.shape[1] - 0.5]);
    assert.deepEqual(made.layout.yaxis.range, [on.z.shape[0] - 0.5, -0.5]);
  });

test("the frame of a pinned unit goes with it, and other figures stay as they are", () => {
  const unit = 7 * SIZE + 6;
  const [row, column] = [HEIGHT + 1 + 1, WIDTH + 1 + 2]; // the second map of the second row
  const frame = { xref: "x", x0: column - 0.5, x1: column + 0.5, y0: row - 0.5, y1: row + 0.5 };
  const made = arranged(figure([frame]), () => ({ width: 300, height: 400 }));
  const { row: down, column: across } = unitsOf(made.data[0]).get(unit);
  const [{ x0, x1, y0, y1 }] = made.layout.shapes;
  assert.deepEqual([x0, x1, y0, y1], [across - 0.5, across + 0.5, down - 0.5, down + 0.5]);
  const other = { data: [], layout: { shapes: [] } };
  assert.equal(
    arranged(other, () => ({ width: 1, height: 1 })),
    other,
  );
});

test("what stands beside the maps stays as it is", () => {
  const { data, layout } = figure([{ xref: "x2", x0: 6.5, x1: 7.5, y0: 4.5, y1: 5.5 }]);
  const beside = data.map((trace) => ({ ...trace, xaxis: "x2", yaxis: "y2" }));
  const room = { width: 300, height: 400 };
  const made = arranged({ data: [...data, ...beside], layout }, () => room);
  assert.notDeepEqual(made.data[0].z.shape, data[0].z.shape);
  assert.deepEqual(made.data.slice(data.length), beside);
  assert.deepEqual(made.layout.shapes, layout.shapes);
});
