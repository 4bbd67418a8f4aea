/** The hand: the hooks confirm what the page computes, or refute it; then that checkpoint has no twin. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { base64, encode } from "../../../assets/web/base/numbers.js";
import { createHand } from "./window.js";

const CHAIN = [
  { id: "l", layer: "Linear", options: {}, parameters: { weight: "w", bias: "b" }, shape: [2] },
  { id: "softmax", layer: "Softmax", options: { dim: 1 }, parameters: {}, shape: [2] },
];
const weights = { late: { sha256: "1" }, early: { sha256: "2" } };
const model = (name) => ({ name, default: "late", chain: CHAIN, weights });
const picture = (...greys) => base64(Uint8Array.from(greys));
const QUERY = {
  model: "one",
  checkpoint: "",
  language: "en",
  images: [picture(255, 0)],
  focus: 0,
  step: "l",
  unit: null,
  edits: [],
  versus: null,
  options: {},
  show: ["figure"],
};

/** What the hooks say of a picture that is white on the left: z = (1, 4), the second off by `error`. */
function reply(error = 0) {
  const other = 1 / (1 + Math.exp(3));
  return {
    steps: [
      { id: "input", limit: 1, over: [] },
      { id: "l", limit: 4, over: ["l"] },
      { id: "softmax", limit: 1, over: [] },
    ],
    values: {
      input: Float32Array.of(1, 0),
      l: Float32Array.of(1, 4 + error),
      softmax: Float32Array.of(other, 1 - other),
    },
    prediction: { probabilities: [[other, 1 - other]], classes: [1], labels: ["a", "b"] },
    checks: [{ key: "sum", passed: true }],
    texts: {},
    sections: {},
    figure: {},
  };
}

function create() {
  const heard = { checked: [], painted: [], refused: [] };
  const page = {
    start: { models: [model("one"), model("two")], perturbations: {} },
    live: { ask: async () => ({}) },
    painting: {
      checked: ({ checks }) => heard.checked.push(checks.at(-1)),
      hand: (...painted) => heard.painted.push(painted),
      refuse: (...refused) => heard.refused.push(refused),
      refused: (query) => heard.refused.some(([, known]) => known.step === query.step),
    },
    root: { dataset: { state: "ready" } },
    wanted: () => QUERY,
    say: (key, values) => [key, ...Object.values(values ?? {})].join(" "),
  };
  return { hand: createHand(/** @type {any} */ (page)), heard };
}

