/** nn.MaxPool2d on one image: the largest value under each window; what is no number wins. */

const pair = (value) => (Array.isArray(value) ? value : [value, value]);

/** @type {import("./types.js").Layer} */
export function prepare({ options, takes, shape }) {
  if (takes.length !== 3 || options.return_indices) return null;
  const size = pair(options.kernel_size);
  const [stride, padding, dilation] = [
    pair(options.stride ?? size),
    pair(options.padding ?? 0),
    pair(options.dilation ?? 1),
  ];
  const [channels, height, width] = shape;
  const down = windows(size[0], stride[0], padding[0], dilation[0], takes[1], height);
  const across = windows(size[1], stride[1], padding[1], dilation[1], takes[2], width);
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

/** For every place of the output along one side, which places of the input its window covers. */
function windows(size, stride, padding, dilation, length, count) {
  return Array.from({ length: count }, (_, place) =>
    Array.from({ length: size }, (_each, tap) => place * stride - padding + tap * dilation).filter(
      (found) => found >= 0 && found < length,
    ),
  );
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
