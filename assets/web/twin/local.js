/**
 * Answers without a server: the words and figures that Python has recorded, filled with what the
 * twin computes.
 *
 * Nothing here is confirmed by hooks, and the page says so.
 */

import { bytes } from "../base/numbers.js";
import { sure } from "../base/sure.js";
import { limit } from "../canvas/arrays.js";
import { kindOf } from "../kinds/index.js";
import { createWords } from "../state/words.js";
import { explained } from "./explaining.js";
import { paths } from "./paths.js";
import { names, renamed } from "./sides.js";
import { createStages, sourcesOf } from "./stages.js";
import { fraction } from "./sums.js";
import { createTwin, largest } from "./twin.js";

/**
 * @typedef {{steps: any[], facts: Record<string, string[]>, stages: any, compared: any}} Recorded
 *   of one network in one language
 * @typedef {(model: string, checkpoint: string) => Promise<ArrayBuffer>} Get the file of weights
 */

/**
 * Facts of values, by the keys of their words.
 *
 * @type {Record<string, (values: Float32Array) => number>}
 */
const FACTS = {
  count: (values) => values.length,
  minimum: (values) => Math.min(...values),
  maximum: (values) => Math.max(...values),
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  positive: (values) => values.filter((value) => value > 0).length,
  off: (values) => values.filter((value) => value <= 0).length,
  ink: (values) => values.filter((value) => value !== 0).length,
};

/**
 * @param {{start: any, recorded: Record<string, Record<string, Recorded>>, get: Get}} file
 *   `recorded` by language and network
 */
export function createLocal({ start, recorded, get }) {
  /** @type {(() => void)[]} who waits for the twin */ const waiting = [];
  const twin = createTwin({ ...start, get, changed: again });
  const kept = ({ language, model }) => recorded[language]?.[model];
  const stages = createStages(
    async (query) => ({ sections: { stages: recordedStages(query) } }),
    () => {},
  );

  /** What the two sides of a query's comparison are called. */
  function sides(query) {
    const { checkpoints, default: usual } = start.models.find(({ name }) => name === query.model);
    return names(query, { say: sayIn(query), checkpoints, usual });
  }

  const sayIn = ({ language }) => createWords(start.words, () => language);

  function recordedStages(query) {
    const { stages: alone, compared } = kept(query);
    if (!query.versus) return alone;
    const called = sides(query);
    const found = Object.entries(compared).map(([id, stage]) => {
      return [id, { ...stage, figure: renamed(stage.figure, called, sayIn(query)) }];
    });
    return Object.fromEntries(found);
  }

  /** Wait until the twin can answer, or is known not to. */
  async function settled(query) {
    twin.load(query);
    while (twin.state(query) === "loading")
      await new Promise((resolve) => waiting.push(() => resolve(null)));
  }

  function again() {
    for (const each of waiting.splice(0)) each();
  }

  async function view(text) {
    const query = JSON.parse(text);
    const say = sayIn(query);
    const found = kept(query);
    if (!found?.steps.some(({ id }) => id === query.step))
      return { error: { message: say("file.unknown") } };
    await settled(query);
    if (twin.state(query) !== "ready") return { error: { message: say("file.unknown") } };
    const { beyond: step } = sure(twin.answer(query));
    if (step) return { error: { message: say("values.beyond", { step }) } };
    await stages.load(query);
    return reply(query, { found, say, parameters: twin.parameters(query) });
  }

  function reply(query, { found, say, parameters }) {
    const answer = sure(twin.answer(query));
    const steps = found.steps.map((step) => scaled(step, query, answer));
    const called = query.versus && sides(query);
    const { input: taken, chain } = start.models.find(({ name }) => name === query.model);
    const sources = sourcesOf(found.stages);
    const link = (step) => chain.find(({ id }) => id === step);
    const last = twin.last(query);
    const pass = { query, answer, steps, say, parameters, called, sources, taken, link, last };
    const natural = () => sure(twin.answer({ ...query, edits: [], versus: null })).values;
    return {
      steps,
      tensors: answer.values,
      prediction: { labels: labels(start, query), instead: [], ...twin.prediction(query, answer) },
      facts: facts(pass, found.facts[query.step]),
      checks: [whole(pass)],
      texts: stages.texts(query),
      notices: bytes(query.images[query.focus]).some(Boolean) ? [] : [say("notice.empty")],
      figure: stages.figure(query, { steps, values: answer.values, other: answer.other }),
      sections: sections(pass, recordedStages(query), natural),
    };
  }

  return { view };
}

