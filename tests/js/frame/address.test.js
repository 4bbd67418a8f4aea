/** Links that arrive while somebody uses the page, and links to what the page does not offer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import BOUNDS from "../bounds.json" with { type: "json" };
import { pack, unpack } from "../../../assets/web/state/link.js";
import { createStore } from "../../../assets/web/state/store.js";
import { USUAL } from "../usual.js";

const PIXELS = 784;
const KNOWN = { views: ["explore", "network", "course"], amounts: ["rotate"], bounds: BOUNDS };
const PAGE = "http://localhost/";
const picture = (grey) => Buffer.alloc(PIXELS, grey).toString("base64");
const QUERY = { ...USUAL, model: "usual" };

const kept = new Map();
/** @type {Record<string, () => any>} */ let heard = {};
const listen = (name, act) => {
  heard[name] = act;
};
const storage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
};
let pushed = 0; // entries for the browser's own Back
const browser = {
  location: new URL(PAGE),
  document: { hidden: false, addEventListener: () => {} },
  history: {
    state: null,
    pushState(state, _, href) {
      pushed += 1;
      browser.history.replaceState(state, _, href);
    },
    replaceState(state, _, href = browser.location.href) {
      browser.history.state = state;
      browser.location.href = href;
    },
  },
};
const { setTimeout: wait } = globalThis;
/** What the page has put off; none of it is done before a test says so. @type {(() => any)[]} */
let later = [];
Object.assign(globalThis, {
  ...browser,
  addEventListener: listen,
  setTimeout: (act) => later.push(act),
  clearTimeout: (timer) => delete later[timer - 1],
});
Object.defineProperty(globalThis, "sessionStorage", { configurable: true, value: storage });
const { createAddress } = await import("../../../assets/web/frame/address.js");

/** A page whose server answers when it is told to. */
function opened({ lock = [] } = {}) {
  [heard, later] = [{}, []];
  kept.clear();
  const store = createStore({ ...QUERY, images: [picture(0)], language: "en", show: [] });
  const screen = { view: "explore", panel: "numbers" };
  /** @type {((good?: boolean) => Promise<void>)[]} */ const asked = [];
  /** @type {string[]} */ const told = [];
  const actions = {
    of: () => ({ tell: (sentence) => told.push(sentence) }),
    failed: (error) => assert.fail(error),
    restore(query, view) {
      screen.view = view;
      store.set(query);
    },
    lock() {},
  };
  const page = {
    store,
    screen,
    actions,
    parts: [],
    views: KNOWN.views,
    size: () => ({ planes: 1, height: 28, width: 28 }),
    start: { query: QUERY, perturbations: { rotate: {} }, models: [], lock, bounds: BOUNDS },
    say: (key, values) => [key, values?.list].filter(Boolean).join(" "),
    settings: { presenting: () => false, present() {} },
    wanted: (query) => query,
    root: { dataset: {} },
    live: {
      ask: () =>
        new Promise((resolve) => {
          asked.push(async (good = true) => {
            resolve({ error: good ? null : "no" });
            await tick();
          });
        }),
    },
  };
  const part = createAddress(/** @type {any} */ (page));
  store.subscribe(() => part.chosen());
  return { store, screen, asked, told, part };
}

const tick = () => new Promise((resolve) => wait(resolve, 20));
/** Until it is so: unpacking and packing take their time on a busy machine. */
const until = async (so) => {
  for (let turns = 0; !so() && turns < 500; turns += 1) await tick();
};
const pass = async () => {
  await Promise.all(later.splice(0).map((act) => act?.()));
  await tick();
};

/** Go to a link: an entry of the browser's history that no page has written, or with what it has written. */
async function follow(state, entry = null) {
  const images = [picture(255)];
  browser.history.state = entry;
  browser.location.href = `${PAGE}#${await pack({ ...QUERY, images, view: "explore", ...state }, QUERY)}`;
}

/** A page that has begun to read a link. */
async function reading(state, page = opened(), entry = null) {
  await follow(state, entry);
  const read = page.part.actions.readLink();
  await until(() => page.asked.length);
  assert.equal(page.asked.length, 1, "the link is being proved");
  return { ...page, read };
}

