/** The windows of a pool: which places of what goes in each of its values is chosen from. */

const pair = (value) => (Array.isArray(value) ? [value[0], value.at(-1)] : [value, value]);

/**
 * For every row of the output which rows its windows cover, and for every column which columns.
 *
 * @param {{options: Record<string, any>, takes: number[], shape: number[]}} layer
 */
export function windows({ options, takes, shape }) {
  const size = pair(options.kernel_size);
  const [stride, padding, dilation] = [
    pair(options.stride ?? size),
    pair(options.padding ?? 0),
    pair(options.dilation ?? 1),
  ];
  const [down, across] = [0, 1].map((axis) =>
    Array.from({ length: shape[axis + 1] }, (_, place) =>
      Array.from(
        { length: size[axis] },
        (_each, tap) => place * stride[axis] - padding[axis] + tap * dilation[axis],
      ).filter((found) => found >= 0 && found < takes[axis + 1]),
    ),
  );
  return { down, across };
}

/** The windows of layers that were asked for: a path asks for those of thousands of values. */
const known = new WeakMap();

/**
 * Where in what goes in the values under one window stand, row by row.
 *
 * @param {import("./types.js").Link} link
 * @param {number[]} place channel, row and column of what comes out
 */
export function covered(link, [channel, row, column]) {
  if (!known.has(link)) known.set(link, windows(link));
  const { down, across } = known.get(link);
  const [, height, width] = link.takes;
  return down[row].flatMap((y) => across[column].map((x) => (channel * height + y) * width + x));
}

/**
 * Which of some places holds the largest value: of equal ones the first; what is no number wins.
 *
 * @param {number[]} window @param {ArrayLike<number>} values
 */
export function winner(window, values) {
  const lost = window.find((at) => Number.isNaN(values[at]));
  return lost ?? window.reduce((best, at) => (values[at] > values[best] ? at : best));
}
