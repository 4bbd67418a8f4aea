/** The current step in full: one Plotly figure, what happens there in words, formula, code and numbers. */

import { make } from "./elements.js";
import { fixed, size } from "./numbers.js";

/**
 * @param {{say: any, figures: any, theme: () => string, choose: (unit: number, since: number) => void,
 *   hover: (unit: number | null) => void}} page
 */
export function createStage({ say, figures, theme, choose, hover }) {
  const title = make("h2");
  const where = make("span", { class: "where" });
  const shape = make("code", { class: "shape" });
  const sentence = make("p", { class: "sentence" });
  const plot = make("div", { class: "plot" });
  const formula = make("code", { class: "formula" });
  const code = make("code", { class: "code" });
  const facts = make("dl", { class: "facts" });
  const printed = make("pre", { class: "printed", tabindex: "0" });
  const section = make(
    "section",
    { id: "stage" },
    make("div", { class: "head" }, title, where, shape),
    sentence,
    plot,
    make("div", { class: "lines" }, formula, code),
    facts,
    printed,
  );
  /** @type {Promise<any> | null} */ let library = null;
  let figure = null;
  let listening = false;

  /** Plotly is 4.7 MB: it is fetched once the first picture stands. */
  function plotly() {
    library ??= new Promise((resolve, reject) => {
      const script = make("script", { src: new URL(figures.script, import.meta.url).href });
      script.onload = () => resolve(globalThis.Plotly);
      script.onerror = () => reject(new Error(say("stage.plotly")));
      document.head.append(script);
    });
    return library;
  }

  async function draw() {
    const shown = figure;
    const { Plotly } = { Plotly: await plotly() };
    if (shown !== figure || !shown) return;
    const layout = { ...shown.layout, template: figures.templates[theme()], autosize: true };
    await Plotly.react(plot, shown.data, layout, figures.config);
    if (!listening) listen();
  }

  function listen() {
    listening = true;
    plot.on("plotly_click", ({ points, event }) => {
      const unit = points[0]?.customdata;
      if (unit !== undefined && unit >= 0) choose(unit, event?.timeStamp ?? performance.now());
    });
    plot.on("plotly_hover", ({ points }) => {
      const unit = points[0]?.customdata;
      if (unit !== undefined && unit >= 0) hover(unit);
    });
    plot.on("plotly_unhover", () => hover(null));
  }

  return {
    section,
    /** Draw the words and numbers of a reply; the figure follows with `draw`. */
    update(reply, current) {
      const step = reply.steps.find((each) => each.id === current);
      section.dataset.step = step.id;
      section.dataset.kind = step.kind;
      title.textContent = reply.texts.title;
      where.textContent = step.path;
      shape.textContent = size(step.shape);
      sentence.textContent = reply.texts.sentence;
      formula.textContent = reply.texts.formula;
      code.textContent = reply.texts.code;
      facts.replaceChildren(
        ...reply.facts.map((fact) =>
          make("div", { "data-fact": fact.key }, make("dt", {}, fact.label), make("dd", {}, fixed(fact.value))),
        ),
      );
      printed.hidden = !reply.texts.printed;
      printed.textContent = reply.texts.printed ?? "";
      plot.setAttribute("role", "img");
      plot.setAttribute("aria-label", `${reply.texts.title}. ${reply.texts.sentence}`);
      figure = reply.figure;
    },
    draw,
    /** The box of the figure changed its size. */
    async resize() {
      if (figure && globalThis.Plotly) await globalThis.Plotly.Plots.resize(plot);
    },
  };
}
