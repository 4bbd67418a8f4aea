/** The guard: which replies paint which parts, and when the page is settled. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { concerns, createPainting, sameChoice } from "../../../assets/web/state/painting.js";

const QUERY = {
  model: "one",
  checkpoint: "",
  images: ["AA"],
  focus: 0,
  step: "a",
  unit: null,
  edits: [],
  versus: null,
  options: {},
  language: "en",
  show: ["figure"],
};
const REPLY = { steps: [], tensors: {} };

/** A page with these parts; `query` is what is chosen, `said` what stands in its messages. */
function create(...parts) {
  const page = {
    root: { dataset: {} },
    query: QUERY,
    said: [],
    parts,
    store: { get: () => page.query },
    wanted: () => page.query,
    actions: {
      of: () => ({ tell: (sentence) => page.said.push(sentence), clear: () => (page.said = []) }),
      failed: (error) => page.said.push(error.message),
    },
  };
  page.painting = createPainting(page);
  return page;
}

const answer = (page, query, reply = REPLY) =>
  page.painting.answered({ ...reply }, { query, since: 0 });

test("a picture under the pen is the same choice, everything else another one", () => {
  assert.ok(sameChoice(QUERY, { ...QUERY, images: ["BB"] }));
  assert.ok(sameChoice(QUERY, { ...QUERY, edits: [], options: {} }));
  const others = {
    model: "two",
    checkpoint: "untrained",
    focus: 1,
    step: "b",
    unit: 0,
    edits: [{ step: "a" }],
    versus: { image: 1 },
    options: { edges: 3 },
    language: "zh",
    show: [],
  };
  for (const [field, value] of Object.entries(others))
    assert.ok(!sameChoice(QUERY, { ...QUERY, [field]: value }), field);
  assert.ok(!sameChoice(QUERY, { ...QUERY, more: 1 }));
});

test("a part hears of the network that is chosen, and of the choices that it is about", () => {
  const part = { element: null, about: ["step", "unit"] };
  assert.ok(concerns(part, QUERY, { ...QUERY, checkpoint: "untrained" }));
  assert.ok(!concerns(part, QUERY, { ...QUERY, model: "two" }));
  assert.ok(!concerns(part, QUERY, { ...QUERY, step: "b" }));
  assert.ok(!concerns(part, QUERY, { ...QUERY, unit: 0 }));
  assert.ok(concerns({ element: null }, QUERY, { ...QUERY, step: "b" }));
});

test("a late reply paints what is not about its step, and counts for nothing", async () => {
  const heard = [];
  const page = create(
    { update: () => heard.push("bars") },
    { about: ["step"], update: () => heard.push("stage"), draw: () => heard.push("figure") },
  );
  page.painting.asking(QUERY);
  page.query = { ...QUERY, step: "b" };
  page.painting.asking(page.query);
  await answer(page, QUERY);
  assert.deepEqual(heard, ["bars"]);
  assert.equal(page.root.dataset.revision, undefined);
  assert.equal(page.root.dataset.state, "loading");
  await answer(page, page.query);
  assert.deepEqual(heard, ["bars", "bars", "stage", "figure"]);
  assert.equal(page.root.dataset.revision, "1");
  assert.equal(page.root.dataset.state, "ready");
});

test("a reply of another network paints nothing, and its steps are not the page's", async () => {
  const heard = [];
  const page = create({ update: () => heard.push("bars") });
  page.query = { ...QUERY, model: "two" };
  await answer(page, QUERY);
  assert.deepEqual(heard, []);
  assert.equal(page.painting.reply(), null);
});

test("while the pen moves every paint counts, but only the last one settles", async () => {
  const page = create();
  const queries = ["AA", "BB", "CC"].map((pixels) => ({ ...QUERY, images: [pixels] }));
  for (const query of queries) page.painting.asking(query);
  page.query = queries[2];
  await answer(page, queries[0]);
  await answer(page, queries[1]);
  assert.deepEqual(page.root.dataset.revision, "2");
  assert.equal(page.root.dataset.state, "loading");
  await answer(page, queries[2]);
  assert.equal(page.root.dataset.state, "ready");
});

