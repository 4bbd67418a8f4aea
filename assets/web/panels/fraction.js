/**
 * The softmax written out: every exponential, the sum below the line, a temperature, and every row
 * of the batch.
 */

import { make } from "../base/elements.js";
import { copyExactly, fixed, number } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";

const COLD = 0.1;
const HOT = 10;
const BESIDE = 4; // images beside each other before a class, in large type
const COLUMNS = ["class", "logit", "shifted", "exp", "share"];

const total = (values) => values.reduce((sum, value) => sum + value, 0);

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createFraction(page) {
  const { say } = page;
  const temperature = createTemperature(page);
  const why = make("p");
  const table = make("table");
  const dim = make("p");
  const batch = make("div", { class: "batch" });
  const boxes = [table, batch].map((each) => scrolled(each, say));
  const section = make(
    "section",
    { id: "fraction" },
    temperature.tools,
    boxes[0].box,
    why,
    dim,
    boxes[1].box,
  );
  copyExactly(section);

  return {
    element: section,
    asks: "softmax",
    when: ({ named }) => named,
    chosen: temperature.chosen,
    update({ sections: { softmax: fraction } }, { focus }) {
      if (!fraction) return;
      temperature.read(fraction.temperature);
      why.textContent = reason(page, fraction);
      table.replaceChildren(...terms(page, fraction));
      dim.textContent = say("fraction.dim");
      const tables = page.settings.presenting() ? columns : rows;
      batch.replaceChildren(...tables(page, fraction, focus));
    },
    /** A class is pointed at: its part of the fraction. */
    point(index) {
      for (const line of table.querySelectorAll("tbody tr"))
        line.toggleAttribute("data-marked", Number(line.dataset.class) === index);
    },
    name() {
      temperature.name();
      for (const box of boxes) box.name();
    },
  };
}

/** A slider of logarithms: cold and hot are equally far from 1. */
function createTemperature({ say, actions }) {
  const change = (value, since) => actions.option("temperature", value, since);
  const slider = make("input", {
    type: "range",
    id: "temperature",
    min: Math.log(COLD),
    max: Math.log(HOT),
    step: 0.01,
    oninput: (event) => change(Math.exp(Number(slider.value)), event.timeStamp),
  });
  const label = make("label", { for: "temperature" });
  const reading = make("output", { for: "temperature" });
  const reset = make("button", { type: "button", onclick: (event) => change(1, event.timeStamp) });
  return {
    tools: make("div", { class: "tools" }, label, slider, reading, reset),
    chosen({ options }) {
      slider.value = Math.log(Number(options.temperature ?? 1));
    },
    read(value) {
      reading.textContent = fixed(value, 2);
    },
    name() {
      label.textContent = say("fraction.temperature");
      reset.textContent = say("fraction.reset");
    },
  };
}

/** Why the largest logit is taken off first. */
function reason({ say }, { maximum, naive_overflows: overflows }) {
  const why = say("fraction.max", { max: fixed(maximum, 4) });
  return overflows ? `${why} ${say("fraction.overflow", { max: fixed(maximum, 1) })}` : why;
}

/** One line for each class, and the sum below. */
function terms({ say, labels, actions }, fraction) {
  const { logits, shifted, exponentials, probabilities, denominator } = fraction;
  const lines = labels().map((label, index) =>
    row(
      [
        label,
        number(logits[index], 4),
        number(shifted[index], 4),
        number(exponentials[index], 6),
        number(probabilities[index], 6),
      ],
      {
        "data-class": index,
        onpointerenter: () => actions.point(index),
        onpointerleave: () => actions.point(null),
      },
    ),
  );
  const sum = make(
    "tr",
    {},
    make("th", { scope: "row", colspan: 3 }, say("fraction.sum")),
    make("td", {}, number(denominator, 6)),
    make("td", {}, number(total(probabilities), 6)),
  );
  return [head(COLUMNS.map((key) => say(`fraction.${key}`))), body(lines), make("tfoot", {}, sum)];
}

/** The probabilities of every image of the batch: a row each. */
function rows({ say, labels }, fraction, focus) {
  const lines = body(
    fraction.rows.map((shares, index) =>
      row(
        [
          say("fraction.row", { row: index }),
          ...[...shares, total(shares)].map((value) => number(value, 4)),
        ],
        index === focus ? { "aria-current": "true" } : {},
      ),
    ),
  );
  return [make("table", {}, head([null, ...labels(), "Σ"]), lines)];
}

/** The same before a class: a column each, a few to a table, and nothing scrolls sideways. */
function columns({ say, labels }, fraction, focus) {
  const starts = fraction.rows.flatMap((_, index) => (index % BESIDE === 0 ? [index] : []));
  return starts.map((start) => {
    const some = fraction.rows.slice(start, start + BESIDE);
    const cells = (of) =>
      some.map((shares, place) => {
        const cell = number(of(shares), 4);
        cell.toggleAttribute("data-marked", start + place === focus);
        return cell;
      });
    const names = some.map((_, place) => say("fraction.row", { row: start + place }));
    const lines = labels().map((label, index) => row([label, ...cells((shares) => shares[index])]));
    const sum = make("tfoot", {}, row(["Σ", ...cells(total)]));
    return make("table", {}, head([null, ...names]), body(lines), sum);
  });
}
