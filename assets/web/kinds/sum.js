/**
 * A unit of a Linear as the sum it is: symbols, the largest terms, the rest, the bias; all products
 * as bars.
 */

import { make } from "../base/elements.js";
import { number, renew, signed } from "../base/numbers.js";
import { body, head, row } from "../base/tables.js";
import { placed } from "./parts.js";
import { createBars } from "./products.js";

const DIGITS = 5;

/** @typedef {{index: number, weight: number, input: number, product: number}} Term */

/**
 * Build the parts for one unit; `renew` fills them with other numbers of the same unit, as under a
 * moving pen.
 *
 * @param {import("../state/types.js").Page} page
 * @param {any} first
 * @param {string} letter of the sum
 * @returns {import("./index.js").Explained}
 */
export function createSum(page, first, letter) {
  const count = terms(first).length;
  const { unit, output, input } = placed(first);
  const name = `${letter}[${unit}]`;
  const symbols = `${name} = Σᵢ w[${output}, i]·x[${input("i")}] + b[${output}]`;
  const formula = createFormula(page, name, count);
  const table = createTable(page, name, count);
  const products = createBars(page, first);

  function fill(section) {
    formula.renew(section);
    table.renew(section);
    products.renew(section);
  }

  fill(first);
  return {
    parts: [
      make("div", { class: "formulas" }, make("p", { class: "formula" }, symbols), formula.element),
      make("div", { class: "left" }, table.element),
      make("div", { class: "right" }, ...products.elements),
    ],
    renew: fill,
    light: table.light,
    fits: (next) => terms(next).length === count && next.inputs === first.inputs,
  };
}

/** @returns {Term[]} those written out */
function terms({ positive, negative }) {
  return [...positive, ...negative];
}

/**
 * The sum in numbers on one line: the largest terms, the rest, the bias; the last two say what they
 * are.
 */
function createFormula({ say }, name, count) {
  const products = Array.from({ length: count }, () => signed(0, 3));
  const [rest, bias, total] = [signed(0, 3), signed(0, 3), number(0, 3)];
  const called = (element, key) =>
    make("span", { class: "called" }, element, make("small", {}, ` ${say(key)}`));
  const parts = [...products, called(rest, "flow.rest"), called(bias, "flow.bias")];
  const spaced = parts.flatMap((element) => [element, " "]);
  return {
    element: make("p", { class: "formula" }, `${name} = `, ...spaced, "= ", total),
    renew(section) {
      terms(section).forEach(({ product }, place) => renew(products[place], product, 3, true));
      renew(rest, section.rest, 3, true);
      renew(bias, section.bias, 3, true);
      renew(total, section.value, 3);
    },
  };
}

/** The same below each other, with weight and input of each term. */
function createTable({ say, actions }, name, count) {
  const lines = Array.from({ length: count }, () => createTerm({ say, actions }));
  const [rest, bias, total] = [signed(0, DIGITS), signed(0, DIGITS), number(0, DIGITS)];
  const others = make("span");
  const columns = ["term", "weight", "times", "product"].map((key) => say(`inspector.${key}`));
  const element = make(
    "table",
    {},
    head(columns),
    body([
      ...lines.map((line) => line.element),
      row([others, "", "", rest]),
      row([say("inspector.bias"), "", "", bias]),
    ]),
    make("tfoot", {}, row([say("inspector.sum"), "", `${name} =`, total])),
  );
  return {
    element,
    light(index) {
      for (const line of lines) line.light(index);
    },
    renew(section) {
      terms(section).forEach((term, place) => lines[place].renew(term, section));
      others.textContent = say("inspector.rest", { count: section.rest_count });
      renew(rest, section.rest, DIGITS, true);
      renew(bias, section.bias, DIGITS, true);
      renew(total, section.value, DIGITS);
    },
  };
}

/** One term: the way back to the unit it comes from, its weight, its input, their product. */
function createTerm({ say, actions }) {
  let from = { source: "", unit: 0, index: 0 };
  const link = make("button", {
    type: "button",
    class: "link",
    onclick: (event) => actions.follow(from.source, from.unit, event.timeStamp),
    onfocus: () => actions.light(from.index),
    onblur: () => actions.light(-1),
  });
  const [weight, input, product] = [number(0, DIGITS), number(0, DIGITS), signed(0, DIGITS)];
  const element = row([link, weight, input, product], {
    onpointerenter: () => actions.light(from.index),
    onpointerleave: () => actions.light(-1),
  });
  return {
    element,
    light: (index) => element.toggleAttribute("data-lit", index === from.index),
    /**
     * @param {Term} term
     * @param {any} section with the `source` that it comes from; none where no hook has seen it
     */
    renew(term, section) {
      const { source, first = 0 } = section;
      const at = placed(section).input(term.index);
      from = { source, unit: first + term.index, index: term.index };
      link.dataset.unit = from.unit;
      link.textContent = `x[${at}]`;
      link.disabled = !source;
      link.title = source ? say("inspector.follow", { unit: at, step: source }) : "";
      renew(weight, term.weight, DIGITS);
      renew(input, term.input, DIGITS);
      renew(product, term.product, DIGITS, true);
    },
  };
}
