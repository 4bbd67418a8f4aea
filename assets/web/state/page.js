/** What every part of the page is created with. */

import { createColours } from "../canvas/colours.js";
import { createActions } from "./actions.js";
import { createAhead } from "./ahead.js";
import { createAsking } from "./asking.js";
import { cardsOf } from "./cards.js";
import { answerOf, createLive } from "./live.js";
import { createPainting } from "./painting.js";
import { createPasses } from "./passes.js";
import { allFitted, most, sizeOf, USUAL } from "./pictures.js";
import { createSettings } from "./settings.js";
import { createStore } from "./store.js";
import { createWords, firstLanguage } from "./words.js";

const PATIENCE = 30_000; // milliseconds for what is asked once, as for a download

/**
 * @param {import("./types.js").Host} host
 * @param {string[]} views their names, the first one first
 * @returns {any}
 */
export function createPage(host, views) {
  const { element, props, server, weights, recorded, watch, relabel, cut } = host;
  const start = JSON.parse(props.start);
  const pictures = createPictures(start);
  const images = [start.samples[start.models[0].dataset][0].pixels];
  const first = { ...start.query, images, language: firstLanguage(start), show: [] };
  const store = createStore(first, pictures.settled);
  /** @type {any} */ const page = {
    root: element.querySelector("#explorer"),
    start,
    ask: createAsking(server, props.script),
    store,
    views,
    screen: { view: views[0], panel: "numbers" },
    say: createWords(start.words, () => store.get().language),
    parts: [],
    hand: null,
    locked: new Set(),
    weights,
    recorded,
    relabel,
    cut,
    once: (name) => (query) =>
      answerOf(() => page.ask(name)(JSON.stringify(query)), { patience: PATIENCE }),
    ...pictures.of(() => store.get()),
    model: () => start.models.find(({ name }) => name === store.get().model),
    labels() {
      const { own, labels } = page.model();
      const known = labels[store.get().language];
      return own ? (page.painting.reply()?.prediction.labels ?? known) : known;
    },
    samples: () => start.samples[page.model().dataset],
    sampled: () => start.sampled[page.model().dataset][store.get().language],
    predicts: () => page.painting.reply()?.prediction.labels.length !== 0,
    ...measured(() => page),
    wanted(other = {}, screen = page.screen) {
      const query = { ...store.get(), ...other };
      return { ...query, show: sections(page.parts, screen, query) };
    },
    uploads: (handle) => watch("value", () => props.value && handle(props.value)),
  };
  page.settings = createSettings(() => page.painting.again(), page.locked);
  page.colours = createColours(start.figures.scales, page.settings.theme);
  page.painting = createPainting(page);
  Object.assign(page, connected(page));
  page.actions = createActions(page);
  return page;
}

/** The sizes of the networks' pictures: whatever comes into the store gets the size of its own. */
function createPictures({ models, bounds }) {
  const sizes = Object.fromEntries(models.map((model) => [model.name, sizeOf(model)]));
  const fed = new Set(models.filter(({ drawn }) => !drawn).map(({ name }) => name));
  const size = ({ model }) => sizes[model] ?? USUAL;
  return {
    of: (now) => ({
      size: () => size(now()),
      most: () => most(size(now()), bounds.images),
      fit: (pixels) => allFitted([pixels], size(now()), [])[0],
    }),
    /** @type {(query: any) => any} */
    settled(query) {
      const images = allFitted(query.images, size(query), Object.values(sizes));
      const last = fed.has(query.model) ? query.focus : images.length - 1; // of what is no picture
      const focus = Math.min(query.focus, last);
      return images === query.images && focus === query.focus ? query : { ...query, images, focus };
    },
  };
}

/** The steps of the last reply and how they are folded; none before the first. */
function measured(page) {
  const reply = () => page().painting.reply();
  const query = () => page().store.get();
  const steps = () => reply()?.steps ?? [];
  return {
    steps,
    cards: () => (reply() ? cardsOf(reply()) : []),
    /** How many inputs go through the network in one pass. */
    inputs: () => (page().model().drawn ? query().images.length : (steps()[0]?.shape[0] ?? 1)),
    folding: () => reply()?.sections.folding ?? null,
    step: () => steps().find(({ id }) => id === query().step),
  };
}

/** Questions to the server, and the connection, which asks without what the page has already. */
function connected(page) {
  const answer = page.ask("view");
  const view = createPasses(async (text) => {
    const reply = await answer(text);
    if (reply?.offer) page.actions.offered(reply.offer); // a proxy's own answer says nothing of it
    return reply;
  }).ask;
  const ahead = createAhead(view);
  const live = createLive({
    send: (text) => page.hand.asked(text, ahead.ask),
    answered: page.painting.answered,
    failed: (error) => page.actions.failed(error),
    report: (state, reason) => page.actions.report(state, reason),
  });
  return { view, live, expect: (query) => ahead.expect(JSON.stringify(query)) };
}

/**
 * The sections that the parts on a screen ask for.
 *
 * @param {import("./types.js").Part[]} parts @param {{view: string, panel: string}} screen
 * @param {import("./types.js").Query} query
 */
function sections(parts, screen, query) {
  const shown = parts.filter(
    ({ view, panel }) =>
      (view === undefined || view === screen.view) &&
      (panel === undefined || panel === screen.panel),
  );
  const asked = shown.map(({ asks }) => (typeof asks === "function" ? asks(query) : asks));
  return [...new Set(asked.flatMap((each) => each ?? []))];
}
