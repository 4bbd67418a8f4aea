/**
 * The network as one linear map around this drawing: templates, products, sums, and the distance to
 * the next kink.
 */

import { make } from "../base/elements.js";
import { copyExactly, decode, fixed, number, signed } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { paintCells } from "../canvas/cells.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createLinear(page) {
  const { say } = page;
  const lead = make("p");
  const legend = make("p", { class: "legend" });
  const classes = make("div", { class: "templates" });
  const title = make("h3");
  const kinks = make("table");
  const box = scrolled(kinks, say);
  const section = make("section", { id: "linear" }, lead, legend, classes, title, box.box);
  copyExactly(section);

  /** A network that it cannot be asked of. */
  function clear() {
    lead.textContent = say("panel.unable");
    legend.textContent = "";
    title.hidden = true;
    for (const each of [classes, kinks]) each.replaceChildren();
  }

  return {
    element: section,
    asks: "linear",
    name: box.name,
    when: page.predicts,
    update({ steps, sections: { linear: map } }) {
      if (map === null) clear();
      if (!map) return;
      const pictures = ["template", "products"].map((key, place) => {
        const values = decode(place ? map.products : map.weights);
        const limit = page.colours.limit(values);
        return { values, limit, words: say(`linear.${key}`, { limit: fixed(limit, 4) }) };
      });
      lead.textContent = say(map.exact ? "linear.lead" : "linear.local");
      legend.textContent = pictures.map(({ words }) => words).join(" · ");
      classes.replaceChildren(
        ...page
          .labels()
          .map((label, index) => figure(page, map, pictures, steps[0].grid, label, index)),
      );
      title.textContent = say("linear.kinks");
      title.hidden = map.boundaries.length === 0;
      kinks.replaceChildren(...boundaries(page, map));
    },
  };
}

/** One class: its template, what that makes of this drawing, and the sums. */
function figure({ say, colours }, map, pictures, grid, label, index) {
  const painted = pictures.map(({ values, limit, words }) => {
    const canvas = make("canvas", { role: "img", "aria-label": words, title: words });
    const size = values.length / map.logits.length;
    const mine = values.subarray(index * size, (index + 1) * size);
    paintCells(canvas, mine, { grid, scale: "signed", limit }, colours);
    return canvas;
  });
  const part = (key, value) =>
    make("div", {}, make("dt", {}, say(`linear.${key}`)), make("dd", {}, value));
  return make(
    "figure",
    { "data-class": index },
    make("figcaption", {}, label),
    make("div", {}, ...painted),
    make(
      "dl",
      {},
      part("contribution", signed(map.contribution[index], 4)),
      part("bias", signed(map.bias[index], 4)),
      map.exact ? null : part("remainder", signed(map.remainder[index], 4)),
      part("logit", number(map.logits[index], 4)),
    ),
  );
}

/** How many units of each ReLU lie within some radii, and which one is nearest. */
function boundaries({ say, actions }, { radii, boundaries: kinks }) {
  const nearest = ({ step, unit, distance }) =>
    make(
      "button",
      {
        type: "button",
        class: "link",
        onclick: (event) => actions.follow(step, unit, event.timeStamp),
      },
      say("linear.unit", { unit, distance: fixed(distance, 5) }),
    );
  return [
    head([say("linear.step"), ...radii.map((radius) => `ε = ${radius}`), say("linear.nearest")]),
    body(kinks.map((kink) => row([kink.step, ...kink.within.map(String), nearest(kink)]))),
  ];
}
