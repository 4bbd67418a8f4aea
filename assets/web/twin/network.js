/**
 * A network of known layers one after the other, computed here: the same weights, the same
 * arithmetic.
 */

import { sure } from "../base/sure.js";
import { prepare as convolution } from "./convolution.js";
import { prepare as flatten } from "./flatten.js";
import { prepare as linear } from "./linear.js";
import { prepare as pooling } from "./pooling.js";
import { followed } from "./reaching.js";
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

/** Whether a network is a chain of layers that are known here. @param {Link[] | null} chain */
export const known = (chain) => chain?.every(({ layer }) => layer in LAYERS) ?? false;

/**
 * A network set up once; its `stages` are those that paths lead through, none where one of them
 * is not known.
 *
 * @param {Link[]} chain a known one
 * @param {Record<string, Tensor>} tensors its weights
 * @returns {{run: typeof run, stages: import("./reaching.js").Stage[]} | null} null where a layer
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
      values = change(id, sure(compute)(values));
      outputs[id] = values;
    }
    return outputs;
  }

  const whole = chain.every(({ layer }) => followed(layer));
  const stages = (whole ? chain : []).map((link) => ({
    id: link.id,
    link,
    weight: link.parameters.weight ? tensors[link.parameters.weight] : null,
  }));
  return { run, stages };
}
