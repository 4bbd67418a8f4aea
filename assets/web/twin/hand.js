/**
 * The hand: what the page computes itself, painted in the very frame in which something changes.
 *
 * It paints values, never facts: those come from the hooks, as does the word that the values are
 * right. Every reply is compared with the twin's answer to the same question. As long as they
 * agree, the server is asked only now and then while the pen moves, and answers with sums alone;
 * once one value of any step differs, that checkpoint has no twin.
 */

import { limit } from "../canvas/arrays.js";
import { weightsAddress } from "../state/posting.js";
import { decoded } from "../state/passes.js";
import { apart, sums, TOGETHER, TOLERANCE } from "./comparing.js";
import { explained } from "./explaining.js";
import { createStages } from "./stages.js";
import { createTwin, largest } from "./twin.js";

/**
 * @typedef {import("../state/types.js").Page} Page
 * @typedef {import("../state/types.js").Query} Query
 */

/** Whether the page is asked to compute nothing, as for measuring. */
const unwanted = () => new URLSearchParams(location.search).get("twin") === "off";

/** @param {Page} page */
export function createHand(page) {
  let off = unwanted();
  const twin = createTwin({ ...page.start, get: page.weights ?? fetched, changed });
  const stages = createStages(page.live.ask, () => meanwhile());
  const units = createUnits(page, twin, stages);
  const [verdicts, next] = [createVerdicts(), createNext(paint)];
  /** The last reply: what stays around the values. @type {any} */ let frame = null;

  /** Whether the page can answer a query itself. */
  function able(query) {
    const fits = frame?.query.model === query.model && frame.query.language === query.language;
    return !off && fits && !verdicts.refuted(query) && twin.state(query) === "ready";
  }

  /** The page's own answer to a query, or none. */
  const own = (query) => (able(query) ? twin.answer(query) : null);

  /** Weights have come: the last reply says at once whether they are right. */
  function changed() {
    if (!frame) return;
    check(frame.reply, frame.query);
    page.painting.checked(frame.reply);
    meanwhile();
  }

  /** Something is asked that could not be painted before. */
  function meanwhile() {
    if (page.root.dataset.state === "loading") show(page.wanted(), performance.now());
  }

  /** Paint this and nothing older any more; false where there is nothing to paint from. */
  function show(query, since) {
    const can = able(query) && !page.painting.refused(query);
    next.show(can ? { query, since } : null);
    return can;
  }

  function paint({ query, since }) {
    const reply = renewed(query);
    if (reply) page.painting.hand(units.added(reply, query), query, since);
    else if (able(query)) refuse(page, twin.answer(query), query);
  }

  /** The last reply with the twin's answer to a query as its values; null without one. */
  function renewed(query) {
    const answer = own(query);
    if (!answer || answer.beyond) return null; // what is no number is no answer
    const { values, other } = answer;
    const { reply } = frame;
    const steps = rescaled(reply.steps, other ? [values, other] : [values]);
    return {
      ...reply,
      steps,
      values,
      prediction: { ...reply.prediction, ...twin.prediction(query, answer) },
      figure: stages.figure(query, { steps, values, other }),
      texts: { ...reply.texts, ...stages.texts(query) },
      sections: {
        ...reply.sections,
        versus: side(reply.sections.versus, answer, twin.last(query)),
      },
    };
  }

  /** Add to a reply whether the page has computed the same. */
  function check(reply, query) {
    if (page.weights) return; // the page would be compared with itself
    const answer = own(query);
    const found = answer ? verdicts.compared(query, reply, answer) : verdicts.refuted(query);
    reply.checks = reply.checks.filter(({ key }) => key !== "twin");
    if (!found) return;
    const how = page.say(found.sums ? "check.sums" : "check.values", { count: TOGETHER });
    reply.checks.push({ ...found, sentence: page.say("check.twin"), how });
  }

  /** Whether the page has the sums of a reply; if not, that is said at once. */
  function compared(reply, query) {
    check(reply, query);
    if (verdicts.refuted(query)) page.painting.checked(reply);
    return own(query) !== null;
  }

  /** A reply of the hooks has come: complete it, and compare. */
  function received(reply, query) {
    frame = { reply, query };
    next.answered(query);
    if (off || !chain(page, query)) return;
    if (twin.renew(query.model, reply.weights)) verdicts.forget(query);
    const { values, steps, sections } = reply;
    reply.figure ??= stages.figure(query, { steps, values, other: sections.versus?.values });
    stages.load(query);
    check(reply, query);
  }

  return {
    ...{ able, show, renewed, received },
    /** Whether the server has the networks of this page. @param {boolean} now */
    trust(now) {
      off = unwanted() || !now;
    },
    /** Fetch the weights that a query is computed with. */
    load(query) {
      if (!off) twin.load(query);
    },
    /** The reply of the server to a question, with every value. */
    asked(text, view) {
      return off ? view(text) : asked(stages, { own, compared }, text, view);
    },
    /** The strongest paths to the answer of a query; none where the page cannot compute it. */
    paths(query, count) {
      const answer = own(query);
      return answer ? twin.paths(query, answer, count) : [];
    },
    /** Why the page does not compute, or that it does: a key of words. */
    state(query) {
      if (page.weights) return "local";
      return verdicts.refuted(query) ? "failed" : able(query) ? "hooks" : "server";
    },
    prefetch(checkpoints) {
      if (!off) twin.prefetch(page.store.get().model, checkpoints);
    },
    /** Whether the server is away: then units are explained here, too. @param {boolean} now */
    alone: (now) => units.needed(now) && show(page.wanted(), performance.now()),
  };
}

