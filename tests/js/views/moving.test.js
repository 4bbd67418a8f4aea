/** A movement from step to step begins for the present choice alone. */

import assert from "node:assert/strict";
import { test } from "node:test";

let begun = 0;
const element = () => ({
  setAttribute() {},
  append() {},
  remove() {},
  getContext: () => new Proxy({}, { get: () => () => ({ data: [] }), set: () => true }),
});
Object.assign(globalThis, {
  document: { createElement: element },
  cancelAnimationFrame() {},
  // whether things may move is asked for as a movement begins
  matchMedia() {
    begun += 1;
    return { matches: true };
  },
});
const { createMoving } = await import("../../../assets/web/views/moving.js");

const grid = { maps: 1, rows: 1, columns: 1, height: 1, width: 2 };
const STEPS = ["linear", "relu", "last"].map((id) => ({
  ...{ id, kind: id === "linear" ? "linear" : "relu", grid, shape: [1, 2] },
  ...{ scale: "diverging", limit: 1, over: [] },
}));
const FIRST = {
  ...{ model: "usual", checkpoint: "", images: ["a"], focus: 0, step: "linear", unit: null },
  ...{ edits: [], versus: null, taught: null, options: {} },
};

/** A page whose figure stands when the test says so. */
function opened() {
  let now = FIRST;
  const figures = [];
  const ready = () => new Promise((stand) => figures.push(stand));
  const page = {
    store: { get: () => now },
    colours: new Proxy({}, { get: () => () => [0, 0, 0] }),
  };
  const part = createMoving(/** @type {any} */ (page), { element: element(), ready });
  const values = Object.fromEntries(STEPS.map(({ id }) => [id, Float32Array.of(-1, 1)]));
  return {
    choose(patch) {
      const before = now;
      now = { ...now, ...patch };
      part.chosen?.(now, before);
      part.hand?.({ steps: STEPS, values, sections: {} }, now);
    },
    async stand() {
      begun = 0;
      for (const figure of figures.splice(0)) figure();
      await new Promise((resolve) => setTimeout(resolve));
      return begun;
    },
  };
}

test("a step's values move once its figure stands", async () => {
  const page = opened();
  page.choose({ step: "relu" });
  assert.equal(await page.stand(), 1);
  assert.equal(await page.stand(), 0);
});

for (const patch of [
  { images: ["b"] },
  { focus: 1 },
  { checkpoint: "epoch-001" },
  { edits: [{ step: "relu" }] },
  { options: { noise: 1 } },
  { taught: { shown: true } },
  { versus: { image: 0 } },
])
  test(`nothing of before moves once there is another one: ${Object.keys(patch)}`, async () => {
    const page = opened();
    page.choose({ step: "relu" });
    page.choose(patch);
    assert.equal(await page.stand(), 0);
  });

test("whoever has left a step and come back sees the last movement alone", async () => {
  const page = opened();
  page.choose({ step: "relu" });
  page.choose({ step: "linear" });
  page.choose({ step: "relu" });
  assert.equal(await page.stand(), 1);
});

test("what changes no value ends nothing", async () => {
  const page = opened();
  page.choose({ step: "relu" });
  page.choose({ unit: 1 });
  assert.equal(await page.stand(), 1);
});
