/** Sums of columns: what a layer of weights makes of those inputs that are not 0. */

/**
 * Add columns of weights, each times its input. Four at once: a sum is read and written once
 * instead of four times. In float64, closer to the true sum than any order of float32 additions.
 *
 * @param {Float64Array} sums added to, one for each output
 * @param {Float32Array} columns of weights, one after the other
 * @param {{amounts: Float32Array, places: Int32Array}} lit the inputs, and where the column of
 *   each begins
 * @param {number} count of the inputs
 */
export function addColumns(sums, columns, { amounts, places }, count) {
  const whole = count - (count % 4);
  for (let at = 0; at < whole; at += 4) addFour(sums, columns, amounts, places, at);
  for (let at = whole; at < count; at += 1) addOne(sums, columns, amounts[at], places[at]);
}

function addOne(sums, columns, amount, from) {
  for (let output = 0; output < sums.length; output += 1)
    sums[output] += amount * columns[from + output];
}

function addFour(sums, columns, amounts, places, at) {
  const count = sums.length;
  const [u, v, w, x] = [amounts[at], amounts[at + 1], amounts[at + 2], amounts[at + 3]];
  const [i, j, k, l] = [places[at], places[at + 1], places[at + 2], places[at + 3]];
  for (let output = 0; output < count; output += 1)
    sums[output] +=
      u * columns[i + output] +
      v * columns[j + output] +
      w * columns[k + output] +
      x * columns[l + output];
}

/** Room for as many inputs. @param {number} most */
export const room = (most) => ({ amounts: new Float32Array(most), places: new Int32Array(most) });
