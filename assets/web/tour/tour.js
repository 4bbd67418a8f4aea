/**
 * The guided tour: the course stop by stop on one side, the live page at the right step on the
 * other.
 *
 * What the visitor had is kept while it lasts, and comes back behind it.
 */

import { make } from "../base/elements.js";
import { sure } from "../base/sure.js";
import { remember, remembered } from "../state/words.js";
import { createKeeping } from "./keeping.js";
import { ending } from "./chapters.js";
import { createLeaf } from "./leaf.js";
import { answer } from "./questions.js";
import { createSpotlight } from "./spotlight.js";
import { createStop } from "./stop.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTour(page) {
  const { root, store, screen, actions, say } = page;
  const { stops } = page.start;
  const keeping = createKeeping(page);
  const light = createSpotlight();
  const leaf = createLeaf(page, { go, leave });
  const reading = createReading(page, light.follow);
  /** @type {number | null} the stop shown; null while there is no tour */ let at = null;
  /** @type {any} what had the focus before */ let opener = null;
  let other = false; // whether this stop brought another network

  const within = (place) => Math.min(stops.length - 1, Math.max(0, place));
  const place = () => within(stops.findIndex(({ id }) => id === remembered("tour")));

  /** Begin, or go on where one was. @param {number} [first] a stop */
  function begin(first = place()) {
    if (at !== null) return go(first);
    opener = document.activeElement;
    go(first, { images: keeping.begin(), focus: 0 }); // with its network, whose size they get
    keeping.begun(store.get().images);
  }

  /** Bring the page to a stop; another network is announced. */
  function go(next, pictures = {}) {
    const stop = within(next);
    at = stop;
    keeping.save();
    const { id, model, step, view, taught } = stops[stop];
    other = store.get().model !== model;
    root.dataset.tour = id;
    remember("tour", id);
    leaf.show(stop, reading.open(stops[stop]));
    announce(stop);
    screen.panel = taught ? "teach" : "numbers";
    root.toggleAttribute("data-desk", Boolean(taught));
    actions.show(view);
    actions.load(model, { step, options: {}, taught, ...pictures }, performance.now());
    light.show(id);
    leaf.focus();
  }

  function announce(stop) {
    const name = titleOf(page, stops[stop].model);
    leaf.announce(other ? say("tour.network", { name }) : "");
  }

  function leave() {
    // Whoever has read a chapter goes on with the next.
    if (at !== null && ending(stops, at)) remember("tour", stops[at + 1]?.id ?? "");
    at = null;
    delete root.dataset.tour;
    root.removeAttribute("data-desk");
    light.show("");
    leaf.hide();
    reading.close();
    keeping.end();
    opener?.focus({ preventScroll: true });
  }

  listen({ on: () => at !== null, by: (move) => go(sure(at) + move), leave, light });

  return {
    element: make("div", { id: "tour-place" }, leaf.element, light.element),
    asks: () => (at === null ? undefined : needed(stops[at])),
    chosen({ model, step }) {
      if (at === null) return;
      const meant = stops[at];
      leaf.away(model !== meant.model || step !== meant.step || screen.view !== meant.view);
    },
    hand: reading.measured,
    update: reading.measured,
    again: light.follow,
    actions: {
      tour: begin,
      tourPlace: place,
      resumeTour: (linked) => keeping.resumed(linked) && go(place()),
    },
    name() {
      if (at === null) return leaf.name();
      leaf.show(at, reading.renewed());
      announce(at);
    },
  };
}

/** The sections of a reply that a stop needs. */
function needed({ chapter, taught }) {
  return taught ? [chapter, "gradient", "lesson"] : chapter;
}

/**
 * The text of the stop that is open, filled from what was measured last.
 *
 * @param {() => void} filled
 */
function createReading(page, filled) {
  /** @type {any} */ let stop = null;
  /** @type {any} its text */ let text = null;
  /** @type {any} the last reply, with the network that it is of */ let last = null;
  let checked = false;

  /** The answer, where the last reply is of this stop's network. */
  const found = () => (last?.model === stop.model ? answer(stop.id, last.reply, page) : null);

  function check() {
    checked = true;
    fill();
    const unit = found()?.unit;
    if (unit !== undefined) page.actions.choose(unit, performance.now());
  }

  /** What the code printed, and the answer if it was asked for. */
  function fill() {
    const contents = last?.reply.sections[stop.chapter]?.stops[stop.id];
    if (contents) text.fill(contents, page.store.get().focus);
    const values = checked ? found() : null;
    if (values) text.answer(values);
    filled();
  }

  function renewed() {
    text = createStop(page, stop, check);
    fill();
    return text.element;
  }

  return {
    renewed,
    /** @param {any} next a stop @returns {HTMLElement} its text */
    open(next) {
      stop = next;
      checked = false;
      return renewed();
    },
    close() {
      stop = null;
    },
    measured(reply, { model }) {
      last = { reply, model };
      if (stop) fill();
    },
  };
}

/** The name of a network in the language at hand. @param {import("../state/types.js").Page} page */
function titleOf({ start, store }, model) {
  return start.models.find(({ name }) => name === model).title[store.get().language];
}

/**
 * Escape leaves; the keys of a clicker go from stop to stop; whoever touches the page needs no
 * darkness.
 */
function listen({ on, by, leave, light }) {
  const keys = { Escape: leave, PageUp: () => by(-1), PageDown: () => by(1) };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!on() || !act || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (on() && target instanceof Element && !target.closest("#tour")) light.fade();
  });
}
