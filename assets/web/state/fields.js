/**
 * What a link may say, field by field: known names only, each with a type and bounds of its own.
 */

import { BEFORE } from "./actions.js";
import { LOCKS } from "./locks.js";

const MOST = {
  text: 120,
  boxes: 256,
  edits: 64,
  units: 1024,
  unit: 10_000_000,
  value: 1e6,
  options: 24,
  inputs: 65_536,
};
/**
 * Options that hold a number, with the bounds of their controls; amounts of perturbation the server
 * knows.
 */
const NUMBERS = {
  temperature: [0.05, 20],
  edges: [1, 64],
  terms: [0, 784],
  class: [0, 9999],
  goal: [0, 9999],
};
const WAYS = ["free", "added", "erased"];
const LOCKED = new Set(Object.keys(LOCKS));
const ACTIONS = ["off", "clamp", "scale", "patch"];
const OPTIMIZERS = ["sgd", "momentum", "adam"];
/** Steps that may be taken, and rates of learning. */
const STEPS = 100;
const RATES = /** @type {[number, number]} */ ([1e-6, 10]);

/**
 * The order in which one field is needed to judge another; also the order in which a page tries
 * them.
 */
export const ORDER = [
  ...["view", "model", "checkpoint", "folding", "focus", "step", "unit", "edits", "versus"],
  "taught",
];

/** Stands for a value that cannot be used. */
const NO = Symbol("not usable");

const text = (value) => (typeof value === "string" && value.length <= MOST.text ? value : NO);
const whole = (value, low, high) =>
  Number.isInteger(value) && value >= low && value <= high ? value : NO;
const number = (value, [low, high]) =>
  typeof value === "number" && value >= low && value <= high ? value : NO;
const truth = (value) => (typeof value === "boolean" ? value : NO);
const record = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const orNull = (value, read) => (value === null || value === undefined ? null : read(value));

/** The object if all of its values are usable. */
const all = (fields) => (Object.values(fields).includes(NO) ? NO : fields);

function units(value) {
  if (!Array.isArray(value) || value.length > MOST.units) return NO;
  return value.every((unit) => whole(unit, 0, MOST.unit) !== NO) ? [...value] : NO;
}

function source(value, count) {
  if (!record(value)) return NO;
  return all({
    image: whole(value.image, 0, count - 1),
    checkpoint: text(value.checkpoint ?? ""),
    ...(value.learnt === undefined ? {} : { learnt: truth(value.learnt) }),
  });
}

function edit(value, count) {
  if (!record(value)) return NO;
  return all({
    step: text(value.step),
    units: units(value.units ?? []),
    action: ACTIONS.includes(value.action) ? value.action : NO,
    value: number(value.value ?? 0, [-MOST.value, MOST.value]),
    source: orNull(value.source, (from) => source(from, count)),
  });
}

function edits(value, count) {
  if (!Array.isArray(value) || value.length > MOST.edits) return NO;
  const found = value.map((each) => edit(each, count));
  return found.includes(NO) ? NO : found;
}

function versus(value, count) {
  if (!record(value)) return NO;
  return all({
    checkpoint: orNull(value.checkpoint, text),
    image: orNull(value.image, (image) => whole(image, 0, count - 1)),
    edits: orNull(value.edits, (list) => edits(list, count)),
  });
}

function names(value) {
  if (!Array.isArray(value) || value.length > MOST.boxes) return NO;
  return value.every((name) => text(name) !== NO) ? [...value] : NO;
}

function folding(value) {
  if (!record(value)) return NO;
  return all({
    detail: orNull(value.detail, (detail) => whole(detail, 0, MOST.boxes)),
    opened: names(value.opened),
    closed: names(value.closed),
  });
}

function taught(value) {
  if (!record(value)) return NO;
  const { steps = 0, rate = 0.01, optimizer = OPTIMIZERS[0], summed = false } = value;
  const { frozen = [], shown = false } = value;
  return all({
    label: whole(value.label, 0, MOST.unit),
    steps: whole(steps, 0, STEPS),
    rate: number(rate, RATES),
    optimizer: OPTIMIZERS.includes(optimizer) ? optimizer : NO,
    summed: truth(summed),
    frozen: names(frozen),
    shown: truth(shown),
  });
}

