/**
 * How far a path gets through one layer: which values of what goes in lead to a unit, each with its
 * weight, and the strongest that arrives at every unit.
 */

import { sure } from "../base/sure.js";
import { placeOf } from "../kinds/parts.js";
import { cut, kernels } from "./patches.js";
import { covered, winner } from "./windows.js";

/** @typedef {import("./types.js").Tensor} Tensor */
/**
 * @typedef {object} Stage a layer of a chain
 * @property {string} id
 * @property {import("./types.js").Link} link
 * @property {Tensor | null} weight
 */
/**
 * Of a unit: the places that lead to it in what goes in, −1 in a padding, and their weights; none
 * where one value is handed on as it is.
 *
 * @typedef {{places: ArrayLike<number>, weights: Float32Array | null}} Ways
 */

/** One value for each unit, the one in the same place. */
const same = (_stage, _entering, unit) => ({ places: [unit], weights: null });

/** @type {Record<string, (stage: Stage, entering: Float32Array, unit: number) => Ways>} */
const WAYS = {
  Linear(stage, _, unit) {
    const weight = sure(stage.weight);
    const inputs = weight.shape[1];
    const weights = weight.values.subarray(unit * inputs, (unit + 1) * inputs);
    return { places: weights.map((_each, index) => index), weights };
  },
  Conv2d(stage, _, unit) {
    const [{ link }, weight] = [stage, sure(stage.weight)];
    const [out, row, column] = placeOf(unit, link.shape);
    const { length, first, planes, sizes } = kernels(link, weight, out);
    const weights = weight.values.subarray(out * length, (out + 1) * length);
    return { places: cut(link, { first, planes, sizes, row, column }), weights };
  },
  MaxPool2d({ link }, entering, unit) {
    const window = covered(link, placeOf(unit, link.shape));
    return { places: window.length ? [winner(window, entering)] : [], weights: null };
  },
  Flatten: same,
  ReLU: same,
  Softmax: same,
};

/** Whether paths are followed through a layer. @param {string | undefined} layer torch's class */
export const followed = (layer) => Object.hasOwn(WAYS, layer ?? "");

/** @param {Stage} stage @param {Float32Array} entering what goes in @param {number} unit */
export const waysTo = (stage, entering, unit) => WAYS[stage.link.layer](stage, entering, unit);

/**
 * The largest |weight| × what reaches a value, for each unit.
 *
 * @param {Stage} stage
 * @param {{entering: Float32Array, leaving: Float32Array}} values what goes in and comes out
 * @param {Float64Array} before the strongest that arrives at each value of what goes in
 */
export function reach(stage, { entering, leaving }, before) {
  const { link, weight } = stage;
  if (link.layer === "Linear") return across(sure(weight), before);
  if (link.layer === "Conv2d") return overPatches(link, sure(weight), before);
  return Float64Array.from(leaving, (value, unit) => {
    const { places } = waysTo(stage, entering, unit);
    const at = places[0] ?? -1;
    return at < 0 || (value === 0 && entering[at] !== 0) ? 0 : before[at]; // a ReLU lets it not by
  });
}

/** @param {Tensor} weight */
function across({ values, shape }, before) {
  const [count, inputs] = shape;
  const lit = Int32Array.from(before.keys()).filter((input) => before[input] > 0);
  const result = new Float64Array(count);
  for (let unit = 0; unit < count; unit += 1)
    result[unit] = largest({ values, start: unit * inputs, lit, at: lit }, before);
  return result;
}

/** All kernels lie on the same patch: its places are looked up once. */
function overPatches(link, weight, before) {
  const [outputs, height, width] = link.shape;
  const result = new Float64Array(outputs * height * width);
  const { each, length, planes, sizes } = kernels(link, weight, 0);
  for (let begin = 0; begin < outputs; begin += each)
    for (let row = 0; row < height; row += 1)
      for (let column = 0; column < width; column += 1) {
        const { first } = kernels(link, weight, begin);
        const places = cut(link, { first, planes, sizes, row, column });
        const lit = Int32Array.from(places.keys()).filter((tap) => before[places[tap]] > 0);
        const at = lit.map((tap) => places[tap]);
        for (let out = begin; lit.length && out < begin + each; out += 1) {
          const unit = (out * height + row) * width + column;
          result[unit] = largest({ values: weight.values, start: out * length, lit, at }, before);
        }
      }
  return result;
}

/** The largest |weight| × reach of the lit inputs of one unit. */
function largest({ values, start, lit, at }, before) {
  let most = 0;
  for (let index = 0; index < lit.length; index += 1) {
    const size = Math.abs(values[start + lit[index]]) * before[at[index]];
    if (size > most) most = size;
  }
  return most;
}
