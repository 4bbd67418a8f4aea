/**
 * The current step in full: one Plotly figure, what happens there in words, and the panels below.
 */

import { make } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { size, units } from "../base/numbers.js";
import { sure } from "../base/sure.js";
import { fillTail } from "../base/tail.js";
import { startLasso } from "../canvas/lasso.js";
import { createPlot } from "../canvas/plot.js";
import { below } from "../canvas/units.js";
import { createFlow } from "../kinds/flow.js";
import { createPanels } from "../panels/panels.js";
import { createMoving } from "./moving.js";

/**
 * Where the strip stays whatever is scrolled: a step that is chosen brings its figure into view if
 * it is not there. Elsewhere it would take pad and strip away.
 */
const STAYING = matchMedia("(max-width: 700px), (max-height: 500px) and (max-width: 960px)");

/** How many units on, and how many rows down. @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createStage(page) {
  const { say, screen } = page;
  const title = make("h2");
  const where = make("span", { class: "where tail" });
  const shape = make("code", { class: "shape" });
  const sentence = make("p", { class: "sentence" });
  const plot = figureOf(page);
  const flow = createFlow(page);
  const below = createPanels(page);
  const [of, name] = ofBefore(page);
  const figure = make("div", { class: "figure" }, plot.element, plot.captions, flow.element, of);
  const section = make(
    "section",
    { id: "stage" },
    make("div", { class: "head" }, title, where, shape),
    sentence,
    figure,
    below.element,
  );
  new ResizeObserver(() => {
    plot.resize();
    flow.fit(plot.room());
  }).observe(plot.element);
  walk(page, plot);
  let putAway = () => {}; // the lasso, which is about the units of one step

  function words({ texts }, step) {
    section.dataset.step = step.id;
    section.dataset.kind = step.kind;
    section.dataset.panel = screen.panel;
    title.textContent = texts.title;
    fillTail(where, step.module_path);
    shape.textContent = size(step.size);
    if (sentence.textContent !== texts.sentence)
      sentence.replaceChildren(...glossed(say, texts.sentence));
    const about = say("stage.figure", { step: texts.title, sentence: texts.sentence });
    plot.element.setAttribute("aria-label", about);
  }

  return {
    element: section,
    parts: [flow, below, createMoving(page, plot)],
    actions: {
      image: plot.image,
      lasso(done) {
        putAway();
        putAway = startLasso(plot, plot.units(units(sure(page.step()).shape)), done);
      },
    },
    ...{ asks: "figure", about: ["step"], name, again: plot.resize },
    chosen(now, before) {
      section.dataset.panel = screen.panel;
      if (now.step !== before.step || now.model !== before.model) putAway();
      if (now.step !== before.step && STAYING.matches) figure.scrollIntoView({ block: "nearest" });
    },
    /** The words of a reply; its figure follows with `draw`. */
    update(reply) {
      if (!reply.figure) return;
      words(reply, page.step());
      plot.set(reply.figure, section.dataset.step);
      flow.fit(plot.room());
    },
    hand(reply, { step }) {
      if (!reply.figure) return null;
      if (section.dataset.step !== step)
        words(
          reply,
          reply.steps.find(({ id }) => id === step),
        );
      plot.set(reply.figure, step);
      return plot.paint();
    },
    draw: (reply) => reply.figure && plot.draw(),
    expected: ({ figure }, { step }) => figure && plot.expect(figure, step),
  };
}

/** A word that the figure is of before, where a choice has no answer. */
function ofBefore({ say }) {
  const element = make("p", { class: "stale" });
  const name = () => element.replaceChildren(say("stage.stale"));
  return /** @type {const} */ ([element, name]);
}

/** The step's figure. */
function figureOf({ say, start, colours, painting, settings, actions }) {
  return createPlot({
    say,
    figures: start.figures,
    colours,
    settled: painting.redrawn,
    theme: settings.theme,
    choose: actions.choose,
  });
}

/**
 * Arrows walk from unit to unit while one is pinned and the figure has the focus; Enter pins the
 * first.
 */
function walk(page, plot) {
  plot.element.addEventListener("keydown", (event) => {
    const { unit } = page.store.get();
    const { choose } = page.actions;
    if (event.key === "Enter" && unit === null) return choose(0, event.timeStamp);
    const move = MOVES[event.key];
    if (unit === null || !move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const step = page.step();
    if (!step) return;
    const count = units(step.shape);
    const [across, down] = move;
    const next = down ? below(plot.units(count), unit, down) : unit + across;
    if (next !== unit && next >= 0 && next < count) choose(next, event.timeStamp);
  });
}
