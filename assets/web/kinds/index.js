/** What only the page draws for a kind of step, one file a kind. Nothing outside this folder asks which kind a step is. */

import * as flatten from "./flatten.js";
import * as input from "./input.js";
import * as linear from "./linear.js";
import * as logits from "./logits.js";
import * as relu from "./relu.js";
import * as softmax from "./softmax.js";

/**
 * @typedef {object} Kind all of it optional: a kind without a row is explained by its numbers alone
 * @property {string} [unit] the key of "unit {unit}" where a unit has a name of its own
 * @property {string} [letter] what a value is called in formulas
 * @property {boolean} [hooked] false where no hook reaches, so that nothing can be edited
 * @property {(page: any, before: Side, after: Side) => import("../canvas/moving.js").Paint | null} [move] how the values
 *   before became those after; nothing where that cannot be shown
 * @property {(page: any, section: any) => Explained} [explain] where a unit's value comes from
 * @typedef {{step: any, values: Float32Array}} Side a step and what it puts out
 * @typedef {{parts: Node[], renew?: (section: any) => void, fits?: (section: any) => boolean,
 *   light?: (index: number) => void}} Explained
 */

/** @type {Record<string, Kind>} */
const KINDS = { input, flatten, linear, logits, relu, softmax };

/** @param {{kind: string} | undefined} step or anything else that has a kind @returns {Kind} */
export function kindOf(step) {
  return (step && KINDS[step.kind]) ?? {};
}
