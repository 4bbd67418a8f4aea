/** One question at each stop, answered from what the page has just measured. */

import { listed } from "../base/lists.js";
import { fixed, percent } from "../base/numbers.js";
import { last, sure } from "../base/sure.js";
import { largest } from "../twin/twin.js";
import { TRAINING, written } from "./training.js";

export const PIXEL = { row: 14, column: 10 }; // the one that is followed into the line
const WIDTH = 28;

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Reply} Reply
 */

/** Inputs and outputs of every Linear, in order. @param {Reply} reply */
function layers({ steps }) {
  return steps.flatMap((step, index) =>
    step.module === "Linear"
      ? [{ inputs: last(steps[index - 1].shape), outputs: last(step.shape) }]
      : [],
  );
}

/** What a Linear stores: its weights and biases. */
const stored = ({ inputs, outputs }) => inputs * outputs + outputs;

/**
 * The blanks of each answer, and the unit that shows it, if one does.
 *
 * @type {Record<string, (reply: Reply, page: Page) => Record<string, any> | null>}
 */
const ANSWERS = {
  ...TRAINING,
  device: (_, { start }) => ({ device: start.device }),
  class: ({ steps }) => {
    const modules = steps.filter(({ module_path }) => module_path);
    return { list: modules.map(({ module }) => module).join(" → "), count: modules.length };
  },
  structure(reply) {
    const [first] = layers(reply);
    return { ...first, count: written(stored(first)) };
  },
  predicted: ({ prediction: { classes, labels, probabilities } }, { say }) => ({
    list: listed(
      say,
      classes.map((each, row) => `${row}: ${labels[each]} (${percent(probabilities[row][each])})`),
    ),
  }),
  batch({ steps: [{ shape }] }) {
    const count = shape.reduce((product, each) => product * each, 1);
    return { list: shape.join(" × "), count: written(count) };
  },
  flatten({ values, steps: [input, line] }) {
    const unit = WIDTH * PIXEL.row + PIXEL.column;
    const [before, after] = [values[input.id][unit], values[line.id][unit]].map((x) => fixed(x));
    return { ...PIXEL, width: WIDTH, unit, before, after };
  },
  linear({ values, steps }) {
    const { id } = sure(steps.find(({ module }) => module === "Linear"));
    const unit = largest(values[id]);
    return { unit, value: fixed(values[id][unit]) };
  },
  relu({ values, steps }, { say }) {
    const { id } = steps[steps.findIndex(({ module }) => module === "ReLU") - 1];
    const off = [...values[id].keys()].filter((unit) => values[id][unit] <= 0);
    return { count: off.length, all: values[id].length, list: listed(say, off) };
  },
  sequential({ values, steps, prediction: { labels } }) {
    const logits = values[sure(steps.findLast(({ module }) => module === "Linear")).id];
    const unit = largest(logits);
    return { unit, label: labels[unit], value: fixed(logits[unit]) };
  },
  softmax({ values, steps, prediction: { labels } }) {
    const shares = values[last(steps).id];
    const unit = largest(shares);
    const sum = shares.reduce((total, each) => total + each, 0);
    return { sum: sum.toFixed(4), label: labels[unit], share: percent(shares[unit]) };
  },
  parameters(reply) {
    const all = layers(reply);
    const list = all
      .map(({ inputs, outputs }) => `${inputs} × ${outputs} + ${outputs}`)
      .join(" + ");
    return { list, count: written(all.reduce((total, each) => total + stored(each), 0)) };
  },
};

/**
 * The answer at a stop from a reply, as blanks for its sentence; null where it does not say.
 *
 * @param {string} stop @param {Reply} reply @param {Page} page
 */
export function answer(stop, reply, page) {
  return ANSWERS[stop](reply, page);
}
