/**
 * What a link may say, field by field: known names only, each with a type and bounds of its own.
 */

import { BEFORE } from "./actions.js";
import { LOCKS } from "./locks.js";

const WAYS = ["free", "added", "erased"];
const LOCKED = new Set(Object.keys(LOCKS));
const ACTIONS = ["off", "clamp", "scale", "patch"];
const OPTIMIZERS = ["sgd", "momentum", "adam"];

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

const whole = (value, low, high) =>
  Number.isInteger(value) && value >= low && value <= high ? value : NO;
const number = (value, [low, high]) =>
  typeof value === "number" && value >= low && value <= high ? value : NO;
const truth = (value) => (typeof value === "boolean" ? value : NO);
const record = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const orNull = (value, read) => (value === null || value === undefined ? null : read(value));

/** The object if all of its values are usable. */
const all = (fields) => (Object.values(fields).includes(NO) ? NO : fields);

const text = (value, { bounds }) =>
  typeof value === "string" && value.length <= bounds.text ? value : NO;
const unit = (value, { bounds }) => whole(value, 0, bounds.unit);
const image = (value, { count }) => whole(value, 0, count - 1);

/** A list of at most so many, if all of it is usable. */
function list(value, most, read) {
  if (!Array.isArray(value) || value.length > most) return NO;
  const items = value.map(read);
  return items.includes(NO) ? NO : items;
}

function source(value, known) {
  if (!record(value)) return NO;
  return all({
    image: image(value.image, known),
    checkpoint: text(value.checkpoint ?? "", known),
    ...(value.learnt === undefined ? {} : { learnt: truth(value.learnt) }),
  });
}

function edit(value, known) {
  if (!record(value)) return NO;
  const { bounds } = known;
  return all({
    step: text(value.step, known),
    units: list(value.units ?? [], bounds.units, (each) => unit(each, known)),
    action: ACTIONS.includes(value.action) ? value.action : NO,
    value: number(value.value ?? 0, [-bounds.value, bounds.value]),
    source: orNull(value.source, (from) => source(from, known)),
  });
}

const edits = (value, known) => list(value, known.bounds.edits, (each) => edit(each, known));
const names = (value, most, known) => list(value, most, (name) => text(name, known));

function versus(value, known) {
  if (!record(value)) return NO;
  return all({
    checkpoint: orNull(value.checkpoint, (name) => text(name, known)),
    image: orNull(value.image, (index) => image(index, known)),
    edits: orNull(value.edits, (each) => edits(each, known)),
  });
}

function folding(value, known) {
  if (!record(value)) return NO;
  const { boxes } = known.bounds;
  return all({
    detail: orNull(value.detail, (detail) => whole(detail, 0, boxes)),
    opened: names(value.opened, boxes, known),
    closed: names(value.closed, boxes, known),
  });
}

function taught(value, known) {
  if (!record(value)) return NO;
  const { steps = 0, rate = 0.01, optimizer = OPTIMIZERS[0], summed = false } = value;
  const { frozen = [], shown = false } = value;
  const { bounds } = known;
  return all({
    label: unit(value.label, known),
    steps: whole(steps, 0, bounds.steps),
    rate: number(rate, bounds.rates),
    optimizer: OPTIMIZERS.includes(optimizer) ? optimizer : NO,
    summed: truth(summed),
    frozen: names(frozen, bounds.layers, known),
    shown: truth(shown),
  });
}

function option(name, value, { amounts, bounds }) {
  if (name === "perturbation") return amounts.includes(value) ? value : NO;
  if (name === "way") return WAYS.includes(value) ? value : NO;
  return Object.hasOwn(bounds.numbers, name) ? number(value, bounds.numbers[name]) : NO;
}

function options(value, known) {
  if (!record(value) || Object.keys(value).length > known.bounds.options) return NO;
  return all(
    Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, option(name, item, known)]),
    ),
  );
}

/** @type {Record<string, (value: any, known: any) => any>} */
const FIELDS = {
  view: (value, { views }) => (views.includes(value) ? value : NO),
  model: text,
  checkpoint: text,
  focus: image,
  step: text,
  unit: (value, known) => orNull(value, (each) => unit(each, known)),
  edits,
  versus: (value, known) => orNull(value, (other) => versus(other, known)),
  folding: (value, known) => orNull(value, (other) => folding(other, known)),
  taught: (value, known) => orNull(value, (other) => taught(other, known)),
  options,
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
 * @param {import("./types.js").Known} known
 * @returns {{state: Record<string, any>, unused: {field: string, received: unknown}[]}}
 */
export function usable(header, images, known) {
  const name = /** @type {string} */ (header.model ?? known.usual?.model);
  const count = known.fed?.includes(name) ? known.bounds.inputs : images;
  const state = {};
  const unused = [];
  for (const [field, received] of Object.entries(header)) {
    const value = Object.hasOwn(FIELDS, field) ? FIELDS[field](received, { ...known, count }) : NO;
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
