/**
 * nn.Conv2d on one image: z[o, y, x] is the bias of o and Σ w[o, c, i, j] · a[c, r, s], where
 * r = y · stride + i · dilation − padding, and s alike.
 */

/**
 * Inputs of 0 cost nothing, as in `linear.js`: each other input adds its column of kernel weights
 * to every place that it reaches. So weights and sums stand with the channels of the output last.
 * Sums are float64 until they are whole.
 *
 * @type {import("./types.js").Layer}
 */
export function prepare({ options, parameters, takes, shape }) {
  const { weight, bias } = parameters;
  if (takes.length !== 3 || weight?.shape.length !== 4) return null;
  if ((options.padding_mode ?? "zeros") !== "zeros") return null;
  const [channels, height, width] = shape;
  const plan = planned(options, takes, shape, weight);
  const kernels = channelsLast(weight);
  const sums = new Float64Array(channels * height * width);
  return (values) => {
    for (let at = 0; at < sums.length; at += 1) sums[at] = bias ? bias.values[at % channels] : 0;
    for (let at = 0; at < values.length; at += 1)
      if (values[at] !== 0) spread(plan, kernels, sums, at, values[at]);
    return channelsFirst(sums, channels, height * width);
  };
}

/** @param {Record<string, any>} options */
function planned(options, takes, shape, weight) {
  const { stride, dilation, groups = 1 } = options;
  const [rows, columns] = weight.shape.slice(2);
  const pads = padded(options, [rows, columns]);
  return {
    ...{ rows, columns, stride, dilation, pads, takes, shape },
    inputs: weight.shape[1], // channels that one group takes
    outputs: shape[0] / groups, // and gives
  };
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

/** Add one input to all the sums that it reaches. */
function spread(plan, kernels, sums, at, value) {
  const { rows, columns, stride, dilation, pads, takes, shape, inputs, outputs } = plan;
  const plane = takes[1] * takes[2];
  const channel = Math.floor(at / plane);
  const [y, x] = [Math.floor((at % plane) / takes[2]), at % takes[2]];
  const first = Math.floor(channel / inputs) * outputs; // channel of the output, of this group
  for (let i = 0; i < rows; i += 1) {
    const down = reached(y, i, stride[0], dilation[0], pads[0], shape[1]);
    if (down < 0) continue;
    for (let j = 0; j < columns; j += 1) {
      const across = reached(x, j, stride[1], dilation[1], pads[1], shape[2]);
      if (across < 0) continue;
      const from = (((channel % inputs) * rows + i) * columns + j) * shape[0] + first;
      const to = (down * shape[2] + across) * shape[0] + first;
      for (let o = 0; o < outputs; o += 1) sums[to + o] += value * kernels[from + o];
    }
  }
}

/** Which place of the output a place of the input reaches through one tap; −1 for none. */
function reached(place, tap, stride, dilation, pad, size) {
  const found = (place + pad - tap * dilation) / stride;
  return Number.isInteger(found) && found >= 0 && found < size ? found : -1;
}

/** Kernels (O, C, I, J) as (C, I, J, O). */
function channelsLast({ values, shape }) {
  const outputs = shape[0];
  const each = values.length / outputs;
  return Float32Array.from(
    values,
    (_, index) => values[(index % outputs) * each + Math.floor(index / outputs)],
  );
}

function channelsFirst(sums, channels, places) {
  const result = new Float32Array(sums.length);
  for (let place = 0; place < places; place += 1)
    for (let channel = 0; channel < channels; channel += 1)
      result[channel * places + place] = sums[place * channels + channel];
  return result;
}
