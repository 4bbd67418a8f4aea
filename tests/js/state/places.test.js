/** Pictures that come late land on the image that they were asked for, wherever it is by then. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../../assets/web/state/actions.js";
import { createStore } from "../../../assets/web/state/store.js";

/** A page with a batch, and what lies on it once a picture has come late. */
function batch(...images) {
  const store = createStore(/** @type {any} */ ({ images, focus: 0 }));
  const page = {
    store,
    wanted: () => ({ ...store.get(), show: [] }),
    painting: { asking() {} },
    hand: { show: () => false },
    live: { request() {}, idle: () => true },
  };
  return { store, actions: createActions(/** @type {any} */ (page)) };
}

/** What is on the pads when a picture for the image in focus comes after some changes. */
function late(images, focus, ...changes) {
  const { store, actions } = batch(...images);
  store.set({ focus });
  const place = actions.place();
  for (const change of changes) store.set({ images: change, focus: 0 });
  actions.put("new", { place, since: 0 });
  return store.get().images.join("");
}

test("where nothing has changed it lands where it was asked for", () => {
  assert.equal(late(["a", "b", "c"], 1), "anewc");
});

test("an image that was taken out before it does not move it to another", () => {
  assert.equal(late(["a", "b", "c"], 1, ["b", "c"]), "newc");
  assert.equal(late(["a", "b", "c"], 2, ["a", "c"]), "anew");
  assert.equal(late(["a", "a", "c"], 1, ["a", "c"]), "newc");
});

test("the image itself was taken out: it is dropped", () => {
  assert.equal(late(["a", "b", "c"], 1, ["a", "c"]), "ac");
  assert.equal(late(["a", "b", "c"], 1, ["a", "c"], ["a", "c", "d"]), "acd");
});

test("an image that was moved, drawn on, or got a neighbour is still the one", () => {
  assert.equal(late(["a", "b", "c"], 1, ["b", "a", "c"]), "newac");
  assert.equal(late(["a", "b", "c"], 1, ["a", "x", "c"]), "anewc");
  assert.equal(late(["a", "a"], 0, ["x", "a"]), "newa");
  assert.equal(late(["a", "b"], 1, ["a", "b", "b"]), "anewb");
});
