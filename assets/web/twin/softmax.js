/** nn.Softmax over one vector: exp(z − max) as shares of their sum. */

/** @type {import("./types.js").Layer} */
export function prepare({ options, shape }) {
  if (shape.length !== 1 || ![1, -1].includes(options.dim)) return null;
  return (values) => {
    let most = -Infinity;
    for (const value of values) most = Math.max(most, value);
    const shares = values.map((value) => Math.exp(Math.fround(value - most)));
    let sum = 0;
    for (const share of shares) sum += share;
    return shares.map((share) => share / sum);
  };
}