function option(name, value, amounts) {
  if (name === "perturbation") return amounts.includes(value) ? value : NO;
  if (name === "way") return WAYS.includes(value) ? value : NO;
  if (Object.hasOwn(NUMBERS, name)) return number(value, NUMBERS[name]);
  return amounts.includes(name) ? number(value, [-MOST.value, MOST.value]) : NO;
}

function options(value, { amounts }) {
  if (!record(value) || Object.keys(value).length > MOST.options) return NO;
  return all(
    Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, option(name, item, amounts)]),
    ),
  );
}

/** @type {Record<string, (value: any, count: number, known: any) => any>} */
const FIELDS = {
  view: (value, _, { views }) => (views.includes(value) ? value : NO),
  model: text,
  checkpoint: text,
  focus: (value, count) => whole(value, 0, count - 1),
  step: text,
  unit: (value) => orNull(value, (unit) => whole(unit, 0, MOST.unit)),
  edits,
  versus: (value, count) => orNull(value, (other) => versus(other, count)),
  folding: (value) => orNull(value, folding),
  taught: (value) => orNull(value, taught),
  options: (value, _, known) => options(value, known),
  present: truth,
  lock: (value) =>
    Array.isArray(value) && value.every((name) => LOCKED.has(name)) ? [...new Set(value)] : NO,
};

const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What a page with a lock takes from no link: the lock, the field, and which of its values, if not
 * all but the usual one.
 *
 * @type {[string, string, ((value: any, known: any) => boolean)?][]}
 */
const HELD = [
  ["model", "model"],
  ["checkpoint", "checkpoint"],
  ["views", "view"],
  ["tour", "view", (view) => view === "course"],
  ["experiment", "edits"],
  ["experiment", "taught"],
  ["experiment", "options", perturbed],
  ["compare", "versus", (versus) => !alike(versus, BEFORE)], // which comes with every edit
];

function perturbed(options, { amounts }) {
  return ["perturbation", "way", "goal", ...amounts].some((name) => Object.hasOwn(options, name));
}

/** Whether a value is one that this page has locked. */
function held(field, value, known) {
  const { lock = [], usual } = known;
  return HELD.some(
    ([name, of, which]) =>
      of === field &&
      lock.includes(name) &&
      !alike(value, usual[field]) &&
      (!which || which(value, known)),
  );
}

/**
 * What of a link's header can be used, and what cannot.
 *
 * @param {Record<string, unknown>} header from outside
 * @param {number} images how many it has
 * @param {{views: string[], amounts: string[], fed?: string[], lock?: string[], usual?: any}} known
 *   names of views, of perturbations, and of networks that are fed with examples, of which the
 *   server knows how many there are; what is locked, and what a field is then
 * @returns {{state: Record<string, any>, unused: {field: string, received: unknown}[]}}
 */
export function usable(header, images, known) {
  const name = /** @type {string} */ (header.model ?? known.usual?.model);
  const count = known.fed?.includes(name) ? MOST.inputs : images;
  const state = {};
  const unused = [];
  for (const [field, received] of Object.entries(header)) {
    const value = Object.hasOwn(FIELDS, field) ? FIELDS[field](received, count, known) : NO;
    if (value === NO || held(field, value, known)) unused.push({ field, received });
    else state[field] = value;
  }
  return { state, unused };
}

/**
 * The largest part of a link's state that the server answers: the whole, or field by field from the
 * usual state.
 *
 * @param {any} state @param {any} usual what a field is without a link
 * @param {(state: any) => Promise<boolean>} answers whether the server does
 * @returns {Promise<{state: any, unused: {field: string, received: unknown}[]}>}
 */
export async function proved(state, usual, answers) {
  if (await answers(state)) return { state, unused: [] };
  let good = { ...usual, images: state.images };
  const unused = [];
  for (const field of [...ORDER, "options"]) {
    if (alike(state[field], good[field])) continue;
    const next = { ...good, [field]: state[field] };
    if (await answers(next)) good = next;
    else unused.push({ field, received: state[field] });
  }
  return { state: good, unused };
}
