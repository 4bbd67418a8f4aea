/** Steps called by numbers, as those of an nn.Sequential: the last of them is where a pass ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../../assets/web/base/numbers.js";
import { createHand } from "./window.js";

const chain = [
  { id: "0", layer: "Linear", options: {}, parameters: { weight: "w", bias: "b" }, shape: [2] },
  { id: "1", layer: "Softmax", options: { dim: 1 }, parameters: {}, shape: [2] },
];
const model = { name: "one", default: "given", chain, weights: { given: { sha256: "1" } } };
const query = {
  ...{ model: "one", checkpoint: "", language: "en", step: "0", unit: null, focus: 0 },
  ...{ edits: [], options: {}, show: [], versus: { checkpoint: null, image: null, edits: [] } },
  images: [base64(Uint8Array.of(255, 0))],
};
const share = 1 / (1 + Math.exp(3)); // of z = (1, 4)
const values = () => ({
  input: Float32Array.of(1, 0),
  0: Float32Array.of(1, 4),
  1: Float32Array.of(share, 1 - share),
});

test("the other side of a comparison has the shares of the last step", async () => {
  const painted = [];
  const page = {
    start: { models: [model], perturbations: {} },
    live: { ask: async () => ({}) },
    say: (key) => key,
    painting: {
      checked() {},
      hand: (reply) => painted.push(reply),
      refused: () => false,
    },
    root: { dataset: { state: "ready" } },
    wanted: () => query,
  };
  const hand = createHand(/** @type {any} */ (page));
  const steps = ["input", "0", "1"].map((id) => ({ id, limit: 1, over: [] }));
  const versus = { values: values() };
  const reply = { steps, values: values(), checks: [], texts: {}, prediction: {}, figure: {} };
  hand.received(
    /** @type {any} */ ({ ...reply, sections: { versus } }),
    /** @type {any} */ (query),
  );
  hand.load(/** @type {any} */ (query));
  await new Promise((resolve) => setTimeout(resolve, 5));
  hand.show(/** @type {any} */ (query), 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { probabilities, winner } = painted.at(-1).sections.versus;
  assert.equal(winner, 1);
  assert.ok(Math.abs(probabilities[0] - share) < 1e-6);
});
