/** A unit of a Linear: the sum it is. */

import { terms, unitSum } from "../twin/sums.js";
import { cover } from "../canvas/moving.js";
import { createSum } from "./sum.js";

/**
 * @param {import("../state/types.js").Page} page
 * @param {any} section
 * @param {string} [letter] of the sum
 */
export function explain(page, section, letter = "z") {
  // no module that torch calls: there are no terms to write out
  if (!section.positive) return { parts: [] };
  return createSum(page, section, letter);
}

const TERMS = 5; // of either sign, written out

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, parameters, source, terms: count = TERMS }) {
  const sum = unitSum(parameters, Float32Array.from(entering), unit);
  const products = Float32Array.from(sum.products);
  return {
    ...terms(sum, count),
    above: sum.positive,
    below: sum.negative,
    bias: sum.bias,
    total: sum.total,
    inputs: sum.inputs.length,
    place: [unit],
    first: 0,
    source,
    pictures: { weights: sum.weights, inputs: sum.inputs, products },
  };
}

/** Each unit is a sum of its own: they appear one after the other, from left to right. */
export function move() {
  return (scene, time) => {
    const grid = scene.axes("");
    if (grid) cover(scene, grid, time);
  };
}