test("what is chosen while a link is proved is the later choice", async () => {
  const { store, asked, read } = await reading({ step: "softmax" });
  store.set({ step: "flatten" });
  await asked[0]();
  await read;
  await pass();
  assert.deepEqual([store.get().step, store.get().images], ["flatten", [picture(0)]]);
  const { state } = await unpack(browser.location.hash.slice(1), { ...KNOWN, usual: QUERY });
  assert.equal(state.step, "flatten", "the address follows what was chosen");
});

test("strokes replace the page's entry, a step makes one to go back from", async () => {
  const { store, part } = opened();
  part.chosen();
  await pass();
  const address = () => browser.location.href;
  const written = async (patch) => {
    const [before, entries] = [address(), pushed];
    store.set(patch);
    await pass();
    await until(() => address() !== before);
    return pushed - entries;
  };
  await until(() => address() !== PAGE);
  assert.equal(await written({ images: [picture(7)] }), 0);
  assert.equal(await written({ step: "flatten" }), 1);
  assert.equal(await written({ options: { rotate: 3 } }), 0);
});

test("a drawing that begins while a link is proved stays", async () => {
  const { store, asked, read } = await reading({ step: "softmax" });
  store.set({ images: [picture(9)] });
  await asked[0]();
  await read;
  assert.deepEqual([store.get().step, store.get().images], ["input", [picture(9)]]);
});

test("a view that is opened while a link is proved stays open", async () => {
  const { screen, asked, part, read } = await reading({ view: "network" });
  screen.view = "course";
  part.chosen();
  await asked[0]();
  await read;
  assert.equal(screen.view, "course");
});

test("how one reads is no part of a link: a link survives it, however long the server takes", async () => {
  const { store, asked, part, read } = await reading({ step: "softmax" });
  store.set({ language: "zh" });
  part.again();
  await pass();
  await asked[0]();
  assert.equal(await read, true);
  assert.deepEqual([store.get().step, store.get().language], ["softmax", "zh"]);
});

test("a page that is left while a link is proved keeps nothing in the link's place", async () => {
  const page = opened();
  page.part.chosen(); // what every page does at its start
  await reading({ step: "softmax" }, page);
  heard.pagehide();
  assert.equal(kept.size, 0);
});

test("what was to be written at the start does not come before a link that is proved", async () => {
  const page = opened();
  page.part.chosen(); // what every page does at its start
  const { store, asked, read } = await reading({ step: "softmax" }, page);
  await pass();
  await asked[0]();
  await read;
  assert.deepEqual([store.get().step, store.get().images], ["softmax", [picture(255)]]);
});

test("what is chosen once a link is shown is chosen as ever", async () => {
  const { store, asked, read } = await reading({ step: "softmax" });
  await asked[0]();
  await read;
  store.set({ step: "flatten" });
  assert.deepEqual([store.get().step, store.get().images], ["flatten", [picture(255)]]);
});

test("what is locked stays as it is, and is said; the address is put right at once", async () => {
  const page = opened({ lock: ["model", "views"] });
  const { store, screen, asked, told, read } = await reading(
    { model: "other", view: "network", step: "softmax" },
    page,
  );
  const asking = browser.location.href;
  await asked[0]();
  await read;
  const { model, step, images } = store.get();
  assert.deepEqual([model, step, images], ["usual", "softmax", [picture(255)]]);
  assert.equal(screen.view, "explore");
  assert.deepEqual(told, [
    "link.unused link.field.model “other” → usual; link.field.view “network” → explore",
  ]);
  await until(() => browser.location.href !== asking);
  const { state } = await unpack(browser.location.hash.slice(1), { ...KNOWN, usual: QUERY });
  assert.deepEqual([state.model, state.step, state.view], ["usual", "softmax", "explore"]);
});

test("a page's own addresses lead back to where it has been, whatever is locked", async () => {
  const page = opened({ lock: ["model"] });
  const { store, asked, told, read } = await reading({ model: "other" }, page, { lot: "own" });
  await asked[0]();
  await read;
  assert.deepEqual([store.get().model, told], ["other", []]);
});

test("an address put right at once is not written again while the next link is proved", async () => {
  const page = opened({ lock: ["model"] });
  const { store, asked, read } = await reading({ model: "other", step: "softmax" }, page);
  const asking = browser.location.href;
  await asked[0]();
  await read;
  await until(() => browser.location.href !== asking);
  await follow({ step: "flatten" });
  const next = page.part.actions.readLink();
  await until(() => asked.length === 2);
  await pass();
  await asked[1]();
  assert.equal(await next, true);
  assert.equal(store.get().step, "flatten");
});
