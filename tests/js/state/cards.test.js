/** What is opened and folded by hand, and what a level of detail makes of it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cardsOf,
  folded,
  kept,
  movable,
  moved,
  opened,
  placeOf,
  UNTOUCHED,
} from "../../../assets/web/state/cards.js";

const STEPS = ["input", "a", "b.1", "b.2", "c"].map((id) => ({ id }));
const FOLDING = {
  cards: [
    { start: 0, end: 1, within: [], box: null },
    { start: 1, end: 2, within: [], box: null },
    { start: 2, end: 4, within: [], box: { id: "b" } },
    { start: 4, end: 5, within: [], box: null },
  ],
};

test("a chain has a card for each step", () => {
  const cards = cardsOf({ steps: STEPS, sections: {} });
  assert.deepEqual(
    cards.map(({ step }) => step),
    STEPS.map(({ id }) => id),
  );
});

test("a box leads to its last step, and holds all of its own", () => {
  const cards = cardsOf({ steps: STEPS, sections: { folding: FOLDING } });
  assert.deepEqual(
    cards.map(({ step }) => step),
    ["input", "a", "b.2", "c"],
  );
  assert.deepEqual(
    STEPS.map(({ id }) => placeOf(cards, STEPS, id)),
    [0, 1, 2, 2, 3],
  );
  assert.equal(placeOf(cards, STEPS, "nowhere"), -1);
});

test("opened and folded again", () => {
  const open = opened(null, "b", ["a"]);
  assert.deepEqual(open, { detail: null, opened: ["a", "b"], closed: [] });
  assert.deepEqual(folded(open, "b", []), { detail: null, opened: ["a"], closed: ["b"] });
  assert.deepEqual(opened(folded(open, "b", []), "b", []).closed, []);
  assert.deepEqual(folded(null, "b", ["a", "b"]).opened, ["a"]);
});

test("what a step keeps open stays open behind it; nothing is changed where it keeps nothing", () => {
  assert.equal(kept(null, []), null);
  assert.deepEqual(kept(null, ["a"]).opened, ["a"]);
  const before = { detail: 1, opened: ["b"], closed: ["c"] };
  assert.deepEqual(kept(before, ["b", "a"]), { detail: 1, opened: ["b", "a"], closed: ["c"] });
});

test("more detail keeps what is open and opens what was folded by hand", () => {
  const before = { detail: 1, opened: ["b"], closed: ["c"] };
  const after = moved(before, { detail: 1, most: 2 }, 1);
  assert.deepEqual(after, { detail: 2, opened: ["b"], closed: [] });
  assert.equal(moved(after, { detail: 2, most: 2 }, 1).detail, 2);
});

test("less detail folds what was opened by hand, and ends at the overview", () => {
  const before = { detail: 1, opened: ["b"], closed: ["c"] };
  assert.deepEqual(moved(before, { detail: 1, most: 2 }, -1), {
    detail: 0,
    opened: [],
    closed: ["c"],
  });
  assert.equal(moved(UNTOUCHED, { detail: 0, most: 2 }, -1).detail, 0);
});

test("a button that would change nothing is off", () => {
  const most = { detail: 2, most: 2 };
  const least = { detail: 0, most: 2 };
  assert.ok(!movable(null, most, 1) && movable({ ...UNTOUCHED, closed: ["a"] }, most, 1));
  assert.ok(!movable(null, least, -1) && movable({ ...UNTOUCHED, opened: ["a"] }, least, -1));
});
