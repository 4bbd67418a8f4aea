/** nn.ReLU: max(0, z), where what is no number stays none. */

/** @type {import("./types.js").Layer} */
export function prepare() {
  return (values) => values.map((value) => (value < 0 ? 0 : value));
}
