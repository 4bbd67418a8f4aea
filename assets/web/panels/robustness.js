/** Robustness by hand: sliders on the picture, and the probabilities over the whole range of the one in hand. */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5]]; // classes are told apart by more than colour

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createRobustness({ say, labels, store, start, actions }) {
  /** @type {Record<string, {low: number, high: number, neutral: number, step: number}>} */
  const ranges = start.perturbations;
  const options = () => store.get().options;
  const change = (next, since) => actions.change({ options: next }, since);
  const lead = make("p");
  const reset = make("button", {
    type: "button",
    "data-action": "reset-robustness",
    onclick: (event) =>
      change(
        Object.fromEntries(Object.entries(options()).filter(([name]) => !(name in ranges))),
        event.timeStamp,
      ),
  });
  const rows = Object.entries(ranges).map(([name, range]) => {
    const slider = make("input", {
      type: "range",
      id: `slider-${name}`,
      min: range.low,
      max: range.high,
      step: range.step / 4,
      value: range.neutral,
      oninput: (event) => set(name, Number(slider.value), event.timeStamp),
      onfocus: (event) => set(name, Number(slider.value), event.timeStamp),
    });
    const label = make("label", { for: slider.id });
    const shown = make("output", { for: slider.id });
    return {
      name,
      range,
      slider,
      label,
      shown,
      element: make("div", { class: "slider" }, label, slider, shown),
    };
  });
  const canvas = make("canvas", { class: "curves", role: "img" });
  const legend = make("p", { class: "legend" });
  const turns = make("ul");
  const section = make(
    "section",
    { id: "robustness" },
    lead,
    make("div", { class: "sliders" }, ...rows.map((row) => row.element), reset),
    canvas,
    legend,
    turns,
  );
  /** @type {any} */ let told = null;

  function set(name, amount, since) {
    const { [name]: _, ...rest } = options();
    change(
      amount === ranges[name].neutral
        ? { ...rest, perturbation: name }
        : { ...rest, perturbation: name, [name]: amount },
      since,
    );
  }

  function draw() {
    if (!told || section.offsetParent === null) return;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    const style = (name) => getComputedStyle(section).getPropertyValue(name);
    const [left, bottom] = [40, height - 24];
    const { low, high } = told.range;
    const x = (amount) => left + ((amount - low) / (high - low)) * (width - left - 12);
    const y = (share) => bottom - share * (bottom - 10);
    context.font = `13px ${style("--le-font")}`;
    context.fillStyle = context.strokeStyle = style("--le-muted");
    context.lineWidth = 1;
    for (const share of [0, 0.5, 1]) {
      context.fillText(String(share), 8, y(share) + 4);
      context.globalAlpha = 0.4;
      context.strokeRect(left, y(share), width - left - 12, 0);
      context.globalAlpha = 1;
    }
    for (const amount of [low, told.range.neutral, high])
      context.fillText(fixed(amount, 1), x(amount) - 8, height - 6);
    for (const turn of told.turns) context.fillRect(x(turn.amount), 10, 1, bottom - 10);
    told.curves.forEach((curve, place) => {
      context.strokeStyle = style(
        place === 0
          ? "--le-accent"
          : place === 1
            ? "--le-positive"
            : place === 2
              ? "--le-negative"
              : "--le-text",
      );
      context.lineWidth = place === 0 ? 3 : 2;
      context.setLineDash(DASHES[place]);
      context.beginPath();
      curve.probabilities.forEach((share, index) =>
        context.lineTo(x(told.amounts[index]), y(share)),
      );
      context.stroke();
    });
    context.setLineDash([]);
    const now = options()[told.name] ?? told.range.neutral;
    context.fillStyle = style("--le-accent");
    context.fillRect(x(now) - 1.5, 10, 3, bottom - 10);
  }
  new ResizeObserver(draw).observe(canvas);

  return {
    element: section,
    asks: "robustness",
    chosen() {
      for (const { name, range, slider, shown } of rows) {
        const amount = options()[name] ?? range.neutral;
        slider.value = amount;
        shown.textContent = `${fixed(amount, 2)} ${say(`robustness.unit.${name}`)}`;
      }
    },
    update({ sections }) {
      const { robustness: next } = sections;
      if (!next) return;
      told = next;
      const names = labels();
      const unit = say(`robustness.unit.${told.name}`);
      canvas.setAttribute(
        "aria-label",
        say("robustness.curve", {
          name: say(`robustness.${told.name}`),
          low: told.range.low,
          high: told.range.high,
          unit,
        }),
      );
      legend.replaceChildren(
        `${canvas.getAttribute("aria-label")}: `,
        ...told.curves.map((curve, place) =>
          make(
            "span",
            { class: `curve-${place}` },
            `${names[curve.class]}${place < told.curves.length - 1 ? ", " : ""}`,
          ),
        ),
      );
      turns.replaceChildren(
        ...(told.turns.length
          ? told.turns.map((turn) =>
              make(
                "li",
                {},
                say("robustness.turn", {
                  amount: fixed(turn.amount, 2),
                  unit,
                  from: names[turn.from],
                  to: names[turn.to],
                }),
              ),
            )
          : [make("li", {}, say("robustness.never"))]),
      );
      draw();
    },
    name() {
      lead.textContent = say("robustness.lead");
      reset.textContent = say("robustness.reset");
      for (const { name, label } of rows) label.textContent = say(`robustness.${name}`);
    },
  };
}
