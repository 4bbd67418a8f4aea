/** What can be done on the page. Parts change nothing themselves: they call these. */

import { folded, kept, moved, opened, placeOf } from "./cards.js";
import { createPace } from "./pace.js";
import { sameChoice } from "./painting.js";
import { createPlaces } from "./places.js";
import { remember } from "./words.js";

/** What another network starts from. */
const START = {
  ...{ checkpoint: "", unit: null, edits: [], versus: null, folding: null, taught: null },
};
/** How is learnt, until something else is chosen. */
const UNTAUGHT = {
  ...{ label: 0, steps: 0, rate: 0.01, optimizer: "sgd", summed: false, frozen: [], shown: false },
};
/** Compared with before the edits. */
export const BEFORE = { checkpoint: null, image: null, edits: [] };

/** @typedef {import("./types.js").Page} Page @typedef {import("./types.js").Query} Query */

/** @param {Page} page @returns {any} */
export function createActions(page) {
  const { store, screen, live } = page;

  const pace = createPace(live);
  /** @type {any} */ let asked = null;

  /**
   * Show what the page itself can compute, and ask the server; while only the picture changes, not
   * every time.
   */
  function ask(since) {
    const query = page.wanted();
    const moving = asked !== null && sameChoice(query, asked);
    asked = query;
    page.painting.asking(query);
    if (page.hand.show(query, since) && moving) pace.move(query, since);
    else pace.send(query, since);
  }

  function change(patch, since) {
    store.set(patch);
    ask(since);
  }

  /** What changes with a step: what is open on the way stays open. */
  const stepped = (step, unit) => {
    const folding = kept(store.get().folding, page.folding()?.forced ?? []);
    return { step, unit, folding };
  };

  function follow(step, unit, since) {
    if (unit !== null) screen.panel = "unit";
    change(stepped(step, unit), since);
  }

  /**
   * Whoever walks on is expected at a step: its answer is asked for, and its figure drawn, where
   * the page cannot do it itself and nobody else changes the network's weights.
   */
  async function expected(step) {
    const query = page.wanted(stepped(step, null));
    if (!page.model().steady || page.hand.able(query)) return;
    const reply = await page.expect(query);
    if (!reply || reply.error) return;
    for (const part of page.parts) part.expected?.(reply, query);
  }

  return {
    ...navigation(page, ask, change),
    ...pictures(page, ask),
    ...boxes(page, change),
    ask,
    change,
    ...{ follow, expected },
    goTo: (step, since) => follow(step, null, since),
    choose: (unit, since) => follow(store.get().step, unit, since),
    option: (name, value, since) =>
      change({ options: { ...store.get().options, [name]: value } }, since),
    edit(edits, since) {
      store.remember();
      const { versus } = store.get();
      const before = JSON.stringify(versus) === JSON.stringify(BEFORE);
      const other = edits.length && !versus ? BEFORE : !edits.length && before ? null : versus;
      change({ edits, versus: other }, since);
    },
    teach(patch, since) {
      store.remember();
      const { edits, taught } = store.get();
      if (patch) return change({ taught: { ...UNTAUGHT, ...taught, ...patch } }, since);
      // what was copied from what was learnt goes with it
      change({ taught: null, edits: edits.filter(({ source }) => !source?.learnt) }, since);
    },
    point(index) {
      for (const part of page.parts) part.point?.(index);
    },
    light(index) {
      for (const part of page.parts) part.light?.(index);
    },
  };
}

/** Views, panels, networks, languages. */
function navigation(page, ask, change) {
  const { store, screen, start } = page;

  /** Of examples the first: another network has others. */
  const unfed = (name) =>
    start.models.find((each) => each.name === name)?.drawn ? {} : { focus: 0 };

  function chosen() {
    for (const part of page.parts) part.chosen?.(store.get(), store.get());
  }

  function show(view) {
    screen.view = view;
    page.root.dataset.view = view;
    chosen();
    ask(performance.now());
  }

  function name() {
    const { language } = store.get();
    document.documentElement.lang = start.languages.find(({ code }) => code === language).tag;
    document.title = page.say("page.title");
    for (const part of page.parts) part.name?.();
    chosen();
  }

  return {
    show,
    name,
    open(panel, since) {
      screen.panel = panel;
      chosen();
      ask(since);
    },
    load: (model, patch, since) =>
      change({ ...START, ...unfed(model), step: start.query.step, ...patch, model }, since),
    restore(query, view) {
      store.set({ ...start.query, ...query });
      show(page.views.includes(view) ? view : page.views[0]);
    },
    speak(language, since) {
      remember("language", language);
      change({ language }, since);
      name();
      page.relabel(language);
    },
  };
}

/** Boxes of steps that open and fold, and how many do. */
function boxes(page, change) {
  const { store } = page;
  const forced = () => page.folding()?.forced ?? [];
  return {
    unfold(box, since) {
      const folding = opened(store.get().folding, box.id, forced());
      change({ folding, step: box.enter, unit: null }, since);
    },
    /** Whoever stands inside comes to stand on what comes out of it. */
    fold({ id, start, end }, since) {
      const folding = folded(store.get().folding, id, forced());
      const steps = page.steps().slice(start, end);
      const inside = steps.some((step) => step.id === store.get().step);
      const place = inside ? { step: steps.at(-1)?.id, unit: null } : {};
      change({ folding, ...place }, since);
    },
    /** Less detail folds the box that one stands in too: one comes to stand on it. */
    detail(move, since) {
      const now = page.folding();
      if (!now) return;
      const folding = moved(store.get().folding, now, move);
      const place = placeOf(page.cards(), page.steps(), store.get().step);
      const shut = move < 0 && page.cards()[place]?.within[folding.detail];
      const box = now.frames.find(({ id }) => id === shut);
      const out = box ? { step: page.steps()[box.end - 1].id, unit: null } : {};
      change({ folding, ...out }, since);
    },
  };
}

/** The batch, and steps back. */
function pictures(page, ask) {
  const { store } = page;
  const places = createPlaces(store);
  return {
    /** The place of the image at hand, for a picture that takes its time. */
    place: () => places.of(store.get().focus),
    /**
     * Put a picture on one image of the batch, as one change that can be undone: the one that it
     * was asked for, wherever that is by now.
     */
    put(pixels, { place = null, focus = store.get().focus, since }) {
      const { images } = store.get();
      if (place) focus = places.find(place);
      if (!(focus in images)) return; // it was taken out of the batch meanwhile
      if (images[focus] === pixels) return ask(since); // nothing to undo
      store.remember();
      store.set({ images: images.map((image, index) => (index === focus ? pixels : image)) });
      ask(since);
    },
    undo(since) {
      store.undo();
      ask(since);
    },
    redo(since) {
      store.redo();
      ask(since);
    },
  };
}
