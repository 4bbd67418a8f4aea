/**
 * A drawing where the images of a data set have theirs: MNIST's digits fit a box of 20 pixels, and
 * their centre of mass is the middle; FashionMNIST's longer side fills the frame, in the middle of
 * it, as their authors describe (LeCun, Cortes, Burges; Xiao, Rasul, Vollgraf 2017).
 */

import { SIDE } from "../base/size.js";

/** @type {Record<string, {side: number, middle: (pixels: Uint8Array, box: Box) => number[]}>} */
const WAYS = { MNIST: { side: 20, middle: mass }, FashionMNIST: { side: SIDE, middle } };
const FINE = 4; // samples across and down for each pixel

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels */

/**
 * @param {Uint8Array} pixels 28×28 greys
 * @param {string} dataset
 * @returns {Uint8Array | null} null where nothing is drawn
 */
export function centred(pixels, dataset) {
  const box = boxOf(pixels);
  if (!box) return null;
  const { side, middle: find } = WAYS[dataset];
  const zoom = side / Math.max(box.right - box.left, box.bottom - box.top);
  const [x, y] = find(pixels, box);
  return Uint8Array.from(pixels, (_, index) => {
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    let sum = 0;
    for (let i = 0; i < FINE; i += 1)
      for (let j = 0; j < FINE; j += 1) {
        const across = x + (column + (j + 0.5) / FINE - SIDE / 2) / zoom;
        const down = y + (row + (i + 0.5) / FINE - SIDE / 2) / zoom;
        sum += between(pixels, across - 0.5, down - 0.5);
      }
    return Math.round(sum / FINE ** 2);
  });
}

/** What is drawn lies in this box; null for nothing. @returns {Box | null} */
function boxOf(pixels) {
  const lit = [...pixels.keys()].filter((index) => pixels[index] > 0);
  if (!lit.length) return null;
  const [columns, rows] = [
    lit.map((index) => index % SIDE),
    lit.map((index) => Math.floor(index / SIDE)),
  ];
  return {
    left: Math.min(...columns),
    top: Math.min(...rows),
    right: Math.max(...columns) + 1,
    bottom: Math.max(...rows) + 1,
  };
}

function middle(_pixels, { left, top, right, bottom }) {
  return [(left + right) / 2, (top + bottom) / 2];
}

function mass(pixels) {
  let [all, across, down] = [0, 0, 0];
  for (const [index, grey] of pixels.entries()) {
    all += grey;
    across += grey * ((index % SIDE) + 0.5);
    down += grey * (Math.floor(index / SIDE) + 0.5);
  }
  return [across / all, down / all];
}

/** The grey between four pixels, black beyond the edge. */
function between(pixels, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, below] = [x - left, y - top];
  const at = (column, row) =>
    column >= 0 && row >= 0 && column < SIDE && row < SIDE ? pixels[row * SIDE + column] : 0;
  return (
    (1 - below) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
    below * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1))
  );
}
