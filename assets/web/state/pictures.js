/**
 * Pictures in the size that a network takes: how many pixels, in how many colour planes, and one
 * size made of another. No DOM here.
 */

import { base64, bytes } from "../base/numbers.js";
import { SIDE } from "../base/size.js";

/** @typedef {{planes: number, height: number, width: number}} Size planes, one after the other */

/** The size of samples and test images. @type {Size} */
export const USUAL = { planes: 1, height: SIDE, width: SIDE };
const LARGEST = 256; // pixels of a side; what takes more is drawn at 28×28, which the server fits
const BRIGHT = [0.299, 0.587, 0.114]; // what red, green and blue add to a grey value (ITU-R BT.601)
const ALL = 1_000_000; // bytes of all pictures of a batch, so that a query stays below 2 MB

/** @param {Size} size */
export const count = ({ planes, height, width }) => planes * height * width;

/**
 * How many pictures of a size go into one query, which takes so many of any size.
 *
 * @param {Size} size @param {number} images
 */
export const most = (size, images) => Math.max(1, Math.min(images, Math.floor(ALL / count(size))));

/** @param {number[]} shape (H, W) or (planes, H, W) @returns {Size | null} null for none */
export function sizeFrom(shape) {
  const whole = (side, high) => Number.isInteger(side) && side >= 1 && side <= high;
  if (!Array.isArray(shape) || ![2, 3].includes(shape.length)) return null;
  const [height, width] = shape.slice(-2);
  const planes = shape.length === 3 ? shape[0] : 1;
  const usable = whole(height, LARGEST) && whole(width, LARGEST) && [1, 3].includes(planes);
  return usable ? { planes, height, width } : null;
}

/**
 * The size in which a network's pictures are drawn.
 *
 * @param {{input: {shape: number[]}, drawn: boolean}} model @returns {Size}
 */
export const sizeOf = ({ input, drawn }) => (drawn && sizeFrom(input.shape)) || USUAL;

/** How many bytes a text of base64 stands for. @param {string} text */
const held = (text) =>
  (text.length * 3) / 4 - (text.endsWith("==") ? 2 : Number(text.endsWith("=")));

/**
 * Pictures in another size; the same list where they have it already. Of a picture whose size is
 * none of the known ones nothing is left but black.
 *
 * @param {string[]} images base64 @param {Size} to @param {Size[]} known
 */
export function allFitted(images, to, known) {
  if (images.every((image) => held(image) === count(to))) return images;
  return images.map((image) => {
    const from = [to, USUAL, ...known].find((size) => count(size) === held(image));
    return from ? fitted(image, from, to) : base64(new Uint8Array(count(to)));
  });
}

/** @param {string} image base64 @param {Size} from @param {Size} to @returns {string} */
export function fitted(image, from, to) {
  if (JSON.stringify(from) === JSON.stringify(to)) return image;
  const area = from.height * from.width;
  const pixels = bytes(image);
  let planes = Array.from({ length: from.planes }, (_, plane) =>
    Float64Array.from(pixels.subarray(plane * area, (plane + 1) * area)),
  );
  if (to.planes < from.planes) planes = [grey(planes)];
  const scaled = planes.map((plane) => resized(plane, from, to));
  const result = new Uint8Array(count(to));
  for (let plane = 0; plane < to.planes; plane += 1)
    result.set(scaled[plane % scaled.length], plane * to.height * to.width);
  return base64(result);
}

const grey = (planes) =>
  planes[0].map((_, index) =>
    BRIGHT.reduce((sum, part, plane) => sum + part * planes[plane][index], 0),
  );

/**
 * One plane in another size: linear interpolation, over as many pixels as become one.
 *
 * @param {Float64Array} plane @param {Size} from @param {Size} to @returns {Uint8Array}
 */
function resized(plane, from, to) {
  const across = weights(from.width, to.width);
  const down = weights(from.height, to.height);
  const rows = new Float64Array(from.height * to.width);
  for (let row = 0; row < from.height; row += 1)
    across.forEach((parts, column) => {
      for (const [at, part] of parts)
        rows[row * to.width + column] += part * plane[row * from.width + at];
    });
  const result = new Float64Array(to.height * to.width);
  down.forEach((parts, row) => {
    for (const [at, part] of parts)
      for (let column = 0; column < to.width; column += 1)
        result[row * to.width + column] += part * rows[at * to.width + column];
  });
  return Uint8Array.from(result, (value) => Math.min(255, Math.max(0, Math.round(value))));
}

/**
 * Which pixels of a line make each pixel of another, with their shares of it: a tent over the place
 * where it lies, wider where many become one.
 *
 * @returns {[number, number][][]}
 */
function weights(before, after) {
  const scale = before / after;
  const reach = Math.max(1, scale);
  return Array.from({ length: after }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const last = Math.min(before, Math.floor(centre + reach + 0.5));
    /** @type {[number, number][]} */
    const parts = Array.from({ length: last - first }, (_, place) => [
      first + place,
      Math.max(0, 1 - Math.abs((first + place + 0.5 - centre) / reach)),
    ]);
    const sum = parts.reduce((whole, [, part]) => whole + part, 0);
    return parts.map(([at, part]) => [at, part / sum]);
  });
}
