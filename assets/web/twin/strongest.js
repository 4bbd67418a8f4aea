/**
 * The strongest paths from the picture to one unit: products of a pixel and the weights on its way
 * through units that are on.
 */

/**
 * @typedef {{id: string, weight: import("./types.js").Tensor | null}} Stage a layer; one without
 *   weights passes unit to unit
 * @typedef {{units: number[], value: number, sign: number}} Path its unit at every step from the
 *   input on, the size of its product, and whether that adds (1) or takes away (−1)
 */

const strongerFirst = (one, other) => other.value - one.value;

/**
 * The best that leads to each unit of every step, as the size of its product.
 *
 * @param {Stage[]} stages
 * @param {Record<string, Float32Array>} outputs of every step, the picture as `input`
 */
function reaches(stages, outputs) {
  /** @type {Float64Array[]} */ const best = [Float64Array.from(outputs.input, Math.abs)];
  for (const [place, { id, weight }] of stages.entries()) {
    const [before, after] = [best[place], outputs[id]];
    const entering = outputs[stages[place - 1]?.id ?? "input"];
    const reach = weight
      ? widest(weight, before)
      : before.map((value, unit) => (after[unit] === 0 && entering[unit] !== 0 ? 0 : value));
    best.push(reach);
  }
  return best;
}

/**
 * The largest |weight| × reach over all inputs, for each output.
 *
 * @param {import("./types.js").Tensor} weight
 */
function widest({ values, shape }, before) {
  const [count, inputs] = shape;
  const lit = Int32Array.from(before.keys()).filter((input) => before[input] > 0);
  const result = new Float64Array(count);
  for (let unit = 0; unit < count; unit += 1) {
    let most = 0;
    for (let at = 0; at < lit.length; at += 1) {
      const size = Math.abs(values[unit * inputs + lit[at]]) * before[lit[at]];
      if (size > most) most = size;
    }
    result[unit] = most;
  }
  return result;
}

/**
 * @param {Stage[]} stages of a chain
 * @param {Record<string, Float32Array>} outputs of every step, the picture as `input`
 * @param {number} unit of the last step @param {number} count how many paths
 * @returns {Path[]} the strongest first, exactly these and no others
 */
export function strongest(stages, outputs, unit, count) {
  const best = reaches(stages, outputs);
  /** @type {Map<string, Path[]>} */ const known = new Map();

  /** Those that end in a unit of a step. @returns {Path[]} */
  function into(place, end) {
    if (best[place][end] === 0) return [];
    if (place === 0)
      return [{ units: [end], value: best[0][end], sign: Math.sign(outputs.input[end]) }];
    const key = `${place}/${end}`;
    if (!known.has(key)) known.set(key, found(place, end));
    return known.get(key);
  }

  function found(place, end) {
    const { weight } = stages[place - 1];
    if (!weight) return into(place - 1, end).map((path) => longer(path, end, 1));
    const inputs = weight.shape[1];
    const sources = [];
    for (let input = 0; input < inputs; input += 1) {
      const size = weight.values[end * inputs + input];
      const value = Math.abs(size) * best[place - 1][input];
      if (value > 0) sources.push({ input, size, value });
    }
    sources.sort(strongerFirst).splice(count); // no path of a later one is among the best
    /** @type {Path[]} */ let paths = [];
    for (const { input, size, value } of sources) {
      if (paths.length === count && value <= paths[count - 1].value) break;
      const more = into(place - 1, input).map((path) => longer(path, end, size));
      paths = [...paths, ...more].sort(strongerFirst).slice(0, count);
    }
    return paths;
  }

  return into(stages.length, unit);
}

/** A path one step further, through a weight. */
function longer({ units, value, sign }, unit, weight) {
  return {
    units: [...units, unit],
    value: value * Math.abs(weight),
    sign: sign * Math.sign(weight),
  };
}
