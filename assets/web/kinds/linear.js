/** A unit of a Linear: the sum it is. */

import { cover } from "../canvas/moving.js";
import { createSum } from "./sum.js";

/** @param {import("../state/types.js").Page} page @param {any} section @param {string} [letter] of the sum */
export function explain(page, section, letter = "z") {
  if (!section.positive) return { parts: [] }; // what goes in is no vector: there are no terms to write out
  return createSum(page, section, letter);
}

/** Each unit is a sum of its own: they appear one after the other, from left to right. */
export function move() {
  return (scene, time) => {
    const grid = scene.axes("");
    if (grid) cover(scene, grid, time);
  };
}
