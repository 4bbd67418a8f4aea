/**
 * nn.Conv2d on one image: z[o, y, x] is the bias of o and Σ w[o, c, i, j] · a[c, r, s], where
 * r = y · stride + i · dilation − padding, and s alike.
 */

import { addColumns, room } from "./columns.js";

/**
 * Inputs of 0 cost nothing, as in `linear.js`: at each place of the output every input that it
 * sees and that is not 0 adds its column of kernel weights, one weight for each channel of the
 * output. Sums are float64 until they are whole.
 *
 * @type {import("./types.js").Layer}
 */
export function prepare({ options, parameters, takes, shape }) {
  const { weight, bias } = parameters;
  if (takes.length !== 3 || weight?.shape.length !== 4) return null;
  if ((options.padding_mode ?? "zeros") !== "zeros") return null;
  const { groups = 1 } = options;
  const [inputs, outputs] = [weight.shape[1], shape[0] / groups]; // channels of one group
  const kernels = channelsLast(weight, groups);
  const fields = windows(options, takes, shape, weight.shape);
  const start = new Float64Array(shape[0]);
  if (bias) start.set(bias.values);
  return (values) => {
    const result = new Float32Array(shape[0] * shape[1] * shape[2]);
    const plane = takes[1] * takes[2];
    for (let group = 0; group < groups; group += 1) {
      const lit = upright(values.subarray(group * inputs * plane), inputs, plane);
      const own = kernels.subarray((group * kernels.length) / groups);
      const first = group * outputs;
      convolve(result.subarray(first * shape[1] * shape[2]), {
        ...{ lit, fields, inputs, kernels: own },
        start: start.subarray(first, first + outputs),
      });
    }
    return result;
  };
}

/**
 * What each place of the output sees: places of the input, and the taps of the kernel that they
 * lie under. Those of place p stand from `ends[p]` to `ends[p + 1]`; places of padding are none.
 *
 * @param {Record<string, any>} options
 * @param {number[]} takes @param {number[]} shape @param {number[]} kernel
 */
function windows(options, takes, shape, kernel) {
  const [, height, width] = takes;
  const [, down, across] = shape;
  const [, , rows, columns] = kernel;
  const { stride, dilation } = options;
  const pads = padded(options, [rows, columns]);
  const ends = new Int32Array(down * across + 1);
  const [places, taps] = [0, 0].map(() => new Int32Array(down * across * rows * columns));
  let count = 0;
  for (let place = 0; place < down * across; place += 1) {
    const top = Math.floor(place / across) * stride[0] - pads[0];
    const left = (place % across) * stride[1] - pads[1];
    for (let tap = 0; tap < rows * columns; tap += 1) {
      const y = top + Math.floor(tap / columns) * dilation[0];
      const x = left + (tap % columns) * dilation[1];
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      places[count] = y * width + x;
      taps[count++] = tap;
    }
    ends[place + 1] = count;
  }
  return { ends, places, taps, size: rows * columns };
}

/** The inputs that are not 0, by their place: how many, which channels, and what they are. */
function upright(values, channels, plane) {
  const counts = new Int32Array(plane);
  const which = new Int32Array(plane * channels);
  const amounts = new Float32Array(plane * channels);
  for (let channel = 0; channel < channels; channel += 1)
    for (let place = 0; place < plane; place += 1) {
      const value = values[channel * plane + place];
      if (value === 0) continue;
      const at = place * channels + counts[place]++;
      which[at] = channel;
      amounts[at] = value;
    }
  return { counts, which, amounts };
}

/** One group: its maps, one after the other, into `result`. */
function convolve(result, { lit, fields, inputs, kernels, start }) {
  const [outputs, places] = [start.length, fields.ends.length - 1];
  const sums = new Float64Array(outputs);
  const found = room(inputs * fields.size);
  for (let place = 0; place < places; place += 1) {
    const count = under(found, place, lit, fields, inputs, outputs);
    sums.set(start);
    addColumns(sums, kernels, found, count);
    for (let output = 0; output < outputs; output += 1)
      result[output * places + place] = sums[output];
  }
}

/** Write down the inputs that one place sees, each with its column, and return how many. */
function under(found, place, { counts, which, amounts }, { ends, places, taps }, inputs, outputs) {
  const size = found.places.length / inputs;
  let count = 0;
  for (let at = ends[place]; at < ends[place + 1]; at += 1) {
    const first = places[at] * inputs;
    for (let one = first; one < first + counts[places[at]]; one += 1) {
      found.amounts[count] = amounts[one];
      found.places[count++] = (which[one] * size + taps[at]) * outputs;
    }
  }
  return count;
}

/**
 * How many rows and columns of 0 lie above and to the left of what goes in.
 *
 * @param {Record<string, any>} options @param {number[]} sizes of a kernel
 */
export function padded({ padding, dilation }, sizes) {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return padding;
  // what is odd goes behind
  return sizes.map((size, axis) => Math.floor((dilation[axis] * (size - 1)) / 2));
}

/** Kernels (G · O, C, I, J) of G groups as (G, C, I, J, O). */
function channelsLast({ values, shape }, groups) {
  const outputs = shape[0] / groups;
  const each = values.length / shape[0];
  return Float32Array.from(values, (_, index) => {
    const [group, rest] = [Math.floor(index / (outputs * each)), index % (outputs * each)];
    return values[(group * outputs + (rest % outputs)) * each + Math.floor(rest / outputs)];
  });
}
