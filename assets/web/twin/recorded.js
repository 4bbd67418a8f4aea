/**
 * Answers without a server of a network that the page cannot compute: one pass, as the hooks of the
 * real module recorded it, step by step. Nothing is computed here, and nothing can be changed.
 */

import { marked } from "../canvas/arrays.js";
import { decode, decodeTyped } from "../base/numbers.js";
import { createWords } from "../state/words.js";

const POINTER = "→";

/**
 * @typedef {{facts: any[], texts: Record<string, string>, figure: any}} Stage
 * @typedef {Record<string, {reply: any, stages: Record<string, Stage>}>} Passed by language
 */

/** @param {[any, string[]]} pooled JSON whose long texts stand behind it @returns {any} */
export function unpooled([value, texts]) {
  if (Array.isArray(value)) return value.map((each) => unpooled([each, texts]));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0][0] === POINTER) return texts[value[POINTER]];
  return Object.fromEntries(entries.map(([name, each]) => [name, unpooled([each, texts])]));
}

/** @param {{start: any, passed: Passed}} file */
export function createRecorded({ start, passed }) {
  async function view(text) {
    const query = JSON.parse(text);
    const { reply, stages } = passed[query.language];
    if (query.model !== start.models[0].name || !Object.hasOwn(stages, query.step)) {
      const say = createWords(start.words, () => query.language);
      return { error: { message: say("file.unknown") } };
    }
    const stage = stages[query.step];
    const figure = query.unit === null ? stage.figure : framed(stage.figure, query.unit);
    return { ...reply, ...stage, figure, sections: { unit: unit(reply, query) } };
  }

  return { view };
}

/** The pinned unit's value, and no more; of a step that was too large to be kept whole, nothing. */
function unit({ steps, tensors }, { step: id, unit, show }) {
  if (unit === null || !show.includes("unit")) return null;
  const step = steps.find((each) => each.id === id);
  if (step.block.length) return null;
  return { step: id, kind: "", unit, value: decode(tensors[id])[unit] };
}

/** A figure with a frame around a unit. */
function framed(figure, unit) {
  const decoded = (customdata) => (customdata?.bdata ? decodeTyped(customdata) : customdata);
  const data = figure.data.map((trace) => ({ ...trace, customdata: decoded(trace.customdata) }));
  const { layout } = marked({ ...figure, data }, unit);
  return { ...figure, layout };
}
