/**
 * A network of known layers one after the other, computed here: the same weights, the same
 * arithmetic.
 */

import { prepare as convolution } from "./convolution.js";
import { prepare as flatten } from "./flatten.js";
import { prepare as linear } from "./linear.js";
import { prepare as pooling } from "./pooling.js";
import { prepare as relu } from "./relu.js";
import { prepare as softmax } from "./softmax.js";

/** @typedef {import("./types.js").Tensor} Tensor @typedef {import("./types.js").Link} Link */

/** By the name of torch's class. @type {Record<string, import("./types.js").Layer>} */
const LAYERS = {
  Conv2d: convolution,
  Flatten: flatten,
  Linear: linear,
  MaxPool2d: pooling,
  ReLU: relu,
  Softmax: softmax,
};

/** Where one weight leads from one unit to one other, or each unit to the next. */
const PLAIN = ["Flatten", "Linear", "ReLU", "Softmax"];

/** Whether a layer is one of these. @param {Link | undefined} link */
export const leads = (link) => PLAIN.includes(link?.layer ?? "");

/** Whether a network is a chain of layers that are known here. @param {Link[] | null} chain */
export const known = (chain) => chain?.every(({ layer }) => layer in LAYERS) ?? false;

/**
 * A network set up once; its `stages` are empty where weights are shared between places, as those
 * of kernels are.
 *
 * @param {Link[]} chain a known one
 * @param {Record<string, Tensor>} tensors its weights
 * @returns {{run: typeof run, stages: import("./strongest.js").Stage[]} | null} null where a layer
 *   is set up in a way unknown here
 */
export function createNetwork(chain, tensors) {
  const steps = chain.map(({ id, layer, parameters: names, ...rest }) => {
    const parameters = Object.fromEntries(
      Object.entries(names).map(([own, name]) => [own, tensors[name]]),
    );
    return { id, compute: LAYERS[layer]({ ...rest, parameters }) };
  });
  if (steps.some(({ compute }) => !compute)) return null;

  /**
   * One pass.
   *
   * @param {Float32Array} image what goes in
   * @param {(step: string, values: Float32Array) => Float32Array} [change] what an edit makes of a
   *   step's output
   * @returns {Record<string, Float32Array>} what every step puts out, the image as `input`
   */
  function run(image, change = (_, values) => values) {
    let values = change("input", image);
    /** @type {Record<string, Float32Array>} */ const outputs = { input: values };
    for (const { id, compute } of steps) {
      values = change(id, compute(values));
      outputs[id] = values;
    }
    return outputs;
  }

  const plain = chain.every(leads);
  const stages = (plain ? chain : []).map(({ id, parameters: { weight } }) => ({
    id,
    weight: weight ? tensors[weight] : null,
  }));
  return { run, stages };
}
