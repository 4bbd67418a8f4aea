/** Only known fields of a link are read, each within its bounds; the server has the last word on the rest. */

import assert from "node:assert/strict";
import { test } from "node:test";
import BOUNDS from "../bounds.json" with { type: "json" };
import { proved, usable } from "../../../assets/web/state/fields.js";

const KNOWN = { views: ["explore", "network"], amounts: ["rotate", "noise"], bounds: BOUNDS };
const EDIT = { step: "0", units: [1], action: "off", value: 0, source: null };

/** Every value but the usable ones is left out, with its name. */
const ODD = [
  "__proto__",
  {},
  [],
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e12,
  -1,
  0.5,
  true,
  "x".repeat(121),
];
const USABLE = {
  view: ["explore", "network"],
  model: ["fashion-mlp", "x".repeat(120)],
  checkpoint: ["", "epoch-001"],
  focus: [0, 1],
  step: ["input"],
  unit: [null, 0, 10_000_000],
  edits: [[], [EDIT], [{ ...EDIT, action: "patch", source: { image: 1, checkpoint: "" } }]],
  versus: [null, { checkpoint: null, image: 1, edits: null }],
  folding: [
    null,
    { detail: null, opened: [], closed: [] },
    { detail: 3, opened: ["a.0"], closed: ["b"] },
  ],
  taught: [
    null,
    {
      label: 7,
      steps: 100,
      rate: 0.5,
      optimizer: "adam",
      summed: true,
      frozen: ["a.0"],
      shown: true,
    },
  ],
  present: [true, false],
  lock: [[], ["model", "language"]],
  options: [
    {},
    { way: "erased", goal: 3 },
    { rotate: -3, perturbation: "noise", temperature: 2, edges: 64 },
  ],
};
const SPARED = {
  model: ["__proto__"],
  checkpoint: ["__proto__"],
  step: ["__proto__"],
  options: [{}],
};
SPARED.edits = [[]];
SPARED.present = [true];
SPARED.lock = [[]];
SPARED.versus = [{}];

for (const [field, values] of Object.entries(USABLE)) {
  test(`${field}: what can be used`, () => {
    for (const value of values)
      assert.deepEqual(usable({ [field]: value }, 2, KNOWN), {
        state: { [field]: value },
        unused: [],
      });
  });
  test(`${field}: what cannot`, () => {
    const odd = ODD.filter(
      (value) => !JSON.stringify(SPARED[field] ?? []).includes(JSON.stringify(value)),
    );
    for (const received of odd)
      assert.deepEqual(usable({ [field]: received }, 2, KNOWN), {
        state: {},
        unused: [{ field, received }],
      });
  });
}

test("parts of edits, comparisons and options have bounds of their own", () => {
  for (const header of [
    { edits: [null] },
    { edits: [{ ...EDIT, step: 5 }] },
    { edits: [{ ...EDIT, units: [-1] }] },
    { edits: [{ ...EDIT, units: Array(1025).fill(0) }] },
    { edits: [{ ...EDIT, action: "toString" }] },
    { edits: [{ ...EDIT, value: "5" }] },
    { edits: [{ ...EDIT, source: { image: 2, checkpoint: "" } }] },
    { edits: Array(65).fill(EDIT) },
    { taught: {} },
    { taught: { label: -1 } },
    { taught: { label: 0.5 } },
    { taught: { label: 0, steps: 101 } },
    { taught: { label: 0, rate: 0 } },
    { taught: { label: 0, rate: 11 } },
    { taught: { label: 0, rate: "fast" } },
    { taught: { label: 0, optimizer: "rmsprop" } },
    { taught: { label: 0, summed: 1 } },
    { taught: { label: 0, shown: null } },
    { taught: { label: 0, frozen: "a.0" } },
    { taught: { label: 0, frozen: [1] } },
    { versus: { image: 2 } },
    { folding: { detail: 0.5, opened: [], closed: [] } },
    { folding: { detail: 1, opened: "a", closed: [] } },
    { folding: { detail: 1, opened: [], closed: [5] } },
    { folding: { detail: 1, opened: Array(257).fill("a"), closed: [] } },
    { versus: { edits: "x" } },
    { options: { unheard: 1 } },
    { options: { perturbation: "unheard" } },
    { options: { way: "sideways" } },
    { options: { rotate: "1" } },
    { options: { temperature: 0 } },
    { options: { edges: -5 } },
    { options: { constructor: 1 } },
  ])
    assert.equal(usable(header, 2, KNOWN).unused.length, 1, JSON.stringify(header));
});

