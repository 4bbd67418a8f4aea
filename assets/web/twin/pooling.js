/** nn.MaxPool2d on one image: the largest value under each window; what is no number wins. */

import { windows } from "./windows.js";

/** @type {import("./types.js").Layer} */
export function prepare({ options, takes, shape }) {
  if (takes.length !== 3 || options.return_indices) return null;
  const [channels, height, width] = shape;
  const { down, across } = windows({ options, takes, shape });
  return (values) => {
    const result = new Float32Array(channels * height * width);
    for (let at = 0; at < result.length; at += 1) {
      const plane = Math.floor(at / (height * width)) * takes[1] * takes[2];
      const rows = down[Math.floor(at / width) % height];
      result[at] = largest(values, plane, rows, across[at % width], takes[2]);
    }
    return result;
  };
}

function largest(values, plane, rows, columns, width) {
  let best = -Infinity;
  for (const row of rows)
    for (const column of columns) {
      const value = values[plane + row * width + column];
      if (value > best || Number.isNaN(value)) best = value;
    }
  return best;
}
