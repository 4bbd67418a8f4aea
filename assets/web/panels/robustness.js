/**
 * Robustness by hand: sliders on the picture, and the probabilities over the whole range of the one
 * in hand.
 */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { drawCurves, stroke } from "../canvas/curves.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createRobustness(page) {
  const { say, store } = page;
  const lead = make("p");
  const sliders = createSliders(page);
  const canvas = make("canvas", { class: "curves", role: "img" });
  const legend = make("p", { class: "legend" });
  const turns = make("ul");
  const section = make(
    "section",
    { id: "robustness" },
    lead,
    sliders.element,
    canvas,
    legend,
    turns,
  );
  /** @type {any} */ let sweep = null;

  function draw() {
    if (!sweep || section.offsetParent === null) return;
    drawCurves(canvas, sweep, Number(store.get().options[sweep.name] ?? sweep.range.neutral));
  }
  new ResizeObserver(draw).observe(canvas);

  return {
    element: section,
    asks: "robustness",
    when: page.predicts,
    chosen: sliders.chosen,
    update({ sections: { robustness } }) {
      if (!robustness) return;
      sweep = robustness;
      const words = range(page, sweep);
      canvas.setAttribute("aria-label", words);
      legend.replaceChildren(make("span", {}, `${words}:`), ...curves(page, sweep));
      turns.replaceChildren(...changes(page, sweep));
      draw();
    },
    again: draw,
    name() {
      lead.textContent = say("robustness.lead");
      sliders.name();
    },
  };
}

/** One slider for each perturbation that the server knows. */
function createSliders({ say, store, start, actions }) {
  /** @type {[string, {low: number, high: number, neutral: number, step: number}][]} */
  const ranges = Object.entries(start.perturbations);
  const names = new Set(ranges.map(([name]) => name));

  function set(name, amount, neutral, since) {
    const { [name]: _, ...rest } = store.get().options;
    const options = { ...rest, perturbation: name };
    actions.change(
      { options: amount === neutral ? options : { ...options, [name]: amount } },
      since,
    );
  }

  const rows = ranges.map(([name, { low, high, neutral, step }]) => {
    const changed = (event) => set(name, Number(slider.value), neutral, event.timeStamp);
    const slider = make("input", {
      type: "range",
      id: `slider-${name}`,
      min: low,
      max: high,
      step: step / 4,
      value: neutral,
      oninput: changed,
      onfocus: changed,
    });
    const label = make("label", { for: slider.id });
    const reading = make("output", { for: slider.id });
    const element = make("div", { class: "slider" }, label, slider, reading);
    return { name, neutral, slider, label, reading, element };
  });
  const reset = make("button", {
    type: "button",
    "data-action": "reset-robustness",
    onclick(event) {
      const others = Object.entries(store.get().options).filter(([name]) => !names.has(name));
      actions.change({ options: Object.fromEntries(others) }, event.timeStamp);
    },
  });

  return {
    element: make("div", { class: "sliders" }, ...rows.map(({ element }) => element), reset),
    chosen({ options }) {
      for (const { name, neutral, slider, reading } of rows) {
        slider.value = options[name] ?? neutral;
        const amount = fixed(options[name] ?? neutral, 2);
        reading.textContent = `${amount} ${say(`robustness.unit.${name}`)}`;
      }
    },
    name() {
      reset.textContent = say("robustness.reset");
      for (const { name, label } of rows) label.textContent = say(`robustness.${name}`);
    },
  };
}

/** What the curves run over, in words. */
function range({ say }, sweep) {
  return say("robustness.curve", {
    name: say(`robustness.${sweep.name}`),
    low: fixed(sweep.range.low, 2),
    high: fixed(sweep.range.high, 2),
    unit: say(`robustness.unit.${sweep.name}`),
  });
}

/** Which curve is which class. */
function curves({ labels }, sweep) {
  return sweep.curves.map((curve, place) =>
    make("span", { class: "key" }, mark(stroke(place)), labels()[curve.class]),
  );
}

/** A piece of a curve as it is drawn, before the name of its class. */
function mark({ colour, dash, width }) {
  const [svg, line] = ["svg", "line"].map((name) => document.createElementNS(SVG, name));
  svg.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({ x2: "100%", y1: "50%", y2: "50%" }))
    line.setAttribute(name, value);
  line.style.cssText = `stroke: var(${colour}); stroke-width: ${width}px`;
  line.style.strokeDasharray = dash.join(" ");
  svg.append(line);
  return svg;
}

/** Where the answer changes. */
function changes({ say, labels }, sweep) {
  const unit = say(`robustness.unit.${sweep.name}`);
  const sentences = sweep.turns.map(({ amount, from, to }) =>
    say("robustness.turn", {
      amount: fixed(amount, 2),
      unit,
      from: labels()[from],
      to: labels()[to],
    }),
  );
  return (sentences.length ? sentences : [say("robustness.never")]).map((sentence) =>
    make("li", {}, sentence),
  );
}