test("what is missing in an edit is as the server has it, and what is more is left out", () => {
  const { state } = usable({ edits: [{ step: "0", action: "off", more: 1 }] }, 1, KNOWN);
  assert.deepEqual(state.edits, [{ step: "0", units: [], action: "off", value: 0, source: null }]);
});

test("names of objects' own machinery pollute nothing", () => {
  const header = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "toString": 1}',
  );
  const { state, unused } = usable(header, 1, KNOWN);
  assert.deepEqual(
    unused.map(({ field }) => field),
    ["__proto__", "constructor", "toString"],
  );
  assert.equal({}.polluted, undefined);
  assert.equal(Object.getPrototypeOf(state), Object.prototype);
});

const usual = {
  model: "m",
  checkpoint: "",
  step: "input",
  unit: null,
  edits: [],
  versus: null,
  taught: null,
  options: {},
  view: "explore",
};

test("a state that the server answers is taken whole, with one question", async () => {
  const state = { ...usual, step: "a", images: ["i"] };
  let asked = 0;
  assert.deepEqual(await proved(state, usual, async () => (asked += 1) > 0), { state, unused: [] });
  assert.equal(asked, 1);
});

test("of another state the server gets what it answers", async () => {
  const state = { ...usual, checkpoint: "gone", step: "a", unit: 9, images: ["i"] };
  const answers = async ({ checkpoint, step, unit }) =>
    checkpoint === "" && (unit === null || (step === "a" && unit < 5));
  assert.deepEqual(await proved(state, usual, answers), {
    state: { ...usual, step: "a", images: ["i"] },
    unused: [
      { field: "checkpoint", received: "gone" },
      { field: "unit", received: 9 },
    ],
  });
});

/** What each lock holds back, and what comes with a link all the same. */
const LOCKED = {
  model: [{ model: "other" }, { model: "m" }, { checkpoint: "epoch-001" }],
  checkpoint: [{ checkpoint: "epoch-001" }, { checkpoint: "" }, { model: "other" }],
  views: [{ view: "network" }, { view: "explore" }],
  tour: [{ view: "course" }, { view: "network" }],
  compare: [
    { versus: { checkpoint: null, image: 1, edits: null } },
    { versus: null },
    { versus: { checkpoint: null, image: null, edits: [] } },
  ],
  language: [null, { model: "other", view: "network", edits: [EDIT] }],
};

for (const [lock, [held, ...free]] of Object.entries(LOCKED))
  test(`${lock}, where it is locked, comes with no link`, () => {
    const known = { ...KNOWN, views: [...KNOWN.views, "course"], lock: [lock], usual };
    for (const header of free)
      assert.deepEqual(usable(header, 2, known), { state: header, unused: [] });
    for (const [field, received] of Object.entries(held ?? {})) {
      assert.deepEqual(usable(held, 2, known), { state: {}, unused: [{ field, received }] });
      assert.deepEqual(usable(held, 2, { ...known, lock: [] }).state, held);
    }
  });

test("experiments, where they are locked, come with no link", () => {
  const known = { ...KNOWN, lock: ["experiment"], usual };
  const taught = { label: 1, steps: 0, rate: 1, optimizer: "sgd" };
  const noisy = { options: { perturbation: "noise", noise: 1 } };
  for (const header of [{ edits: [EDIT] }, { taught }, noisy])
    assert.equal(usable(header, 1, known).unused.length, 1, JSON.stringify(header));
  for (const header of [{ edits: [] }, { options: {} }, { options: { temperature: 2 } }])
    assert.deepEqual(usable(header, 1, known), { state: header, unused: [] });
});

test("an older link's lesson has what was the only way then", () => {
  const taught = { label: 7, steps: 2, rate: 0.5, optimizer: "adam" };
  assert.deepEqual(usable({ taught }, 1, KNOWN).state.taught, {
    ...taught,
    ...{ summed: false, frozen: [], shown: false },
  });
});

test("of examples the server knows how many there are; of pictures the link does", () => {
  const known = { ...KNOWN, fed: ["mine"], usual: { model: "mine" } };
  const source = { image: 40, checkpoint: "" };
  const header = { focus: 40, versus: { image: 41 }, edits: [{ ...EDIT, source }] };
  for (const model of [{ model: "mine" }, {}])
    assert.deepEqual(usable({ ...model, ...header }, 1, known).unused, []);
  const drawn = usable({ model: "fashion-mlp", ...header }, 1, known);
  assert.deepEqual(
    drawn.unused.map(({ field }) => field),
    ["focus", "versus", "edits"],
  );
  assert.equal(usable({ focus: 65_536 }, 1, known).unused.length, 1);
});
