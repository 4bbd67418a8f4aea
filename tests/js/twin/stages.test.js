/** What the stage shows apart from values: asked for once, filled ever after. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createStages } from "../../../assets/web/twin/stages.js";

const trace = (fill, of) => ({ type: "heatmap", xaxis: "x", yaxis: "y", meta: { fill, of } });
const figure = (...data) => ({
  data,
  layout: {
    coloraxis: { showscale: false },
    meta: { marks: [""], ends: { coloraxis: { cmin: -1, cmax: 1 } } },
  },
});
const STAGES = {
  a: { texts: { title: "A" }, figure: figure(trace("grid", "after")), source: null },
  b: {
    texts: { title: "B" },
    figure: figure(trace("grid", "before"), trace("off", "after")),
    source: "a",
  },
  c: { texts: { title: "C" }, figure: figure(trace("grid", "before")), source: null },
};
const QUERY = {
  model: "m",
  language: "en",
  versus: null,
  step: "a",
  unit: null,
  images: ["1"],
  show: ["figure"],
};
const grid = { rows: 1, columns: 2, maps: 1, height: 1, width: 2 };
const NUMBERS = {
  steps: ["a", "b", "c"].map((id) => ({ id, grid, limit: 4 })),
  values: { a: Float32Array.of(1, -2), b: Float32Array.of(1, 0), c: Float32Array.of(0, 0) },
  other: null,
};

async function loaded(answers = [{ sections: { stages: STAGES } }]) {
  const asked = [];
  const stages = createStages(
    async (query) => {
      asked.push(query);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => {},
  );
  await stages.load(QUERY);
  return { stages, asked };
}

test("they are asked for once, for each network, language and kind of comparison", async () => {
  const { stages, asked } = await loaded();
  await stages.load({ ...QUERY, step: "b", images: ["2"] });
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].show, ["stages"]);
  for (const other of [{ language: "zh" }, { model: "n" }, { versus: { image: 1 } }])
    assert.ok(!stages.has({ ...QUERY, ...other }));
  await stages.load({ ...QUERY, language: "zh" });
  assert.equal(asked.length, 2);
});

test("a figure has the values of its step and of the step before, on the scale at hand", async () => {
  const { stages } = await loaded();
  const { data, layout } = stages.figure({ ...QUERY, step: "b" }, NUMBERS);
  assert.deepEqual([...data[0].z.values], [1, -2]);
  assert.deepEqual([...data[1].z.values], [NaN, 0]);
  assert.deepEqual([layout.coloraxis.cmin, layout.coloraxis.cmax], [-4, 4]);
  assert.equal(stages.texts({ ...QUERY, step: "b" }).title, "B");
});

test("the chosen unit is framed where it stands", async () => {
  const { stages } = await loaded();
  const [shape] = stages.figure({ ...QUERY, unit: 1 }, NUMBERS).layout.shapes;
  assert.deepEqual([shape.x0, shape.x1, shape.y0, shape.y1], [0.5, 1.5, -0.5, 0.5]);
});

test("a step whose input no hook has seen is left to the server", async () => {
  const { stages } = await loaded();
  assert.ok(stages.has(QUERY));
  assert.ok(!stages.has({ ...QUERY, step: "c" }));
  assert.equal(stages.figure({ ...QUERY, step: "c" }, NUMBERS), null);
});

test("a link's own names are no steps", async () => {
  const { stages } = await loaded();
  for (const step of ["__proto__", "toString", "constructor"])
    assert.ok(!stages.has({ ...QUERY, step }));
});

test("what does not come is asked for again", async () => {
  const { stages, asked } = await loaded([
    new Error("away"),
    { error: {} },
    { sections: { stages: STAGES } },
  ]);
  assert.ok(!stages.has(QUERY));
  await stages.load(QUERY);
  assert.ok(!stages.has(QUERY));
  await stages.load(QUERY);
  assert.ok(stages.has(QUERY));
  assert.equal(asked.length, 3);
});
