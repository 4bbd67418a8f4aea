/** The softmax written out: every exponential, the sum below the line, a temperature, and every row of the batch. */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { copyExactly, number } from "../base/value.js";

const COLD = 0.1;
const HOT = 10;

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createFraction({ say, labels, store, actions }) {
  const slider = make("input", {
    type: "range",
    id: "temperature",
    min: Math.log(COLD),
    max: Math.log(HOT),
    step: 0.01,
    oninput: (event) =>
      actions.option("temperature", Math.exp(Number(slider.value)), event.timeStamp),
  });
  const label = make("label", { for: "temperature" });
  const shown = make("output", { for: "temperature" });
  const reset = make("button", {
    type: "button",
    onclick: (event) => actions.option("temperature", 1, event.timeStamp),
  });
  const why = make("p");
  const table = make("table");
  const dim = make("p");
  const batch = make("table", { class: "batch" });
  const section = make(
    "section",
    { id: "fraction" },
    make("div", { class: "tools" }, label, slider, shown, reset),
    make("div", { class: "scroll" }, table),
    why,
    dim,
    make("div", { class: "scroll" }, batch),
  );
  copyExactly(section);

  return {
    element: section,
    asks: "softmax",
    when: ({ named }) => named,
    chosen({ options }) {
      slider.value = Math.log(Number(options.temperature ?? 1));
    },
    update({ sections }, { focus }) {
      const { softmax: told } = sections;
      if (!told) return;
      shown.textContent = fixed(told.temperature, 2);
      why.textContent =
        say("fraction.max", { max: fixed(told.maximum, 4) }) +
        (told.naive_overflows
          ? ` ${say("fraction.overflow", { max: fixed(told.maximum, 1) })}`
          : "");
      const names = labels();
      table.replaceChildren(
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            ...["class", "logit", "shifted", "exp", "share"].map((key) =>
              make("th", { scope: "col" }, say(`fraction.${key}`)),
            ),
          ),
        ),
        make(
          "tbody",
          {},
          ...told.logits.map((logit, index) =>
            make(
              "tr",
              {
                "data-class": index,
                onpointerenter: () => actions.point(index),
                onpointerleave: () => actions.point(null),
              },
              make("th", { scope: "row" }, names[index]),
              ...[logit, told.shifted[index]].map((value) => make("td", {}, number(value, 4))),
              ...[told.exponentials[index], told.probabilities[index]].map((value) =>
                make("td", {}, number(value, 6)),
              ),
            ),
          ),
        ),
        make(
          "tfoot",
          {},
          make(
            "tr",
            {},
            make("th", { scope: "row", colspan: 3 }, say("fraction.sum")),
            make("td", {}, number(told.denominator, 6)),
            make(
              "td",
              {},
              number(
                told.probabilities.reduce((sum, value) => sum + value, 0),
                6,
              ),
            ),
          ),
        ),
      );
      dim.textContent = say("fraction.dim");
      batch.replaceChildren(
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            make("th"),
            ...names.map((name) => make("th", { scope: "col" }, name)),
            make("th", { scope: "col" }, "Σ"),
          ),
        ),
        make(
          "tbody",
          {},
          ...told.rows.map((shares, row) =>
            make(
              "tr",
              row === focus ? { "aria-current": "true" } : {},
              make("th", { scope: "row" }, say("fraction.row", { row })),
              ...shares.map((value) => make("td", {}, number(value, 4))),
              make(
                "td",
                {},
                number(
                  shares.reduce((sum, value) => sum + value, 0),
                  4,
                ),
              ),
            ),
          ),
        ),
      );
    },
    /** Point at one class's part of the fraction from elsewhere on the page. */
    point(index) {
      for (const row of table.querySelectorAll("tbody tr"))
        row.toggleAttribute("data-marked", Number(row.dataset.class) === index);
    },
    name() {
      label.textContent = say("fraction.temperature");
      reset.textContent = say("fraction.reset");
    },
  };
}
