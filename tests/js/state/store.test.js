/** One query; undo is a list of queries. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../assets/web/state/store.js";

const first = () => ({
  model: "one",
  checkpoint: "",
  images: ["a"],
  focus: 0,
  step: "input",
  unit: null,
  edits: [],
  versus: null,
  taught: null,
  language: "en",
  show: [],
  options: {},
});

/** Undo, redo and the list of what they change. */
function drawn(count) {
  const store = createStore(first());
  for (let stroke = 1; stroke <= count; stroke += 1) {
    store.remember();
    store.set({ images: [`${stroke}`] });
  }
  return store;
}

test("set changes the fields it names and no other", () => {
  const store = createStore(first());
  store.set({ step: "softmax", unit: 3 });
  assert.deepEqual(store.get(), { ...first(), step: "softmax", unit: 3 });
});

test("listeners hear what is now and what was before", () => {
  const store = createStore(first());
  const heard = [];
  store.subscribe((now, before) => heard.push([now.unit, before.unit]));
  store.set({ unit: 3 });
  store.set({ unit: 4 });
  assert.deepEqual(heard, [
    [3, null],
    [4, 3],
  ]);
});

test("undo and redo walk along the strokes", () => {
  const store = drawn(3);
  const images = () => store.get().images[0];
  assert.deepEqual([store.canUndo(), store.canRedo()], [true, false]);
  store.undo();
  assert.equal(images(), "2");
  assert.deepEqual([store.canUndo(), store.canRedo()], [true, true]);
  store.undo();
  store.undo();
  assert.equal(images(), "a");
  assert.deepEqual([store.canUndo(), store.canRedo()], [false, true]);
  store.undo();
  assert.equal(images(), "a");
  for (const wanted of ["1", "2", "3", "3"]) {
    store.redo();
    assert.equal(images(), wanted);
  }
});

test("a new stroke forgets what was undone", () => {
  const store = drawn(2);
  store.undo();
  store.remember();
  store.set({ images: ["new"] });
  assert.equal(store.canRedo(), false);
  store.undo();
  assert.equal(store.get().images[0], "1");
});

test("a hundred strokes can be taken back, and memory does not grow beyond", () => {
  const store = drawn(130);
  let steps = 0;
  while (store.canUndo()) {
    store.undo();
    steps += 1;
  }
  assert.equal(steps, 100);
  assert.equal(store.get().images[0], "30");
});

test("undo brings back pictures, edits, comparison and what is taught; where one stands stays", () => {
  const store = createStore(first());
  const taught = { label: 7, steps: 2 };
  store.set({ edits: [1], versus: { image: 1 }, taught, focus: 1, images: ["a", "b"] });
  store.remember();
  const other = { edits: [], versus: null, taught: null, focus: 0, images: ["c"] };
  store.set({ ...other, step: "softmax", language: "zh" });
  store.undo();
  const { edits, versus, focus, images, step, language } = store.get();
  assert.deepEqual([edits, versus, focus, images], [[1], { image: 1 }, 1, ["a", "b"]]);
  assert.deepEqual(store.get().taught, taught);
  assert.deepEqual([step, language], ["softmax", "zh"]);
});

test("undo after a link brings back the whole state, in the language and with what is open now", () => {
  const store = createStore(first());
  store.set({ model: "own", step: "flatten", images: ["own"], show: ["figure"] });
  const own = store.get();
  store.remember({ whole: true });
  store.set({ model: "other", step: "softmax", images: ["link"] });
  const other = store.get();
  store.set({ language: "zh", show: ["unit"] });
  store.undo();
  assert.deepEqual(store.get(), { ...own, language: "zh", show: ["unit"] });
  store.redo();
  assert.deepEqual(store.get(), { ...other, language: "zh", show: ["unit"] });
});