test("a choice made while a figure is drawn is not settled by it", async () => {
  let done = () => {};
  const page = create({ draw: () => new Promise((resolve) => (done = resolve)) });
  page.painting.asking(QUERY);
  const painted = answer(page, QUERY);
  page.query = { ...QUERY, unit: 3 };
  done();
  await painted;
  assert.equal(page.root.dataset.revision, undefined);
});

test("an error is said where it belongs to the present choice, and goes with the next answer", async () => {
  const page = create();
  const wrong = { error: { message: "no such step" } };
  const old = { ...QUERY, step: "old" };
  page.painting.asking(old);
  await answer(page, old, wrong);
  assert.deepEqual(page.said, []);
  page.painting.asking(QUERY);
  await answer(page, QUERY, wrong);
  assert.deepEqual(page.said, ["no such step"]);
  assert.equal(page.root.dataset.state, "error");
  await answer(page, QUERY);
  assert.deepEqual(page.said, []);
  assert.equal(page.root.dataset.state, "ready");
});

test("what has no answer names none, until another choice has one", async () => {
  const heard = [];
  const page = create({ update: () => heard.push("answer"), refused: (why) => heard.push(why) });
  const wrong = { error: { message: "no number" } };
  page.painting.asking(QUERY);
  await answer(page, QUERY);
  page.query = { ...QUERY, edits: ["× 10⁶"] };
  page.painting.asking(page.query);
  await answer(page, page.query, wrong);
  assert.deepEqual(heard, ["answer", "no number"]);
  page.painting.again();
  assert.deepEqual(heard.slice(2), ["answer", "no number"], "in other colours nor either");
  assert.ok(page.painting.refused({ ...page.query, images: ["BB"] }));
  assert.ok(!page.painting.refused(QUERY));
  page.query = QUERY;
  page.painting.asking(QUERY);
  await answer(page, QUERY);
  page.painting.again();
  assert.deepEqual(heard.slice(4), ["answer", "answer"]);
  assert.ok(!page.painting.refused({ ...QUERY, edits: ["× 10⁶"] }));
});

test("a sentence that was put away comes back with another choice only", async () => {
  const page = create();
  page.painting.refuse("no number", QUERY);
  page.painting.refuse("no number", { ...QUERY, images: ["BB"] });
  assert.deepEqual(page.said, ["no number"]);
  page.painting.refuse("no number", { ...QUERY, edits: [1] });
  assert.deepEqual(page.said, ["no number", "no number"]);
});

test("an error about an older picture is none while a newer one is under way", async () => {
  const page = create();
  const older = { ...QUERY, images: ["BB"] };
  page.painting.asking(older);
  page.painting.asking(QUERY);
  await answer(page, older, { error: { message: "no picture" } });
  assert.deepEqual(page.said, []);
  assert.equal(page.root.dataset.state, "loading");
});

test("what is confirmed by sums alone settles nothing, and stays the page's own", async () => {
  const heard = [];
  const page = create({ update: ({ facts }) => heard.push(facts) });
  page.hand = {
    ...{ able: () => true, renewed: () => null, state: () => "hooks" },
    ...{ received() {}, async load() {} },
  };
  page.actions.source = (state) => heard.push(state);
  page.painting.asking(QUERY);
  await answer(page, QUERY, { ...REPLY, sums: {}, facts: "moving" });
  assert.deepEqual(heard, ["moving"]);
  assert.equal(page.root.dataset.state, "loading");
  await answer(page, QUERY, { ...REPLY, facts: "at rest" });
  assert.deepEqual(heard, ["moving", "hooks", "at rest"]);
  assert.equal(page.root.dataset.state, "ready");
});
