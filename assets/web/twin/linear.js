/** nn.Linear on one vector: z = W x + b. */

import { addColumns, room } from "./columns.js";

/**
 * Inputs of 0 cost nothing: most of a drawing is black, and half of what a ReLU lets through. So
 * the weights stand column after column, and each input adds its column. Sums are float64 until
 * they are whole.
 *
 * @type {import("./types.js").Layer}
 */
export function prepare({ parameters, shape }) {
  const { weight, bias } = parameters;
  if (shape.length !== 1 || weight?.shape.length !== 2) return null;
  const [outputs, inputs] = weight.shape;
  const columns = transposed(weight.values, outputs, inputs);
  const start = new Float64Array(outputs);
  if (bias) start.set(bias.values);
  const sums = new Float64Array(outputs);
  const lit = room(inputs);
  return (values) => {
    sums.set(start);
    let count = 0;
    for (let input = 0; input < inputs; input += 1) {
      if (values[input] === 0) continue;
      lit.amounts[count] = values[input];
      lit.places[count++] = input * outputs;
    }
    addColumns(sums, columns, lit, count);
    return new Float32Array(sums);
  };
}

const BLOCK = 32; // rows and columns moved together, so that both stay in the processor's cache

function transposed(values, rows, columns) {
  const result = new Float32Array(values.length);
  for (let top = 0; top < rows; top += BLOCK)
    for (let left = 0; left < columns; left += BLOCK)
      for (let column = left; column < Math.min(columns, left + BLOCK); column += 1)
        for (let row = top; row < Math.min(rows, top + BLOCK); row += 1)
          result[column * rows + row] = values[row * columns + column];
  return result;
}
