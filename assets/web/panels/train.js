/** Training while one watches: what is chosen, the orders, and everything that is measured. */

import { make } from "../base/elements.js";
import { createAnswer } from "./trainanswer.js";
import { createChoices } from "./trainchoices.js";
import { createCurves } from "./traincurves.js";
import { createDesk } from "./traindesk.js";
import { createFeed } from "./trainfeed.js";
import { createLengths } from "./trainlengths.js";
import { createMatrix } from "./trainmatrix.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createTrain(page) {
  return page.start.train ? createOn(page) : createOff(page);
}

function createOff({ say }) {
  const sentence = make("p");
  return {
    element: make("section", { id: "train", "data-state": "off" }, sentence),
    name() {
      sentence.textContent = say("train.off");
    },
  };
}

function createOn(page) {
  const { say, screen } = page;
  const [lead, kept] = [make("p"), make("p", { class: "muted" })];
  const choices = createChoices(page);
  const desk = createDesk(page, choices.read);
  const empty = make("p", { class: "empty muted" });
  const answer = createAnswer(page);
  const parts = [createCurves(page), createLengths(page), answer, createMatrix(page)];
  const boxes = parts.flatMap(({ elements }) => elements);
  const results = make("div", { class: "results", hidden: true }, ...boxes);
  const section = make(
    "section",
    { id: "train", "data-state": "idle" },
    ...[lead, choices.element, desk.element, kept, empty, results],
  );
  const feed = createFeed({ heard, refused: desk.refuse });
  /** @type {any} */ let state = null;

  function heard(next) {
    state = next;
    section.dataset.state = state.state;
    page.actions.ages(state.ages);
    choices.show(state);
    desk.show(state);
    paint();
  }

  function paint() {
    const begun = state?.batch !== undefined;
    results.hidden = !begun;
    empty.hidden = begun;
    if (begun) for (const part of parts) part.show(state);
  }

  return {
    element: section,
    chosen(now, before) {
      feed.follow(screen.view === "explore" && screen.panel === "train");
      if (now.images !== before.images || now.focus !== before.focus || now.model !== before.model)
        answer.ask();
    },
    again: paint,
    name() {
      lead.textContent = say("train.lead");
      kept.textContent = say("train.kept", {
        title: say("ages.title"),
        kept: page.start.train.kept,
      });
      empty.textContent = say("train.empty");
      choices.name();
      desk.name(state);
      for (const part of parts) part.name?.();
      paint();
    },
  };
}
