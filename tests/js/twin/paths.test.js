/** Paths of a deep network: of a step so many units are followed, and the others are counted. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { paths } from "../../../assets/web/twin/paths.js";

const WIDE = 64;
const DEEP = 20;

/** Linear layers in line, of weights that are all different. */
function chain() {
  const values = { 0: Float32Array.from({ length: WIDE }, (_, at) => 1 + ((at * 29) % WIDE)) };
  const sources = { 0: null };
  const weights = {};
  for (let step = 1; step <= DEEP; step += 1) {
    const weight = Float32Array.from({ length: WIDE * WIDE }, (_, at) =>
      Math.sin((at + 1) * (at + 7) * (step + 3)),
    );
    weights[step] = { weight: { shape: [WIDE, WIDE], values: weight } };
    sources[step] = String(step - 1);
    values[step] = Float32Array.from({ length: WIDE }, (_, at) => 1 + ((at * 37 + step) % WIDE));
  }
  const link = () => ({ layer: "Linear", shape: [WIDE], takes: [WIDE], settings: {} });
  return { values, sources, parametersOf: (step) => weights[step], link };
}

const targets = (edges, step) =>
  new Set(edges.filter(({ to }) => to === step).map((e) => e.target));
const reached = (edges, step) =>
  new Set(edges.filter(({ from }) => from === step).map((e) => e.source));

test("of a deep network so many units of a step are followed", () => {
  const query = { step: String(DEEP), unit: 3, options: { edges: 1 } };
  const { edges, unfollowed } = paths(query, chain());
  const most = Math.floor(100 / DEEP);
  let beyond = 0;
  for (let step = DEEP - 1; step > 0; step -= 1) {
    const [led, followed] = [reached(edges, String(step)), targets(edges, String(step))];
    assert.deepEqual([...followed], [...led].slice(0, most), "those that the strongest lead to");
    beyond += Math.max(0, led.size - most);
  }
  assert.ok(beyond > 0);
  assert.equal(unfollowed, beyond);
});
