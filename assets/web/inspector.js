/** Where the pinned unit's value comes from: in symbols, in numbers, in pictures. */

import { icon, make } from "./elements.js";
import { decode, fixed } from "./numbers.js";
import { PIXELS, SIDE } from "./pen.js";
import { copyExactly, number, signed } from "./value.js";

/**
 * @param {{say: any, colours: any, labels: () => string[], goTo: (step: string, unit: number | null, since: number) => void,
 *   release: (since: number) => void}} page
 */
export function createInspector({ say, colours, labels, goTo, release }) {
  const hint = make("p", { class: "muted" });
  const body = make("div", { class: "body" });
  const section = make("section", { id: "inspector" }, hint, body);
  copyExactly(section);

  const row = (...cells) => make("tr", {}, ...cells.map((cell, index) => make(index ? "td" : "th", index ? {} : { scope: "row" }, cell)));

  /** The way back to the unit a term comes from. */
  function link(step, unit, text = `${unit}`) {
    if (!step) return make("span", {}, text);
    return make(
      "button",
      { type: "button", class: "link", title: say("inspector.follow", { unit, step }), onclick: (event) => goTo(step, unit, event.timeStamp) },
      text,
    );
  }

  function lines(...formulas) {
    return make("div", { class: "formulas" }, ...formulas.map((formula) => make("p", { class: "formula" }, ...[formula].flat())));
  }

  function sum(told) {
    const letter = told.kind === "logits" ? "logit" : "z";
    const term = ({ index, weight, input, product }) => row(link(told.source, index, `x[${index}]`), number(weight, 5), number(input, 5), signed(product, 5));
    const table = make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...["term", "weight", "times", "product"].map((key) => make("th", { scope: "col" }, say(`inspector.${key}`))))),
      make(
        "tbody",
        {},
        ...told.positive.map(term),
        ...told.negative.map(term),
        row(say("inspector.rest", { count: told.rest_count }), "", "", signed(told.rest, 5)),
        row(say("inspector.bias"), "", "", signed(told.bias, 5)),
      ),
      make("tfoot", {}, row(say("inspector.sum"), "", `${letter}[${told.unit}] =`, number(told.value, 5))),
    );
    const listed = [...told.positive, ...told.negative];
    const numeric = [`${letter}[${told.unit}] = `];
    for (const { product } of listed) numeric.push(signed(product, 3), " ");
    numeric.push(signed(told.rest, 3), " ", signed(told.bias, 3), " = ", number(told.value, 3));
    return [
      lines(`${letter}[${told.unit}] = Σᵢ w[${told.unit}, i]·x[i] + b[${told.unit}]`, numeric),
      make("div", { class: "left" }, table),
      make("div", { class: "right" }, ...(told.inputs === PIXELS ? pictures(told) : [bars(told)])),
    ];
  }

  /** Weight row, input and product as three pictures on stated scales. */
  function pictures({ pictures: given }) {
    const all = { weights: decode(given.weights), inputs: decode(given.inputs), products: decode(given.products) };
    return Object.entries(all).map(([name, values]) => {
      const limit = name === "inputs" ? 1 : colours.limit(values);
      const caption = say(`inspector.${name}.picture`, { limit: fixed(limit, 4) });
      const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": caption });
      const context = canvas.getContext("2d");
      const image = context.createImageData(SIDE, SIDE);
      colours.fill(values, name === "inputs" ? "grey" : "signed", limit, new Uint32Array(image.data.buffer));
      context.putImageData(image, 0, 0);
      return make("figure", {}, canvas, make("figcaption", {}, caption));
    });
  }

  /** Every product as a bar, sorted; a click follows it. */
  function bars(told) {
    const values = decode(told.pictures.products);
    const order = Array.from(values.keys()).sort((one, other) => values[other] - values[one]);
    const limit = colours.limit(values);
    const caption = say("inspector.bars", { count: values.length, limit: fixed(limit, 4) });
    const height = 160;
    const canvas = make("canvas", { width: values.length, height, role: "img", "aria-label": caption, class: "sorted" });
    const context = canvas.getContext("2d");
    const colour = new Uint32Array(values.length);
    colours.fill(values, "signed", limit, colour);
    const rgba = new Uint8Array(colour.buffer);
    order.forEach((index, place) => {
      const length = limit === 0 ? 0 : (values[index] / limit) * (height / 2 - 1);
      context.fillStyle = `rgb(${rgba[4 * index]},${rgba[4 * index + 1]},${rgba[4 * index + 2]})`;
      context.fillRect(place, Math.min(height / 2, height / 2 - length), 1, Math.max(1, Math.abs(length)));
    });
    const reading = make("figcaption", {}, caption);
    const at = (event) => order[Math.min(values.length - 1, Math.max(0, Math.floor((values.length * event.offsetX) / canvas.clientWidth)))];
    canvas.addEventListener("pointermove", (event) => {
      reading.textContent = `x[${at(event)}] · w[${told.unit}, ${at(event)}] = ${fixed(values[at(event)], 6)}`;
    });
    canvas.addEventListener("pointerleave", () => (reading.textContent = caption));
    if (told.source) canvas.addEventListener("click", (event) => goTo(told.source, at(event), event.timeStamp));
    return make("figure", { class: "wide" }, canvas, reading);
  }

  function relu(told) {
    const limit = Math.max(1, Math.ceil(Math.abs(told.z)));
    const label = say("inspector.curve", { limit });
    const svg = new DOMParser().parseFromString(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 110" role="img" class="curve"><path class="axis" d="M0 100H200M100 0V110"/><path class="line" d="M0 100H100L200 0"/><circle r="6" cx="${100 + (100 * told.z) / limit}" cy="${100 - (100 * Math.max(0, told.z)) / limit}"/></svg>`,
      "image/svg+xml",
    ).documentElement;
    svg.setAttribute("aria-label", label);
    return [
      make(
        "div",
        { class: "left" },
        lines(
          `a[${told.unit}] = max(0, z[${told.unit}])`,
          [`a[${told.unit}] = max(0, `, link(told.source, told.unit, fixed(told.z, 5)), ") = ", number(told.value, 5)],
        ),
        make("p", {}, say(told.on ? "inspector.on" : "inspector.off")),
        make("p", {}, `${say("inspector.distance")} |z| = `, number(told.distance, 5)),
      ),
      make("div", { class: "right" }, make("figure", { class: "wide" }, svg, make("figcaption", {}, label))),
    ];
  }

  function softmax(told) {
    const name = labels()[told.unit];
    return [
      make(
        "div",
        { class: "left" },
        lines(
          `p[${told.unit}] = exp(logit[${told.unit}] − max) / Σₖ exp(logit[k] − max)`,
          [`p[${told.unit}] = exp(`, link(told.source, told.unit, fixed(told.logit, 4)), ` − ${fixed(told.maximum, 4)}) / ${fixed(told.denominator, 4)}`],
          [`p[${told.unit}] = `, number(told.exponential, 6), " / ", number(told.denominator, 6), " = ", number(told.value, 6)],
        ),
        make("p", {}, name),
      ),
    ];
  }

  function plain(told) {
    const where = say("inspector.pixel", { row: told.row, column: told.column });
    if (told.kind === "input")
      return [lines(`X[${told.row}, ${told.column}] = ${say("figure.grey")} / 255`, [`X[${told.row}, ${told.column}] = ${told.grey} / 255 = `, number(told.value, 6)]), make("p", {}, where)];
    return [
      lines(`x[28·${told.row} + ${told.column}] = X[${told.row}, ${told.column}]`, [`x[${told.unit}] = `, number(told.value, 6)]),
      make("p", {}, `${where}, ${say("inspector.from")} `, link(told.source, told.unit, told.source ?? "")),
    ];
  }

  const kinds = { linear: sum, logits: sum, relu, softmax, input: plain, flatten: plain };

  return {
    section,
    /** @param {any} told the section `unit` of a reply; null when nothing is pinned */
    update(told) {
      hint.hidden = Boolean(told);
      if (!told) {
        body.replaceChildren();
        delete section.dataset.unit;
        delete section.dataset.value;
        return;
      }
      section.dataset.unit = told.unit;
      section.dataset.value = told.value;
      const close = make("button", { type: "button", class: "tool", "data-action": "release", title: say("inspector.close"), "aria-label": say("inspector.close"), onclick: (event) => release(event.timeStamp) }, icon("close"));
      const copy = make("button", { type: "button", class: "tool", "data-action": "copy-value", title: say("inspector.copy"), "aria-label": say("inspector.copy"), onclick: () => navigator.clipboard.writeText(String(told.value)) }, icon("copy"));
      const name = told.kind === "logits" || told.kind === "softmax" ? ` · ${labels()[told.unit]}` : "";
      body.replaceChildren(
        make("div", { class: "head" }, make("h3", {}, say("inspector.title", { step: told.step, unit: told.unit }) + name), make("strong", {}, number(told.value, 6)), copy, close),
        told.edited ? make("p", {}, say("edits.natural", { value: fixed(told.natural, 6) })) : make("div", { class: "parts" }, ...(kinds[told.kind]?.(told) ?? [])),
      );
    },
    name() {
      hint.textContent = say("inspector.hint");
    },
  };
}
