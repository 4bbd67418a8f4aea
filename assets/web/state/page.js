/** What every part of the page is created with. */

import { createColours } from "../canvas/colours.js";
import { createActions } from "./actions.js";
import { createLive } from "./live.js";
import { createPainting } from "./painting.js";
import { createSettings } from "./settings.js";
import { prepared } from "./steps.js";
import { createStore } from "./store.js";
import { createWords, firstLanguage } from "./words.js";

/**
 * @param {{element: HTMLElement, props: any, server: any, watch: any, relabel: (language: string) => void}} gradio
 * @param {string[]} views their names, the first one first
 * @returns {any}
 */
export function createPage({ element, props, server, watch, relabel }, views) {
  const start = prepared(JSON.parse(props.start));
  const store = createStore({
    ...start.query,
    images: [start.samples[0].pixels],
    language: firstLanguage(start.language),
    show: [],
  });
  /** @type {any} */ const page = {
    root: element.querySelector("#explorer"),
    start,
    server,
    store,
    views,
    screen: { view: views[0], panel: "numbers" },
    say: createWords(start.words, () => store.get().language),
    parts: [],
    relabel,
    model: () => start.models.find(({ name }) => name === store.get().model),
    labels: () => page.model().labels[store.get().language],
    steps: () => page.painting.reply()?.steps ?? [],
    step: () => page.steps().find(({ id }) => id === store.get().step),
    wanted: () => ({ ...store.get(), show: sections(page) }),
    uploads: (handle) => watch("value", () => props.value && handle(props.value)),
  };
  page.settings = createSettings(() => page.painting.again());
  page.colours = createColours(start.figures.scales, page.settings.theme);
  page.painting = createPainting(page);
  page.actions = createActions(
    page,
    createLive(
      (text) => server.view(text),
      page.painting.answered,
      (error) => page.actions.tell(page.say("live.lost", { reason: String(error) })),
    ),
  );
  return page;
}

/** The sections that the parts on screen ask for. @param {import("./types.js").Page} page */
function sections({ parts, screen }) {
  const shown = parts.filter(
    ({ view, panel }) =>
      (view === undefined || view === screen.view) &&
      (panel === undefined || panel === screen.panel),
  );
  return [...new Set(shown.flatMap(({ asks }) => asks ?? []))];
}
