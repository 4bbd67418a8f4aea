/** nn.Linear on one vector: z = W x + b. */

/**
 * Inputs of 0 cost nothing: most of a drawing is black, and half of what a ReLU lets through. So
 * the weights stand column after column, and each input adds its column. Sums are float64 until
 * they are whole, closer to the true sum than any order of float32 additions.
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
  const lit = new Int32Array(inputs); // which inputs are not 0
  return (values) => {
    sums.set(start);
    let count = 0;
    for (let input = 0; input < inputs; input += 1) if (values[input] !== 0) lit[count++] = input;
    const whole = count - (count % 4);
    for (let at = 0; at < whole; at += 4) addFour(sums, columns, values, lit, at);
    for (let at = whole; at < count; at += 1) addOne(sums, columns, values, lit[at]);
    return new Float32Array(sums);
  };
}

function addOne(sums, columns, values, input) {
  const [from, value] = [input * sums.length, values[input]];
  for (let output = 0; output < sums.length; output += 1)
    sums[output] += value * columns[from + output];
}

/** Four columns at once: a sum is read and written once instead of four times. */
function addFour(sums, columns, values, lit, at) {
  const count = sums.length;
  const [a, b, c, d] = [lit[at], lit[at + 1], lit[at + 2], lit[at + 3]];
  const [u, v, w, x] = [values[a], values[b], values[c], values[d]];
  const [i, j, k, l] = [a * count, b * count, c * count, d * count];
  for (let output = 0; output < count; output += 1)
    sums[output] +=
      u * columns[i + output] +
      v * columns[j + output] +
      w * columns[k + output] +
      x * columns[l + output];
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