/** A reply comes and is painted, and then the weights. */
async function come(hand, answer, query) {
  hand.received(answer, query);
  hand.load(query);
  await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A hand that has had a reply, and the weights. */
async function confirmed(error = 0, query = QUERY) {
  const made = create();
  const answer = reply(error);
  await come(made.hand, answer, query);
  return { ...made, answer };
}

const twins = ({ checks }) => checks.filter(({ key }) => key === "twin");

test("before the weights have come nothing is confirmed, then the last reply at once", async () => {
  const { hand, heard } = create();
  const answer = reply();
  hand.received(answer, QUERY);
  assert.deepEqual([twins(answer), hand.able(QUERY), hand.state(QUERY)], [[], false, "server"]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(hand.able(QUERY), false, "weights are fetched once the reply is painted");
  hand.load(QUERY);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([hand.able(QUERY), hand.state(QUERY)], [true, "hooks"]);
  assert.equal(heard.checked.length, 1);
  const [check] = twins(answer);
  assert.equal(check.passed, true);
  assert.ok(check.residual <= 1e-6);
  assert.equal(answer.checks.length, 2, "the server's own check stays");
});

test("a value that is off by little more than the tolerance refutes the page, for good", async () => {
  const { hand, answer } = await confirmed(4 * 1.5e-4);
  const [check] = twins(answer);
  assert.equal(check.passed, false);
  assert.deepEqual([check.step, check.left], ["l", 4]);
  assert.ok(Math.abs(check.residual - 1.5e-4) < 1e-6);
  assert.deepEqual([hand.able(QUERY), hand.state(QUERY)], [false, "failed"]);
  assert.equal(hand.show(QUERY, 0), false);
  const next = reply();
  hand.received(next, QUERY);
  hand.received(next, QUERY);
  assert.deepEqual(
    twins(next).map(({ passed }) => passed),
    [false],
    "said with every reply, once",
  );
});

test("what rounding does passes", async () => {
  const { hand, answer } = await confirmed(4 * 0.5e-4);
  assert.equal(twins(answer)[0].passed, true);
  assert.ok(hand.able(QUERY));
});

test("one checkpoint refuted leaves the others", async () => {
  const { hand } = await confirmed(1);
  const early = { ...QUERY, checkpoint: "early" };
  await come(hand, reply(), early);
  assert.deepEqual([hand.state(early), hand.state(QUERY)], ["hooks", "failed"]);
});

test("another picture is painted with its own values, scale and prediction", async () => {
  const { hand, heard } = await confirmed();
  const query = { ...QUERY, images: [picture(0, 255)] };
  assert.equal(hand.show(query, 7), true);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [[painted, asked]] = heard.painted;
  assert.equal(asked, query);
  assert.deepEqual([...painted.values.l], [2, -3]);
  assert.equal(painted.steps[1].limit, 3);
  assert.deepEqual(painted.prediction.classes, [0]);
  assert.deepEqual(painted.prediction.labels, ["a", "b"]);
});

test("what stays around the values is of one network and one language", async () => {
  const { hand } = await confirmed();
  assert.ok(!hand.able({ ...QUERY, language: "zh" }));
  await come(hand, reply(), { ...QUERY, model: "two" });
  assert.ok(hand.able({ ...QUERY, model: "two" }));
  assert.ok(!hand.able(QUERY));
});

test("switched off by the address, the page computes nothing", async () => {
  Object.assign(globalThis.location, { search: "?twin=off" });
  const { hand, answer } = await confirmed();
  Object.assign(globalThis.location, { search: "" });
  assert.deepEqual([hand.able(QUERY), twins(answer)], [false, []]);
  const text = JSON.stringify({ ...QUERY, sums: true });
  assert.equal(await hand.asked(text, async (sent) => sent), text);
});

/** The sums of what the hooks say: of each step one, its few values weighed by 1, 1 + 1/64. */
function summed(error = 0) {
  const { values, ...rest } = reply(error);
  const sum = (each) => Float32Array.of(each[0] + each[1] * (1 + 1 / 64));
  const written = ([id, each]) => [id, encode(sum(each), [1])];
  return { ...rest, sums: Object.fromEntries(Object.entries(values).map(written)) };
}

/** Ask by sums; the server's hooks see an error. */
async function asked(hand, error) {
  const sent = [];
  const found = await hand.asked(JSON.stringify({ ...QUERY, sums: true }), async (text) => {
    sent.push(JSON.parse(text));
    return sent.at(-1).sums ? summed(error) : { ...reply(error), whole: true };
  });
  return { found, sent };
}

test("sums that are the same bring the page's own values, and it is said what was compared", async () => {
  const { hand } = await confirmed();
  const { found, sent } = await asked(hand, 4 * 0.5e-4);
  assert.deepEqual(sent, [{ ...QUERY, sums: true }]);
  assert.deepEqual([...found.tensors.l], [1, 4]);
  const answer = { ...found, values: found.tensors };
  hand.received(answer, QUERY);
  const [check] = twins(answer);
  assert.deepEqual([check.passed, check.how], [true, "check.sums 64"]);
  assert.ok(Math.abs(check.residual - 0.5e-4) < 2e-6);
  const whole = reply();
  hand.received(whole, QUERY);
  assert.equal(twins(whole)[0].how, "check.values 64");
});

test("sums that differ are said at once, and have every value asked for", async () => {
  for (const error of [4 * 1.5e-4, -4 * 1.5e-4, Infinity]) {
    const { hand, heard } = await confirmed();
    const { found, sent } = await asked(hand, error);
    assert.deepEqual(sent, [{ ...QUERY, sums: true }, QUERY]);
    assert.equal(found.whole, true);
    const { passed, how, left } = heard.checked.at(-1);
    assert.deepEqual([passed, how, hand.state(QUERY)], [false, "check.sums 64", "failed"]);
    assert.equal(left, 1 + 4 * (1 + 1 / 64));
    hand.received(found, QUERY);
    assert.equal(twins(found)[0].passed, false);
    const again = await asked(hand, 0);
    assert.equal(again.found.whole, true, "a page that is refuted has nothing to compare");
  }
});

test("what is no number is refused in the same frame, and never painted", async () => {
  const { hand, heard } = await confirmed();
  heard.painted.length = 0;
  const scale = { step: "l", action: "scale", units: [], value: 1e15, source: null };
  const query = { ...QUERY, edits: [scale] };
  hand.show(query, 0);
  await null;
  assert.deepEqual(heard, { ...heard, painted: [], refused: [["values.beyond l", query]] });
  assert.deepEqual([hand.renewed(query), hand.paths(query, 3)], [null, []]);
  assert.equal(hand.show(query, 0), false, "what has been refused is the server's to answer");
});

test("what was to be painted for an older choice is dropped where the newer one is the server's", async () => {
  const { hand, heard } = await confirmed();
  heard.painted.length = 0;
  assert.equal(hand.show(QUERY, 0), true);
  assert.equal(hand.show({ ...QUERY, checkpoint: "early" }, 0), false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(heard.painted, []);
  assert.equal(hand.show(QUERY, 0), true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(heard.painted.length, 1);
});

test("what the hooks have answered before the next frame is not painted over, what is newer is", async () => {
  const { hand, heard } = await confirmed();
  heard.painted.length = 0;
  hand.show(QUERY, 0);
  hand.received(reply(), { ...QUERY, show: [] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(heard.painted, []);
  const newer = { ...QUERY, images: [picture(9, 9)] };
  hand.show(newer, 0);
  hand.received(reply(), QUERY);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(
    heard.painted.map(([, query]) => query),
    [newer],
  );
});

test("of all choices before a frame the newest is painted, since the first of them", async () => {
  const { hand, heard } = await confirmed();
  heard.painted.length = 0;
  const newer = { ...QUERY, images: [picture(9, 9)] };
  hand.show(QUERY, 3);
  hand.show(newer, 8);
  await new Promise((resolve) => setTimeout(resolve, 20));
  hand.show(QUERY, 50);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(
    heard.painted.map(([, query, since]) => [query, since]),
    [
      [newer, 3],
      [QUERY, 50],
    ],
  );
});

test("a choice is painted at once, what comes in the same frame in the next one", async () => {
  const { hand, heard } = await confirmed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  heard.painted.length = 0;
  const seen = () => heard.painted.map(([, , since]) => since);
  hand.show(QUERY, 1);
  assert.deepEqual(seen(), [], "the question leaves first");
  await null;
  assert.deepEqual(seen(), [1]);
  for (const since of [2, 3]) {
    hand.show({ ...QUERY, images: [picture(9, since)] }, since);
    await null;
  }
  assert.deepEqual(seen(), [1], "one in a frame");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(seen(), [1, 2]);
  hand.show(QUERY, 4);
  await null;
  assert.deepEqual(seen(), [1, 2, 4]);
});
