/** A unit of a Linear as the sum it is: symbols, the largest terms, the rest, the bias; pictures or bars of all products. */

import { make } from "../base/elements.js";
import { decode, fixed } from "../base/numbers.js";
import { PIXELS, SIDE } from "../base/size.js";
import { number, renew, signed } from "../base/value.js";

const DIGITS = 5;
const HEIGHT = 160; // of the sorted bars, in pixels

/**
 * Build the parts for one unit; `renew(told)` fills them with other numbers of the same unit, as under a moving pen.
 *
 * @param {import("../state/types.js").Page} page
 */
export function createSum({ say, colours, actions }, first) {
  const goTo = actions.follow;
  let told = first;
  const letter = told.kind === "logits" ? "logit" : "z";
  const terms = [...told.positive, ...told.negative];
  const lines = terms.map(() => ({
    link: follower(),
    weight: number(0, DIGITS),
    input: number(0, DIGITS),
    product: signed(0, DIGITS),
  }));
  const [rest, bias, total] = [signed(0, DIGITS), signed(0, DIGITS), number(0, DIGITS)];
  const restName = make("span");
  const numeric = [...terms, "rest", "bias"].map(() => signed(0, 3));
  const numericTotal = number(0, 3);
  const row = (...cells) =>
    make(
      "tr",
      {},
      ...cells.map((cell, index) => make(index ? "td" : "th", index ? {} : { scope: "row" }, cell)),
    );

  /** The way back to the unit a term comes from. */
  function follower() {
    const link = make("button", {
      type: "button",
      class: "link",
      onclick: (event) => goTo(told.source, Number(link.dataset.unit), event.timeStamp),
    });
    return link;
  }

  const table = make(
    "table",
    {},
    make(
      "thead",
      {},
      make(
        "tr",
        {},
        ...["term", "weight", "times", "product"].map((key) =>
          make("th", { scope: "col" }, say(`inspector.${key}`)),
        ),
      ),
    ),
    make(
      "tbody",
      {},
      ...lines.map((line) => row(line.link, line.weight, line.input, line.product)),
      row(restName, "", "", rest),
      row(say("inspector.bias"), "", "", bias),
    ),
    make("tfoot", {}, row(say("inspector.sum"), "", `${letter}[${told.unit}] =`, total)),
  );
  const formulas = make(
    "div",
    { class: "formulas" },
    make(
      "p",
      { class: "formula" },
      `${letter}[${told.unit}] = Σᵢ w[${told.unit}, i]·x[i] + b[${told.unit}]`,
    ),
    make(
      "p",
      { class: "formula" },
      `${letter}[${told.unit}] = `,
      ...numeric.flatMap((element) => [element, " "]),
      "= ",
      numericTotal,
    ),
  );
  const pictures =
    told.inputs === PIXELS ? ["weights", "inputs", "products"].map(createPicture) : [createBars()];

  /** Weight row, input or product as a picture on a stated scale. */
  function createPicture(name) {
    const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img" });
    const context = canvas.getContext("2d");
    const image = context.createImageData(SIDE, SIDE);
    const caption = make("figcaption");
    return {
      element: make("figure", {}, canvas, caption),
      renew() {
        const values = decode(told.pictures[name]);
        const limit = name === "inputs" ? 1 : colours.limit(values);
        colours.fill(
          values,
          name === "inputs" ? "grey" : "signed",
          limit,
          new Uint32Array(image.data.buffer),
        );
        context.putImageData(image, 0, 0);
        caption.textContent = say(`inspector.${name}.picture`, { limit: fixed(limit, 4) });
        canvas.setAttribute("aria-label", caption.textContent);
      },
    };
  }

  /** Every product as a bar, sorted; a click follows it. */
  function createBars() {
    const canvas = make("canvas", {
      width: told.inputs,
      height: HEIGHT,
      role: "img",
      class: "sorted",
    });
    const context = canvas.getContext("2d");
    const reading = make("figcaption");
    let [values, order, caption] = [new Float32Array(0), [], ""];
    const at = (event) =>
      order[
        Math.min(
          order.length - 1,
          Math.max(0, Math.floor((order.length * event.offsetX) / canvas.clientWidth)),
        )
      ];
    canvas.addEventListener("pointermove", (event) => {
      reading.textContent = `x[${at(event)}] · w[${told.unit}, ${at(event)}] = ${fixed(values[at(event)], 6)}`;
    });
    canvas.addEventListener("pointerleave", () => (reading.textContent = caption));
    canvas.addEventListener(
      "click",
      (event) => told.source && goTo(told.source, at(event), event.timeStamp),
    );
    return {
      element: make("figure", { class: "wide" }, canvas, reading),
      renew() {
        values = decode(told.pictures.products);
        order = Array.from(values.keys()).sort((one, other) => values[other] - values[one]);
        const limit = colours.limit(values);
        const colour = new Uint32Array(values.length);
        colours.fill(values, "signed", limit, colour);
        const rgba = new Uint8Array(colour.buffer);
        context.clearRect(0, 0, canvas.width, HEIGHT);
        order.forEach((index, place) => {
          const length = limit === 0 ? 0 : (values[index] / limit) * (HEIGHT / 2 - 1);
          context.fillStyle = `rgb(${rgba[4 * index]},${rgba[4 * index + 1]},${rgba[4 * index + 2]})`;
          context.fillRect(
            place,
            Math.min(HEIGHT / 2, HEIGHT / 2 - length),
            1,
            Math.max(1, Math.abs(length)),
          );
        });
        caption = reading.textContent = say("inspector.bars", {
          count: values.length,
          limit: fixed(limit, 4),
        });
        canvas.setAttribute("aria-label", caption);
      },
    };
  }

  function refresh(next) {
    told = next;
    [...told.positive, ...told.negative].forEach(({ index, weight, input, product }, place) => {
      const { link, ...numbers } = lines[place];
      link.dataset.unit = index;
      link.textContent = `x[${index}]`;
      link.disabled = !told.source;
      link.title = told.source ? say("inspector.follow", { unit: index, step: told.source }) : "";
      renew(numbers.weight, weight, DIGITS);
      renew(numbers.input, input, DIGITS);
      renew(numbers.product, product, DIGITS, true);
      renew(numeric[place], product, 3, true);
    });
    restName.textContent = say("inspector.rest", { count: told.rest_count });
    renew(rest, told.rest, DIGITS, true);
    renew(bias, told.bias, DIGITS, true);
    renew(total, told.value, DIGITS);
    renew(numeric.at(-2), told.rest, 3, true);
    renew(numeric.at(-1), told.bias, 3, true);
    renew(numericTotal, told.value, 3);
    for (const picture of pictures) picture.renew();
  }

  refresh(told);
  return {
    parts: [
      formulas,
      make("div", { class: "left" }, table),
      make("div", { class: "right" }, ...pictures.map((picture) => picture.element)),
    ],
    renew: refresh,
    /** Whether other numbers fit into what was built. */
    fits: (next) =>
      next.positive.length === told.positive.length &&
      next.negative.length === told.negative.length &&
      next.inputs === told.inputs,
  };
}
