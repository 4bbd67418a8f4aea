/** The current step in full: one Plotly figure, what happens there in words, formula, code and numbers. */

import { make } from "../base/elements.js";
import { startLasso } from "../canvas/lasso.js";
import { fixed, size } from "../base/numbers.js";
import { createPlot } from "../canvas/plot.js";

/**
 * @param {{say: any, figures: any, colours: any, settled: () => void, theme: () => string, unit: () => number | null, panels: (numbers: HTMLElement) => any,
 *   choose: (unit: number | null, since: number) => void, hover: (unit: number | null) => void}} page
 */
export function createStage({
  say,
  figures,
  colours,
  settled,
  theme,
  unit,
  panels,
  choose,
  hover,
}) {
  const title = make("h2");
  const where = make("span", { class: "where" });
  const shape = make("code", { class: "shape" });
  const sentence = make("p", { class: "sentence" });
  const plot = createPlot({ say, figures, colours, settled, theme, choose, hover });
  const formula = make("code", { class: "formula" });
  const code = make("code", { class: "code" });
  const facts = make("dl", { class: "facts" });
  const printed = make("pre", { class: "printed", tabindex: "0" });
  const below = panels(
    make(
      "div",
      { class: "numbers" },
      make("div", { class: "lines" }, formula, code),
      facts,
      printed,
    ),
  );
  const section = make(
    "section",
    { id: "stage" },
    make("div", { class: "head" }, title, where, shape),
    sentence,
    plot.element,
    below.section,
  );
  let count = 0;

  /** Arrows walk from unit to unit while one is pinned and the figure has the focus; Enter pins the first. */
  plot.element.addEventListener("keydown", (event) => {
    const pinned = unit();
    if (event.key === "Enter" && pinned === null) return choose(0, event.timeStamp);
    const moves = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -plot.columns(),
      ArrowDown: plot.columns(),
    };
    if (pinned === null || !(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    event.stopPropagation();
    const next = pinned + moves[event.key];
    if (next >= 0 && next < count) choose(next, event.timeStamp);
  });

  return {
    section,
    /** Draw the words and numbers of a reply; the figure follows with `draw`. */
    update(reply, current) {
      const step = reply.steps.find((each) => each.id === current);
      section.dataset.step = step.id;
      section.dataset.kind = step.kind;
      below.update(step.kind);
      section.dataset.panel = below.current();
      count = step.shape.slice(1).reduce((product, each) => product * each, 1);
      title.textContent = reply.texts.title;
      where.textContent = step.module_path;
      shape.textContent = size(step.shape);
      sentence.textContent = reply.texts.sentence;
      formula.textContent = reply.texts.formula;
      code.textContent = reply.texts.code;
      facts.replaceChildren(
        ...reply.facts.map((fact) =>
          make(
            "div",
            { "data-fact": fact.key },
            make("dt", {}, fact.label),
            make("dd", {}, fixed(fact.value)),
          ),
        ),
      );
      printed.hidden = !reply.texts.printed;
      printed.textContent = reply.texts.printed ?? "";
      plot.element.setAttribute(
        "aria-label",
        say("stage.figure", { step: reply.texts.title, sentence: reply.texts.sentence }),
      );
      plot.set(reply.figure);
    },
    count: () => count,
    /** Let the pointer draw around units of the figure. */
    lasso: (done) => startLasso(plot.element, plot.columns(), count, done),
    image: plot.image,
    draw: plot.draw,
    resize: plot.resize,
  };
}
