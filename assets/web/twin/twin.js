/**
 * The twin: what the real network would answer, computed in the page for every frame.
 *
 * It has the very weights of the module behind the server and its arithmetic, no more: what is
 * shown before the hooks have confirmed it is only ever painted. A network that is no chain of
 * layers known here has no twin, nor has a picture that is perturbed on the server, nor what has
 * learnt there.
 */

import { learnt } from "../base/age.js";
import { bytes } from "../base/numbers.js";
import { changes } from "./edits.js";
import { createNetwork, known } from "./network.js";
import { strongest } from "./strongest.js";
import { read } from "./safetensors.js";

const REMEMBERED = 32; // passes kept: while one picture is drawn, the others of the batch stand
const LARGEST = 1e15; // of any value that is an answer, as on the server

/**
 * @typedef {Record<string, Float32Array>} Outputs what every step puts out for one image
 * @typedef {{values: Outputs, other: Outputs | null, otherFocus: number, passes: Outputs[],
 *   beyond: string}} Answer `values` of the image in focus, `other` those of the other side of a
 *   comparison, `passes` of the whole batch, `beyond` the first step with what is no number, or too
 *   large for anything to be proved of it; "" where there is none, else this is no answer
 * @typedef {"ready" | "loading" | "unknown" | "perturbed" | "taught" | "failed"} State why
 *   there is an answer, or none
 */

/**
 * @param {{models: any[], perturbations: Record<string, {neutral: any}>,
 *   get: (model: string, checkpoint: string, sha256: string) => Promise<ArrayBuffer>, changed: ()
 *   => void}} options `get` fetches a file of weights, `changed` is told when one has come or
 *   failed
 */
export function createTwin({ models, perturbations, get, changed }) {
  const cards = Object.fromEntries(models.map((model) => [model.name, model]));
  const networks = createNetworks(cards, get, changed);
  /** @type {Map<string, Outputs>} */ const passes = new Map();
  const bounds = createBounds(cards);

  const named = (query, checkpoint) => checkpoint || cards[query.model].default;

  /** Which checkpoints a query computes with. */
  function checkpoints({ model, checkpoint, edits, versus }) {
    const patches = [...edits, ...(versus?.edits ?? [])].flatMap(({ source }) => source ?? []);
    const all = [
      checkpoint,
      ...patches.map((each) => each.checkpoint),
      versus?.checkpoint ?? checkpoint,
    ];
    return [...new Set(all.map((each) => named({ model }, each)))];
  }

  /** @returns {State} */
  function state(query) {
    const card = cards[query.model];
    if (!card || !known(card.chain)) return "unknown";
    if (learnt(query)) return "taught";
    const changed = ([name, { neutral }]) => (query.options[name] ?? neutral) !== neutral;
    if (Object.entries(perturbations).some(changed)) return "perturbed";
    const found = checkpoints(query).map((each) => networks.state(query.model, each));
    return (
      /** @type {State[]} */ (["failed", "unknown", "loading"]).find((each) =>
        found.includes(each),
      ) ?? "ready"
    );
  }

  /**
   * One image through one checkpoint with edits; what was computed before is not computed again.
   */
  function pass(query, image, checkpoint, edits) {
    const key = JSON.stringify([
      query.model,
      networks.file(query.model, checkpoint).sha256,
      checkpoint,
      edits,
      edits.length ? query.images : "",
      query.images[image],
    ]);
    const before = passes.get(key);
    if (before) return before;
    const source = (edit) =>
      pass(query, edit.source.image, named(query, edit.source.checkpoint), [])[edit.step];
    const network = networks.find(query.model, checkpoint);
    const outputs = network.run(
      entering(query.images[image], cards[query.model].input),
      changes(edits, source),
    );
    bounds.keep(outputs);
    passes.set(key, outputs);
    if (passes.size > REMEMBERED) passes.delete([...passes.keys()][0]);
    return outputs;
  }

  return {
    state,
    last: (query) => ending(cards, query),
    /** Fetch what a query computes with. */
    load(query) {
      if (known(cards[query.model]?.chain))
        for (const each of checkpoints(query)) networks.load(query.model, each);
    },
    renew: networks.renew,
    /** Fetch weights before they are wanted, one after the other. */
    async prefetch(model, names) {
      if (known(cards[model]?.chain)) for (const each of names) await networks.load(model, each);
    },
    /** @returns {Answer | null} null unless ready */
    answer(query) {
      if (state(query) !== "ready") return null;
      const { focus, versus, edits, checkpoint } = query;
      const all = query.images.map((_, image) =>
        pass(query, image, named(query, checkpoint), edits),
      );
      const otherFocus = versus?.image ?? focus;
      const other =
        versus &&
        pass(
          query,
          otherFocus,
          named(query, versus.checkpoint ?? checkpoint),
          versus.edits ?? edits,
        );
      const beyond = bounds.broken(query, all) || bounds.broken(query, other ? [other] : []);
      return { values: all[focus], passes: all, other, otherFocus, beyond };
    },
    /** The parameters that a query is computed with, by step. */
    parameters: ({ model, checkpoint }) => networks.parameters(model, named({ model }, checkpoint)),
    /**
     * The strongest paths to the answer.
     *
     * @param {any} query
     * @param {Answer} answer
     */
    paths(query, { values, beyond }, count) {
      const { stages } = networks.find(query.model, named(query, query.checkpoint));
      if (!stages.length || beyond) return [];
      return strongest(stages, values, largest(values[ending(cards, query)]), count);
    },
    /**
     * A batch as `{probabilities, classes}`, as replies have it.
     *
     * @param {any} query
     * @param {Answer} answer
     */
    prediction(query, { passes: all }) {
      const probabilities = all.map((outputs) => Array.from(outputs[ending(cards, query)]));
      return { probabilities, classes: probabilities.map(largest) };
    },
  };
}

