/** nn.Flatten: the same values in one line. */

/** @type {import("./types.js").Layer} */
export function prepare({ options }) {
  if (options.start_dim !== 1 || options.end_dim !== -1) return null;
  return (values) => values;
}
