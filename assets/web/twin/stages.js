/** What the stage shows at every step apart from values: asked for once, filled here ever after. */

import { filled, marked } from "../canvas/arrays.js";

/**
 * What the words and the structure of figures depend on; those of a comparison name its two sides.
 */
function key({ model, language, versus, focus, checkpoint }) {
  const sides = versus && [
    versus.image,
    versus.checkpoint,
    versus.edits?.length,
    focus,
    checkpoint,
  ];
  return JSON.stringify([model, language, sides]);
}

/** Where the input of each step comes from. @param {Record<string, any>} stages */
export function sourcesOf(stages) {
  return Object.fromEntries(Object.entries(stages).map(([id, { source }]) => [id, source]));
}

/**
 * @param {(query: any) => Promise<any>} ask a question beside the one on screen
 * @param {() => void} changed there are more of them
 */
export function createStages(ask, changed) {
  /** @type {Map<string, any>} */ const known = new Map();

  /** The stage of a query's step; null where it is not known, or where no hook saw what goes in. */
  function find(query) {
    const stages = known.get(key(query)) ?? {};
    if (!Object.hasOwn(stages, query.step)) return null; // a link may name a step “__proto__”
    const stage = stages[query.step];
    const needs = stage.figure.data.some(({ meta }) => meta?.of === "before");
    return needs && !stage.source ? null : stage;
  }

  return {
    has: (query) => find(query) !== null,
    /** The step whose output goes into each step; null where the stages are not known yet. */
    sources(query) {
      const stages = known.get(key(query));
      return stages ? sourcesOf(stages) : null;
    },
    texts: (query) => find(query)?.texts ?? {},
    /** The figure of a query's step with these values, or null. */
    figure(query, { steps, values, other }) {
      const stage = find(query);
      const compares = stage?.figure.data.some(({ meta }) => meta?.of === "other");
      if (!stage || (compares && !other)) return null; // a view that asks for one side alone
      const at = (id) => steps.find((step) => step.id === id);
      const [step, before] = [at(query.step), at(stage.source)];
      const figure = filled(stage.figure, {
        tensors: {
          after: values[query.step],
          before: values[stage.source],
          other: other?.[query.step],
        },
        grids: { after: step.grid, before: before?.grid, other: step.grid },
        limit: step.limit,
      });
      return query.unit === null ? figure : marked(figure, query.unit);
    },
    async load(query) {
      const name = key(query);
      if (known.has(name)) return;
      known.set(name, null);
      try {
        const reply = await ask({ ...query, unit: null, show: ["stages"] });
        if (!reply.sections?.stages) throw new Error("no stages");
        known.set(name, reply.sections.stages);
        changed();
      } catch {
        known.delete(name); // with the next reply it is asked for again
      }
    },
  };
}