/**
 * The step that a pass ends with. Not the last key of its outputs: in JavaScript keys such as "0",
 * as of an nn.Sequential, come before all others.
 */
const ending = (cards, { model }) => cards[model].chain.at(-1).id;

/** The networks by checkpoint, each fetched once. */
function createNetworks(cards, get, changed) {
  /** @type {Map<string, {state: State, network?: any, found?: ArrayBuffer}>} */
  const entries = new Map();
  /** The parameters asked for last: numbers in full have twice the bytes of their file. */
  let latest = { key: "", parameters: {} };

  const file = (model, checkpoint) => cards[model].weights?.[checkpoint];

  /** Networks of weights that are no longer there, as those trained here, are let go. */
  function clear() {
    for (const key of entries.keys()) {
      const [model, checkpoint] = JSON.parse(key);
      if (!file(model, checkpoint)) entries.delete(key);
    }
  }

  async function load(model, checkpoint) {
    const [key, wanted] = [keyOf(model, checkpoint), file(model, checkpoint)];
    const known = entries.get(key)?.state;
    if (!wanted || (known && known !== "failed")) return;
    clear();
    entries.set(key, { state: "loading" });
    try {
      const found = await get(model, checkpoint, wanted.sha256);
      if (file(model, checkpoint)?.sha256 !== wanted.sha256) return; // others are meant meanwhile
      const network = createNetwork(cards[model].chain, read(found));
      entries.set(key, { state: network ? "ready" : "unknown", network, found });
    } catch {
      // the server answers meanwhile; the next query tries again
      if (file(model, checkpoint)?.sha256 !== wanted.sha256) return;
      entries.set(key, { state: "failed" });
    }
    changed();
  }

  return {
    load,
    file,
    /**
     * What a reply says of the weights of a module that is alive behind the server: with others, or
     * of another chain, nothing is computed any more. Whether they were let go.
     *
     * @param {string} model
     * @param {{sha256: string, bytes: number, mark: string} | null} weights
     */
    renew(model, weights) {
      const { living, default: usual, weights: before = {} } = cards[model] ?? {};
      const now = weights && weights.mark === living ? { [usual]: weights } : {};
      if (!living || before[usual]?.sha256 === now[usual]?.sha256) return false;
      cards[model].weights = now;
      entries.delete(keyOf(model, usual));
      latest = { key: "", parameters: {} };
      return true;
    },
    /** @type {(model: string, checkpoint: string) => State} */
    state(model, checkpoint) {
      if (!file(model, checkpoint)) return "unknown";
      return entries.get(keyOf(model, checkpoint))?.state ?? "loading";
    },
    find: (model, checkpoint) => entries.get(keyOf(model, checkpoint))?.network,
    /** The parameters of every step of a network that is ready, by step. */
    parameters(model, checkpoint) {
      const key = keyOf(model, checkpoint);
      const { found } = entries.get(key) ?? {};
      if (!found) return {};
      if (latest.key !== key) latest = { key, parameters: sorted(cards[model], read(found)) };
      return latest.parameters;
    },
  };
}

function sorted({ chain }, tensors) {
  const own = ({ id, parameters }) => {
    const named = Object.entries(parameters).map(([name, path]) => [name, tensors[path]]);
    return [id, Object.fromEntries(named)];
  };
  return Object.fromEntries(chain.map(own));
}

const keyOf = (...names) => JSON.stringify(names);

/**
 * Grey values 0 to 255 as the network receives them: 0 to 1, less the mean and divided by the
 * deviation, if any.
 */
function entering(image, { mean = [], std = [] } = {}) {
  const values = Float32Array.from(bytes(image), (grey) => grey / 255);
  if (!mean.length) return values;
  const plane = values.length / mean.length;
  const [middle, spread] = [mean.map(Math.fround), std.map(Math.fround)];
  return values.map((value, index) => {
    const map = Math.floor(index / plane);
    return Math.fround(value - middle[map]) / spread[map];
  });
}

/** Which passes have values that no answer has: each is looked through once, as it is computed. */
function createBounds(cards) {
  /** The first such step of a pass. @type {WeakMap<Outputs, string>} */
  const steps = new WeakMap();
  return {
    /** @param {Outputs} outputs */
    keep(outputs) {
      const step = Object.keys(outputs).find((id) => !bounded(outputs[id]));
      if (step) steps.set(outputs, step);
    },
    /** The first step of several passes, as the server names it; "" where all are numbers. */
    broken({ model }, several) {
      const found = new Set(several.map((outputs) => steps.get(outputs)));
      return ["input", ...cards[model].chain.map(({ id }) => id)].find((id) => found.has(id)) ?? "";
    },
  };
}

/** @param {Float32Array} values */
function bounded(values) {
  for (let index = 0; index < values.length; index += 1)
    if (!(Math.abs(values[index]) <= LARGEST)) return false; // so is what is no number
  return true;
}

/** Where the first of the largest stands. @param {any} values @returns {number} */
export function largest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
