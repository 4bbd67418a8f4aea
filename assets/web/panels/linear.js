/** The network as one linear map around this drawing: templates, products, sums, and the distance to the next kink. */

import { make } from "../base/elements.js";
import { decode, fixed } from "../base/numbers.js";
import { PIXELS, SIDE } from "../base/size.js";
import { copyExactly, number, signed } from "../base/value.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createLinear({ say, colours, labels, actions }) {
  const lead = make("p");
  const legend = make("p", { class: "legend" });
  const classes = make("div", { class: "templates" });
  const title = make("h3");
  const kinks = make("table");
  const section = make(
    "section",
    { id: "linear" },
    lead,
    legend,
    classes,
    title,
    make("div", { class: "scroll" }, kinks),
  );
  copyExactly(section);

  function picture(values, limit, name) {
    const canvas = make("canvas", {
      width: SIDE,
      height: SIDE,
      role: "img",
      "aria-label": name,
      title: name,
    });
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    colours.fill(values, "signed", limit, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
    return canvas;
  }

  return {
    element: section,
    asks: "linear",
    update({ sections }) {
      const { linear: told } = sections;
      if (!told) return;
      lead.textContent = say(told.exact ? "linear.lead" : "linear.local");
      const weights = decode(told.weights);
      const products = decode(told.products);
      const most = { weights: colours.limit(weights), products: colours.limit(products) };
      legend.textContent = `${say("linear.template", { limit: fixed(most.weights, 4) })} · ${say("linear.products", { limit: fixed(most.products, 4) })}`;
      const part = (key, value) =>
        make(
          "div",
          {},
          make("dt", {}, say(`linear.${key}`)),
          make("dd", {}, key === "logit" ? number(value, 4) : signed(value, 4)),
        );
      classes.replaceChildren(
        ...labels().map((label, index) => {
          const of = (all) => all.subarray(index * PIXELS, (index + 1) * PIXELS);
          return make(
            "figure",
            { "data-class": index },
            make("figcaption", {}, label),
            make(
              "div",
              {},
              picture(
                of(weights),
                most.weights,
                say("linear.template", { limit: fixed(most.weights, 4) }),
              ),
              picture(
                of(products),
                most.products,
                say("linear.products", { limit: fixed(most.products, 4) }),
              ),
            ),
            make(
              "dl",
              {},
              part("contribution", told.contribution[index]),
              part("bias", told.bias[index]),
              ...(told.exact ? [] : [part("remainder", told.remainder[index])]),
              part("logit", told.logits[index]),
            ),
          );
        }),
      );
      title.textContent = say("linear.kinks");
      kinks.replaceChildren(
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            make("th", {}, say("linear.step")),
            ...told.radii.map((radius) => make("th", { scope: "col" }, `ε = ${radius}`)),
            make("th", {}, say("linear.nearest")),
          ),
        ),
        make(
          "tbody",
          {},
          ...told.boundaries.map((kink) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, kink.step),
              ...kink.within.map((count) => make("td", {}, String(count))),
              make(
                "td",
                {},
                make(
                  "button",
                  {
                    type: "button",
                    class: "link",
                    onclick: (event) => actions.follow(kink.step, kink.unit, event.timeStamp),
                  },
                  say("linear.unit", { unit: kink.unit, distance: fixed(kink.distance, 5) }),
                ),
              ),
            ),
          ),
        ),
      );
      title.hidden = told.boundaries.length === 0;
    },
  };
}
