/** The twin of a small network: what it waits for, what it answers, and when it has no answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64 } from "../../../assets/web/base/numbers.js";
import { createTwin } from "../../../assets/web/twin/twin.js";
import { file, singles } from "./files.js";

const CHAIN = [
  { id: "l", layer: "Linear", options: {}, parameters: { weight: "w", bias: "b" }, shape: [2] },
  { id: "r", layer: "ReLU", options: {}, parameters: {}, shape: [2] },
  { id: "softmax", layer: "Softmax", options: { dim: 1 }, parameters: {}, shape: [2] },
];
const MODEL = {
  name: "small",
  default: "late",
  chain: CHAIN,
  weights: { late: { sha256: "1" }, early: { sha256: "2" } },
};
const FILES = {
  late: file({ w: singles([1, 2, 3, -4], [2, 2]), b: singles([0, 1], [2]) }),
  early: file({ w: singles([0, 0, 0, 0], [2, 2]), b: singles([5, -5], [2]) }),
};
const picture = (...greys) => base64(Uint8Array.from(greys));
const QUERY = {
  model: "small",
  checkpoint: "",
  images: [picture(255, 0), picture(0, 255)],
  focus: 0,
  edits: [],
  versus: null,
  options: {},
};

function create({ model = MODEL, get = async (_, checkpoint) => FILES[checkpoint] } = {}) {
  const asked = [];
  const twin = createTwin({
    models: [model],
    perturbations: { noise: { neutral: 0 } },
    get: (name, checkpoint, sha256) => {
      asked.push([name, checkpoint, sha256]);
      return get(name, checkpoint);
    },
    changed: () => {},
  });
  return { twin, asked };
}

async function ready(query = QUERY, options = {}) {
  const made = create(options);
  made.twin.load(query);
  await new Promise((resolve) => setTimeout(resolve));
  return made;
}

const lists = (outputs) =>
  Object.fromEntries(Object.entries(outputs).map(([step, values]) => [step, [...values]]));

test("there is no answer before the weights have come, and one right after", async () => {
  const { twin, asked } = create();
  assert.equal(twin.state(QUERY), "loading");
  assert.equal(twin.answer(QUERY), null);
  twin.load(QUERY);
  twin.load(QUERY);
  assert.equal(twin.answer(QUERY), null);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(twin.state(QUERY), "ready");
  assert.deepEqual(asked, [["small", "late", "1"]]);
  const { softmax, ...rest } = lists(twin.answer(QUERY).values);
  assert.deepEqual(rest, { input: [1, 0], l: [1, 4], r: [1, 4] });
  assert.ok(Math.abs(softmax[1] - 1 / (1 + Math.exp(-3))) < 1e-7);
});

test("the whole batch is answered, and the prediction of each image", async () => {
  const { twin } = await ready();
  const answer = twin.answer({ ...QUERY, focus: 1 });
  assert.deepEqual(lists(answer.values).l, [2, -3]);
  assert.equal(answer.passes.length, 2);
  assert.deepEqual(twin.prediction(QUERY, answer).classes, [1, 0]);
});

test("of equal shares the first is the answer, as torch says", async () => {
  const { twin } = await ready();
  const edits = [{ step: "l", action: "clamp", units: [], value: 2, source: null }];
  const query = { ...QUERY, edits };
  assert.deepEqual(twin.prediction(query, twin.answer(query)).classes, [0, 0]);
});

test("edits act in their order: off, clamp, scale", async () => {
  const { twin } = await ready();
  const edit = (action, units, value = 0) => ({ step: "l", action, units, value, source: null });
  const values = (...edits) => lists(twin.answer({ ...QUERY, edits }).values);
  assert.deepEqual(values(edit("off", [1])).r, [1, 0]);
  assert.deepEqual(values(edit("clamp", [], -3)).l, [-3, -3]);
  assert.deepEqual(values(edit("scale", [0], 2), edit("clamp", [1], 0.1)).l, [2, Math.fround(0.1)]);
  assert.deepEqual(values(edit("off", [0]), edit("scale", [0], 9)).l, [0, 4]);
  assert.deepEqual(values({ ...edit("off", [0]), step: "input" }).l, [0, 1]);
});

test("a patch copies from another image and another checkpoint, as they are without edits", async () => {
  const patch = (image, checkpoint, units) => ({
    step: "l",
    action: "patch",
    units,
    value: 0,
    source: { image, checkpoint },
  });
  const query = { ...QUERY, edits: [patch(1, "", [1]), patch(0, "early", [0])] };
  const { twin, asked } = await ready(query);
  assert.deepEqual(
    asked.map(([, checkpoint]) => checkpoint),
    ["late", "early"],
  );
  assert.deepEqual(lists(twin.answer(query).values).l, [5, -3]);
});

test("a comparison answers for its other side: checkpoint, image or edits", async () => {
  const side = (versus) => ({
    ...QUERY,
    versus: { checkpoint: null, image: null, edits: null, ...versus },
  });
  const { twin } = await ready(side({ checkpoint: "early" }));
  assert.equal(twin.answer(QUERY).other, null);
  assert.deepEqual(lists(twin.answer(side({ checkpoint: "early" })).other).l, [5, -5]);
  assert.deepEqual(lists(twin.answer(side({ image: 1 })).other).l, [2, -3]);
  const edits = [{ step: "l", action: "off", units: [], value: 0, source: null }];
  const found = twin.answer({ ...side({ edits: [] }), edits });
  assert.deepEqual(lists(found.values).l, [0, 0]);
  assert.deepEqual(lists(found.other).l, [1, 4]);
  assert.deepEqual(lists(twin.answer({ ...side({}), edits }).other).l, [0, 0]);
});

test("the first step with what is no number, or too large, is named, of the batch and of both sides", async () => {
  const { twin } = await ready();
  const edit = (step, value, units = []) => ({ step, action: "scale", units, value, source: null });
  const beyond = (edits, more = {}) => twin.answer({ ...QUERY, edits, ...more }).beyond;
  assert.equal(beyond([]), "");
  assert.equal(beyond([edit("r", 0.25e15)]), "", "4 times that is a number, and is shown");
  assert.equal(beyond([edit("r", 0.26e15)]), "r", "4 times that is beyond");
  assert.equal(beyond([edit("l", -0.26e15)]), "l", "what is negative is as large");
  assert.equal(beyond([edit("input", 0.6e15, [1])]), "l", "of the second image alone");
  const times = (count) => Array.from({ length: count }, () => edit("r", 1e15));
  assert.ok(twin.answer({ ...QUERY, edits: times(4) }).values.softmax.every(Number.isNaN));
  assert.equal(beyond(times(4)), "r", "infinite, and what follows is no number");
  const lost = [...times(4), edit("r", 0)];
  assert.ok(twin.answer({ ...QUERY, edits: lost }).values.r.every(Number.isNaN));
  assert.equal(beyond(lost), "r");
  const versus = { checkpoint: null, image: null, edits: [edit("l", 1e16)] };
  assert.equal(beyond([], { versus }), "l");
  assert.equal(beyond([edit("input", 1e16)], { versus }), "input");
  assert.equal(beyond([edit("r", 1e16)], { versus: { ...versus, edits: [] } }), "r");
});

test("a picture that the server perturbs has no answer, a neutral one has", async () => {
  const { twin } = await ready();
  assert.equal(twin.state({ ...QUERY, options: { noise: 0.2 } }), "perturbed");
  assert.equal(twin.answer({ ...QUERY, options: { noise: 0.2 } }), null);
  assert.equal(twin.state({ ...QUERY, options: { noise: 0, edges: 5 } }), "ready");
});

test("networks that are no chain of known layers have none, nor checkpoints without a file", async () => {
  const other = { ...MODEL, chain: [{ ...CHAIN[0], layer: "Conv3d" }] };
  assert.equal((await ready(QUERY, { model: other })).twin.state(QUERY), "unknown");
  assert.equal((await ready(QUERY, { model: { ...MODEL, chain: null } })).asked.length, 0);
  const query = { ...QUERY, checkpoint: "never" };
  assert.equal((await ready(query)).twin.state(query), "unknown");
});

test("a file that cannot be fetched or read is tried again", async () => {
  let tries = 0;
  const get = async () => {
    tries += 1;
    if (tries === 1) throw new Error("away");
    return tries === 2 ? new ArrayBuffer(2) : FILES.late;
  };
  const { twin } = await ready(QUERY, { get });
  for (const expected of ["failed", "failed", "ready"]) {
    assert.equal(twin.state(QUERY), expected);
    twin.load(QUERY);
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert.equal(tries, 3);
});

test("what goes in is the grey value's 255th, less a mean and divided by a deviation", async () => {
  const { twin } = await ready(
    { ...QUERY },
    { model: { ...MODEL, input: { mean: [0.5], std: [0.25] } } },
  );
  assert.deepEqual(lists(twin.answer({ ...QUERY, images: [picture(255, 51)] }).values).input, [
    2,
    Math.fround(Math.fround(0.2) - 0.5) / 0.25,
  ]);
});

const LIVING = { ...MODEL, default: "given", living: "m", weights: {} };
const told = (sha256, mark = "m") => ({ sha256, bytes: 1, mark });

test("of a living module a reply says which weights are meant, and others are let go", async () => {
  const get = async (_, __, sha256) => FILES[sha256];
  const made = [];
  const twin = createTwin({
    models: [{ ...LIVING }],
    perturbations: {},
    get: (...names) => {
      made.push(names);
      return get(...names);
    },
    changed: () => {},
  });
  const come = async () => {
    twin.load(QUERY);
    await new Promise((resolve) => setTimeout(resolve));
  };
  assert.equal(twin.state(QUERY), "unknown");
  assert.equal(twin.renew("small", told("late")), true);
  await come();
  assert.deepEqual(lists(twin.answer(QUERY).values).l, [1, 4]);
  assert.deepEqual([...twin.parameters(QUERY).l.bias.values], [0, 1]);
  assert.equal(twin.renew("small", told("late")), false);
  assert.equal(twin.renew("small", told("early")), true);
  assert.equal(twin.answer(QUERY), null);
  await come();
  assert.deepEqual(lists(twin.answer(QUERY).values).l, [5, -5]);
  assert.deepEqual([...twin.parameters(QUERY).l.bias.values], [5, -5]);
  assert.equal(twin.renew("small", told("early", "another chain")), true);
  assert.equal(twin.state(QUERY), "unknown");
  assert.equal(twin.renew("small", null), false);
  assert.deepEqual(
    made.map(([, , sha256]) => sha256),
    ["late", "early"],
  );
});

test("weights that come late are not taken for those meant meanwhile", async () => {
  const waiting = {};
  const twin = createTwin({
    models: [{ ...LIVING }],
    perturbations: {},
    get: (_, __, sha256) => new Promise((resolve) => (waiting[sha256] = resolve)),
    changed: () => {},
  });
  for (const sha256 of ["late", "early"]) {
    twin.renew("small", told(sha256));
    twin.load(QUERY);
  }
  waiting.early(FILES.early);
  waiting.late(FILES.late);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(lists(twin.answer(QUERY).values).l, [5, -5]);
});

test("of a shipped network no reply says anything", async () => {
  const { twin } = await ready();
  assert.equal(twin.renew("small", null), false);
  assert.equal(twin.state(QUERY), "ready");
});
