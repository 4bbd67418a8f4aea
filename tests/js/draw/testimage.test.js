/** A test image that does not come says why, and one that comes too late is nobody's. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Sentence } from "../../../assets/web/base/sentence.js";
import { createTestImage } from "../../../assets/web/draw/testimage.js";
import { Unreachable } from "../../../assets/web/state/live.js";

const element = () => ({
  listeners: {},
  setAttribute() {},
  append() {},
  addEventListener(kind, act) {
    this.listeners[kind] = act;
  },
});
Object.assign(globalThis, { document: { createElement: element } });

/** What a page hears when it asks for a test image, and its server answers so. */
async function asked(answer, meanwhile = (_) => {}) {
  const heard = [];
  let asks = 0;
  const card = { dataset: "FashionMNIST" };
  const page = {
    say: (key) => key,
    store: { get: () => ({ language: "en" }) },
    start: { pictured: ["FashionMNIST", "MNIST"] },
    model: () => card,
    fit: (pixels) => pixels,
    once: () => async () => {
      asks += 1;
      if (asks === 1) meanwhile(card);
      return asks === 1 ? answer() : { error: { message: "again" } };
    },
    actions: {
      place: () => ({}),
      put: (pixels) => heard.push(["put", pixels]),
      of: () => ({ tell: (sentence) => heard.push(["tell", sentence]) }),
      failed: (error) => heard.push(["failed", error.message]),
    },
  };
  const { button } = createTestImage(/** @type {any} */ (page));
  const press = () => button.listeners.click({ timeStamp: 0 });
  press();
  press(); // while it is under way it is asked for once
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(asks, 1);
  press();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(heard.pop(), ["tell", "again"]);
  return heard;
}

const fails = (error) => () => {
  throw error;
};
const image = () => ({ pixels: "a", label: 7, index: 3 });

test("it lands on the pad", async () => {
  assert.deepEqual(await asked(image), [["put", "a"]]);
});

test("why there is none: the line, the server's own words, or a fault of the program", async () => {
  const line = fails(new Unreachable("no reply"));
  assert.deepEqual(await asked(line), [["tell", "live.once"]]);
  const refused = fails(new Sentence("Wait a second."));
  assert.deepEqual(await asked(refused), [["tell", "Wait a second."]]);
  assert.deepEqual(await asked(fails(new TypeError("x"))), [["failed", "x"]]);
});

test("a photograph is not put before a network of digits that was chosen meanwhile", async () => {
  const digits = (card) => {
    card.dataset = "MNIST";
  };
  assert.deepEqual(await asked(image, digits), []);
});