/**
 * Ask without what is known here. Where sums alone come, as while the pen moves, the values are the
 * page's own if it has the same sums; if not, that is said at once, and all values are asked for.
 *
 * @param {ReturnType<typeof createStages>} stages
 * @param {{own: (query: any) => any, compared: (reply: any, query: any) => boolean}} hand
 *   `compared` whether the page has the same
 * @param {string} text a query @param {(text: string) => Promise<any>} view the server
 */
async function asked(stages, { own, compared }, text, view) {
  const reply = await view(lean(stages, text));
  if (!reply?.sums) return reply;
  const { sums: _, ...query } = JSON.parse(text);
  const found = { ...reply, tensors: own(query)?.values, sums: decoded(reply.sums) };
  return compared(found, query) ? found : view(lean(stages, JSON.stringify(query)));
}

/** A query without the figure whose structure stands. @param {string} text */
function lean(stages, text) {
  const query = JSON.parse(text);
  if (!stages.has(query)) return text;
  return JSON.stringify({ ...query, show: query.show.filter((each) => each !== "figure") });
}

/** Say why there is no answer, in the frame in which it would have been painted. */
function refuse({ painting, say }, answer, query) {
  const step = answer?.beyond;
  if (step) painting.refuse(say("values.beyond", { step }), query);
}

/** Whether the page knows the arithmetic of a query's network. */
function chain({ start }, { model }) {
  return start.models.find((each) => each.name === model)?.chain;
}

/** Where the pinned unit's value comes from, while nobody else can say. */
function createUnits({ start }, twin, stages) {
  let away = false; // the server

  function unit(query, steps) {
    const sources = stages.sources(query);
    const { input, chain: links } = start.models.find(({ name }) => name === query.model);
    const link = (step) => links.find(({ id }) => id === step);
    const natural = () => twin.answer({ ...query, edits: [], versus: null }).values;
    const parameters = twin.parameters(query);
    const pass = { query, answer: twin.answer(query), steps, sources, parameters, link };
    return sources && explained({ ...pass, taken: input }, natural);
  }

  return {
    /** Whether the server has gone just now. @param {boolean} now whether it is away */
    needed: (now) => away !== now && (away = now),
    /** A reply with the unit of a query, where the page has to say it. */
    added(reply, query) {
      return away && query.unit !== null ? { ...reply, unit: unit(query, reply.steps) } : reply;
    },
  };
}

/** What the twin's answers are worth, by checkpoint: one that is refuted once has no twin. */
function createVerdicts() {
  /** @type {Map<string, any>} */ const refuted = new Map();
  const name = ({ model, checkpoint }) => `${model}/${checkpoint}`;
  return {
    /** Other weights are another network. */
    forget: (query) => refuted.delete(name(query)),
    /** The check that failed, or null. */
    refuted: (query) => refuted.get(name(query)) ?? null,
    /** The check of an answer against what the hooks saw. */
    compared(query, reply, answer) {
      const worst = difference(reply, answer);
      const passed = worst.residual <= TOLERANCE;
      const found = { key: "twin", ...worst, tolerance: TOLERANCE, passed, sums: !!reply.sums };
      if (!passed) refuted.set(name(query), found);
      return found;
    },
  };
}

/** How far a reply and the twin's answer are apart: by the sums where it has no values itself. */
function difference({ steps, sums: summed, values: hooked }, { values }) {
  return summed ? apart(steps, sums(values), summed) : apart(steps, values, hooked);
}

/**
 * What is to be painted: the newest choice, since the moment of the first of them; none where the
 * hooks have answered that very choice meanwhile. It is painted at once, as a key is heard in the
 * midst of a frame; once in a frame, so that what comes faster waits for the next.
 *
 * @param {(due: {query: any, since: number}) => void} paint
 */
function createNext(paint) {
  /** @type {{query: any, since: number} | null} */ let due = null;
  let painted = false; // in this frame
  const asked = ({ images, show: _, ...choice }) => JSON.stringify([images, choice]);
  function turn() {
    if (!due || painted) return;
    const now = due;
    due = null;
    painted = true;
    requestAnimationFrame(frame);
    paint(now);
  }
  function frame() {
    painted = false;
    turn();
  }
  return {
    /** @param {{query: any, since: number} | null} choice or none */
    show(choice) {
      if (choice && !due) queueMicrotask(turn); // the question to the server leaves before
      due = choice && { ...choice, since: due?.since ?? choice.since };
    },
    answered(query) {
      if (due && asked(due.query) === asked(query)) due = null;
    },
  };
}

/** Steps whose scale follows their values, with its end for those of one side or of both. */
function rescaled(steps, sides) {
  const end = ({ over }) => limit(...sides.flatMap((side) => over.map((id) => side[id])));
  return steps.map((step) => (step.over.length ? { ...step, limit: end(step) } : step));
}

/** The other side of a comparison, which ends with a step, as a reply has it. */
function side(before, { other, otherFocus }, last) {
  if (!other) return null;
  const probabilities = Array.from(other[last]);
  const winner = largest(probabilities);
  return { ...before, values: other, probabilities, winner, focus: otherFocus };
}

async function fetched(model, checkpoint, sha256) {
  const address = weightsAddress(model, checkpoint, sha256);
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.arrayBuffer();
}
