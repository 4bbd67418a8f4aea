/** Lines above the cards: none lies on another that carries something else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lanes, way } from "../../../assets/web/frame/edges.js";

test("what goes to the next card needs no lane", () => {
  assert.deepEqual(
    lanes([
      [0, 1],
      [1, 2],
    ]),
    new Map(),
  );
});

test("what overlaps lies above each other, the longer above; what follows shares a lane", () => {
  const found = lanes([
    [0, 9],
    [1, 3],
    [3, 5],
    [2, 4],
  ]);
  assert.equal(found.get(1), 0);
  assert.equal(found.get(3), 0);
  assert.equal(found.get(2), 1);
  assert.equal(found.get(0), 2);
});

test("lines from one card share its lane, as far as the furthest goes", () => {
  const found = lanes([
    [0, 2],
    [0, 6],
    [3, 5],
  ]);
  assert.deepEqual([...found.keys()].sort(), [0, 3]);
  assert.notEqual(found.get(0), found.get(3));
});

test("no two lanes of any edges overlap", () => {
  for (let seed = 1; seed < 200; seed += 1) {
    let state = seed;
    const next = (below) => {
      state = (state * 48271) % 2147483647;
      return state % below;
    };
    const edges = Array.from({ length: 12 }, () => {
      const from = next(15);
      return [from, from + 1 + next(6)];
    });
    const found = lanes(edges);
    const end = (from) => Math.max(...edges.filter(([one]) => one === from).map(([, to]) => to));
    for (const [one, lane] of found)
      for (const [two, other] of found)
        assert.ok(one === two || lane !== other || end(one) <= two || end(two) <= one);
  }
});

test("a line goes up, along and down, and ends in a point", () => {
  const line = way(10, 90, 5, 40);
  assert.match(line, /^M10 40V11Q10 5 16 5H84Q90 5 90 11V40M86 36L90 40L94 36$/);
});
