/**
 * What makes one value, value by value, of the layers that are known here: `Kind.feeding` of the
 * server. A path goes through them and ends at any other.
 */

import { placeOf } from "../kinds/parts.js";
import { patchSum } from "./patches.js";
import { largestFirst, unitSum } from "./sums.js";
import { covered, winner } from "./windows.js";

/**
 * @typedef {object} Layer
 * @property {import("./types.js").Link} link
 * @property {Record<string, import("./types.js").Tensor>} parameters weight and bias, if any
 * @property {Float32Array} values what goes in
 */

/**
 * Either `copied`, the value that is handed on as it is, or a sum: its products, from the largest
 * to the smallest by `order`, and at which `places` of what goes in their values stand.
 *
 * @typedef {{copied: number} | {products: Float64Array, order: number[], bias: number,
 *   total: number, places: ArrayLike<number>}} Feeding
 */

/** @type {Record<string, (layer: Layer, unit: number) => Feeding | null>} */
const FEEDS = {
  Linear({ parameters, values }, unit) {
    const sum = unitSum(parameters, values, unit);
    return { ...sum, places: sum.products.map((_, index) => index) };
  },
  Conv2d({ link, parameters, values }, unit) {
    const sum = patchSum(link, parameters, values, placeOf(unit, link.shape));
    return { ...sum, order: largestFirst(sum.products) };
  },
  MaxPool2d({ link, values }, unit) {
    const window = covered(link, placeOf(unit, link.shape));
    return window.length ? { copied: winner(window, values) } : null; // all of it is padding
  },
  Flatten: (_, unit) => ({ copied: unit }),
  ReLU: (_, unit) => ({ copied: unit }),
  Softmax: (_, unit) => ({ copied: unit }),
};

/**
 * @param {Layer} layer @param {number} unit of what comes out
 * @returns {Feeding | null} null of a layer that no path goes through
 */
export function feeding(layer, unit) {
  return FEEDS[layer.link?.layer]?.(layer, unit) ?? null;
}