const labels = ({ models }, { model, language }) =>
  models.find(({ name }) => name === model).labels[language];

/** A recorded step with this batch and these values. */
function scaled(step, { images }, { values, other }) {
  const sides = other ? [values, other] : [values];
  const over = sides.flatMap((side) => step.over.map((id) => side[id]));
  const end = over.length ? limit(...over) : step.limit;
  const shape = [images.length, ...step.shape.slice(1)];
  return { ...step, shape, size: shape, limit: end };
}

function facts({ query, answer, say }, keys) {
  const values = answer.values[query.step];
  return keys
    .filter((key) => FACTS[key])
    .map((key) => ({ key, label: say(`fact.${key}`), value: FACTS[key](values) }));
}

/** That the probabilities are parts of one whole. */
function whole({ answer, say, last }) {
  const left = FACTS.sum(answer.values[last]);
  const residual = Math.abs(left - 1);
  const tolerance = 1e-6;
  const sentence = say("check.sum");
  return {
    key: "sum",
    sentence,
    left,
    right: 1,
    residual,
    tolerance,
    passed: residual <= tolerance,
  };
}

/** What a query asks for beside the values, as far as it can be known here. */
function sections(pass, stages, natural) {
  const { query, answer, sources, parameters, link } = pass;
  const { show, unit } = query;
  const parametersOf = (step) => parameters[step] ?? {};
  const found = { stages: show.includes("stages") ? stages : null, versus: versus(pass) };
  if (show.includes("unit") && unit !== null) found.unit = explained(pass, natural);
  if (show.includes("softmax")) found.softmax = softmax(pass);
  if (show.includes("paths") && unit !== null)
    found.paths = paths(query, { values: answer.values, sources, parametersOf, link });
  return found;
}

/** The fraction of the image in focus at a temperature, and every row of the batch. */
function softmax({ query, answer, sources, last }) {
  const temperature = query.options.temperature ?? 1;
  const logits = (outputs) => outputs[sources[last]];
  const rows = answer.passes.map((each) => fraction(logits(each), temperature).probabilities);
  const mine = logits(answer.values);
  const parts = fraction(mine, temperature);
  const overflows = parts.maximum > Math.log(3.4028234663852886e38) * temperature;
  return { temperature, logits: Array.from(mine), ...parts, naive_overflows: overflows, rows };
}

/** The other side of a comparison, and how far apart the two are at every step. */
function versus({ query, answer, steps, called, last }) {
  const { other, otherFocus, values } = answer;
  if (!other) return null;
  const apart = Object.fromEntries(
    steps.map((step) => [step.id, between(step, values[step.id], other[step.id])]),
  );
  const probabilities = Array.from(other[last]);
  const winner = largest(probabilities);
  const checkpoint = query.versus.checkpoint ?? query.checkpoint;
  const side = { names: called, focus: otherFocus, checkpoint, tensors: other };
  return { ...side, probabilities, winner, apart };
}

function between(step, one, two) {
  const differences = one.map((value, index) => two[index] - value);
  const apart = {
    largest: Math.max(...differences.map(Math.abs)),
    changed: differences.filter((value) => value !== 0).length,
  };
  if (!kindOf(step).switches) return apart;
  const units = Array.from(one.keys());
  return { ...apart, switched: units.filter((unit) => one[unit] > 0 !== two[unit] > 0) };
}
