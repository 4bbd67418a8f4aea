/** The whole screen: a browser gives and takes it late, and by itself; who presents notices neither. */

import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {Record<string, () => void>} */ const heard = {};
const listen = (name, act) => {
  heard[name] = act;
};
/** What the browser has been asked for and not answered yet. @type {any[]} */ const due = [];
const promised = (name) => () =>
  new Promise((resolve, reject) => {
    due.push({ name, resolve, reject });
  });
const root = { requestFullscreen: promised("take") };
Object.assign(globalThis, {
  document: {
    documentElement: root,
    fullscreenElement: null,
    addEventListener: listen,
    exitFullscreen: promised("give"),
  },
  addEventListener: listen,
});
const { createScreen } = await import("../../../assets/web/state/screen.js");

/** A page in its window, which presents or not as `state.wanted` says. */
function visited() {
  due.length = 0;
  Object.assign(globalThis.document, { fullscreenElement: null });
  const state = { wanted: false, lost: 0 };
  const screen = createScreen({
    wanted: () => state.wanted,
    lost: () => {
      state.lost += 1;
    },
  });
  return {
    state,
    present(wanted) {
      state.wanted = wanted;
      screen[wanted ? "take" : "give"]();
    },
  };
}

/** The browser does what it was asked for first, or has done it by itself. */
async function does(name = due[0].name) {
  Object.assign(globalThis.document, { fullscreenElement: name === "take" ? root : null });
  heard.fullscreenchange();
  if (due[0]?.name === name) due.shift().resolve();
  await settled();
}

async function refuses() {
  due.shift().reject(new Error("no"));
  await settled();
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const asked = () => due.map(({ name }) => name);
const whole = () => Boolean(globalThis.document.fullscreenElement);

test("a screen that comes once nobody presents any more is given back", async () => {
  const { state, present } = visited();
  present(true);
  present(false);
  assert.deepEqual(asked(), ["take"], "in its window there is nothing to give back");
  await does();
  assert.deepEqual(asked(), ["give"]);
  await does();
  assert.deepEqual([whole(), state.lost], [false, 0]);
});

test("who leaves and enters in one breath presents on", async () => {
  const { state, present } = visited();
  present(true);
  await does();
  present(false);
  present(true);
  assert.deepEqual(asked(), ["give", "take"]);
  await does();
  assert.deepEqual([state.lost, state.wanted], [0, true]);
  await does();
  assert.deepEqual([whole(), state.lost, asked()], [true, 0, []]);
});

test("Escape is heard, before and after the page itself has given the screen back", async () => {
  const { state, present } = visited();
  for (const lost of [1, 2]) {
    present(true);
    await does();
    present(false);
    await does();
    present(true);
    await does();
    assert.equal(state.lost, lost - 1);
    await does("give");
    assert.equal(state.lost, lost);
  }
});

test("a reload takes the screen, and not the stage", async () => {
  const { state, present } = visited();
  present(true);
  await does();
  heard.beforeunload();
  await does("give");
  assert.equal(state.lost, 0);
});

test("a browser that refuses leaves the page as it is", async () => {
  const { state, present } = visited();
  present(true);
  await refuses();
  assert.deepEqual([whole(), state.wanted, state.lost], [false, true, 0]);
  present(true);
  await does();
  present(false);
  await refuses();
  present(true);
  due.length = 0;
  await does("give");
  assert.equal(state.lost, 1, "what was not given back was taken by Escape");
});
