/**
 * Pictures as differences, which deflate to little: where a pen has drawn, most of them are 0. All
 * of it is arithmetic of bytes, which wraps around by itself, and is undone exactly.
 */

import { SIDE } from "../base/size.js";

/** @typedef {import("./pictures.js").Size} Size */

/**
 * From the row above at 28×28; else from the plane before, and then from what the neighbours above
 * and on the left foretell, as a drawing that was made larger changes evenly.
 *
 * @param {Uint8Array} image @param {Size} size
 */
export function differences(image, size) {
  const { planes, height, width } = size;
  if (usual(size)) return image.map((grey, at) => grey - (at < width ? 0 : image[at - width]));
  const area = height * width;
  const apart = image.map((value, at) => value - (at < area ? 0 : image[at - area]));
  const result = new Uint8Array(image.length);
  for (let at = 0; at < planes * area; at += 1) result[at] = apart[at] - foretold(apart, at, size);
  return result;
}

/** The image of such differences. @param {Uint8Array} apart @param {Size} size */
export function sums(apart, size) {
  const { planes, height, width } = size;
  const result = new Uint8Array(apart);
  if (usual(size)) {
    for (let at = width; at < result.length; at += 1) result[at] += result[at - width];
    return result;
  }
  const area = height * width;
  for (let at = 0; at < planes * area; at += 1) result[at] += foretold(result, at, size);
  for (let at = area; at < result.length; at += 1) result[at] += result[at - area];
  return result;
}

const usual = ({ planes, height, width }) => planes === 1 && height === SIDE && width === SIDE;

function foretold(values, at, { height, width }) {
  const column = at % width;
  const row = Math.floor(at / width) % height;
  const above = row > 0 ? values[at - width] : 0;
  const left = column > 0 ? values[at - 1] : 0;
  return above + left - (row > 0 && column > 0 ? values[at - width - 1] : 0);
}
