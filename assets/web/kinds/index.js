/**
 * What only the page draws for a kind of step, one file a kind. Nothing outside this folder asks
 * which kind a step is.
 */

import * as activation from "./activation.js";
import * as convolution from "./convolution.js";
import * as flatten from "./flatten.js";
import * as input from "./input.js";
import * as linear from "./linear.js";
import * as logits from "./logits.js";
import * as maxpool from "./maxpool.js";
import * as relu from "./relu.js";
import * as softmax from "./softmax.js";
import * as written from "./written.js";

/**
 * @typedef {object} Kind all of it optional: a kind without a row is explained by its numbers alone
 * @property {string} [unit] the key of "unit {unit}" where a unit has a name of its own
 * @property {string} [letter] what a value is called in formulas
 * @property {boolean} [switches] whether its units are on or off
 * @property {Derive} [derive] what `explain` is handed, where no server says it
 * @property {boolean} [hooked] false where no hook reaches, so that nothing can be edited
 * @property {(page: any, before: Side, after: Side) => import("../canvas/moving.js").Paint | null}
 *   [move] how the values before became those after; nothing where that cannot be shown
 * @property {(page: any, section: any) => Explained} [explain] where a unit's value comes from
 * @typedef {(subject: Subject) => any} Derive
 * @typedef {{step: any, values: Float32Array}} Side a step and what it puts out
 * @typedef {{parts: Node[], renew?: (section: any) => void, fits?: (section: any) => boolean,
 *   light?: (index: number) => void}} Explained
 */

/**
 * One unit of one step of one image, all of it computed in the page.
 *
 * @typedef {object} Subject
 * @property {number} unit
 * @property {string | null} source the step whose output goes in
 * @property {Float32Array} values what comes out
 * @property {ArrayLike<number>} entering what goes in; before the input lie the grey values
 * @property {number[]} shape of what goes in, for one image
 * @property {any} parameters
 * @property {any} link the layer as the server describes it; none of the input
 * @property {{shape: number[], mean: number[], std: number[]}} taken what the network takes
 * @property {number} [terms] how many are written out
 */

/** @type {Record<string, Kind>} */
const KINDS = {
  ...{ input, flatten, linear, logits, relu, softmax, activation, convolution, maxpool },
  transposed: convolution,
  reshaping: flatten,
  avgpool: written,
  normalization: written,
  response: written,
  logsoftmax: written,
  passing: written,
  embedding: written,
  bag: written,
  gating: written,
  measuring: written,
  recurrent: written,
  attention: written,
  combining: written,
  crossing: written,
  contracting: written,
  reducing: written,
  joining: written,
  moving: written,
  padding: written,
  resizing: written,
};

/**
 * Whether a step's output can be changed: what goes in, and every call of a module.
 *
 * @param {{kind: string, module: string, module_path: string} | undefined} step
 */
export function editable(step) {
  if (!step || kindOf(step).hooked === false) return false;
  return step.module === "" || step.module_path !== "";
}

/** @param {{kind: string} | undefined} step or anything else that has a kind @returns {Kind} */
export function kindOf(step) {
  return (step && KINDS[step.kind]) ?? {};
}
