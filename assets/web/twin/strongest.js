/**
 * The strongest paths from the picture to one unit: products of a pixel and the weights on its way
 * through units that are on.
 */

import { reach, waysTo } from "./reaching.js";

/** @typedef {import("./reaching.js").Stage} Stage */
/**
 * @typedef {{units: number[], value: number, sign: number}} Path its unit at every step from the
 *   input on, the size of its product, and whether that adds (1) or takes away (−1)
 */

/**
 * The best that leads to each unit of every step, as the size of its product.
 *
 * @param {Stage[]} stages
 * @param {Float32Array[]} passed what every step put out, the picture first
 */
function reaches(stages, passed) {
  /** @type {Float64Array[]} */ const best = [Float64Array.from(passed[0], Math.abs)];
  for (const [place, stage] of stages.entries()) {
    const values = { entering: passed[place], leaving: passed[place + 1] };
    best.push(reach(stage, values, best[place]));
  }
  return best;
}

/**
 * Found from the unit backward, a layer at a time. What is known of each end of a path is the value
 * of the strongest path that has it, so that of as many ends as paths are wanted none is missed:
 * whatever goes on from any other is weaker than all of theirs.
 *
 * @param {Stage[]} stages of a chain
 * @param {Record<string, Float32Array>} outputs of every step, the picture as `input`
 * @param {number} unit of the last step @param {number} count how many paths
 * @returns {Path[]} the strongest first, exactly these and no others
 */
export function strongest(stages, outputs, unit, count) {
  const passed = [outputs.input, ...stages.map(({ id }) => outputs[id])];
  const best = reaches(stages, passed);
  const value = best[stages.length][unit];
  if (!value) return [];
  let ends = [{ units: [unit], weight: 1, value }];
  for (let place = stages.length - 1; place >= 0; place -= 1) {
    const kept = createBest(count);
    for (const end of ends) {
      const { places, weights } = waysTo(stages[place], passed[place], end.units[0]);
      for (let way = 0; way < places.length; way += 1) {
        const weight = weights ? end.weight * weights[way] : end.weight;
        const value = Math.abs(weight) * best[place][places[way]]; // no number in a padding
        if (value > 0) kept.offer(value, () => longer(end, places[way], weight, value));
      }
    }
    ends = kept.all();
  }
  return ends.map(({ units, weight, value }) => ({
    units,
    value,
    sign: Math.sign(weight * outputs.input[units[0]]),
  }));
}

const longer = ({ units }, at, weight, value) => ({ units: [at, ...units], weight, value });

/** A few of many, the largest first; only those that are kept are made. */
function createBest(count) {
  /** @type {{value: number, units: number[], weight: number}[]} */ const kept = [];
  return {
    all: () => kept,
    offer(value, made) {
      if (kept.length === count && value <= kept[count - 1].value) return;
      let place = kept.length;
      while (place > 0 && kept[place - 1].value < value) place -= 1;
      kept.splice(place, 0, made());
      if (kept.length > count) kept.pop();
    },
  };
}
