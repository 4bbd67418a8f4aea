/** The backward pass at the current step: slopes as pictures, in symbols and numbers, by layer. */

import { make, steady } from "../base/elements.js";
import { glossed } from "../base/gloss.js";
import { decode, digits, number, units } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { createSlope } from "./slope.js";

const COLUMNS = ["name", "norm", "zeros"];
const CLASSES = ["class", "p", "onehot", "delta"];
const WEIGHT = /^dL\/dW/; // a line that is written here, of whichever weight is chosen

/** @param {import("../state/types.js").Page} page */
export function createSlopes(page) {
  const { say, step, actions } = page;
  const title = make("h3");
  const back = make("button", {
    type: "button",
    "data-action": "backward",
    onclick: (event) => actions.to(before(page), event.timeStamp),
  });
  const pick = (unit, since) => actions.change({ unit }, since);
  const unit = createField(say, "teach-unit", pick);
  const weight = createWeight(say, (at) => pictures.frame(at));
  const pictures = createPictures(page, pick, weight.choose);
  const held = make("p");
  const lines = make("div", { class: "formulas" });
  const layers = createLayers(say);
  const classes = createClasses(page);
  /** @type {any} */ let shown = null;

  function draw() {
    if (!shown) return;
    pictures.draw(shown);
    weight.write(shown);
  }

  return {
    element: make(
      "div",
      { class: "slopes" },
      make("div", { class: "head" }, title, back),
      classes.element,
      held,
      pictures.element,
      make("div", { class: "tools" }, unit.element, weight.field),
      weight.element,
      lines,
      layers.element,
    ),
    update(gradient) {
      shown = gradient;
      title.textContent = say("teach.backward", { step: gradient.step });
      unit.fit(gradient.unit, units(step()?.shape ?? []) - 1);
      const written = gradient.formulas.filter((line) => !gradient.weight || !WEIGHT.test(line));
      lines.replaceChildren(...written.map((line) => make("code", {}, line)));
      layers.fill(gradient.layers);
      held.hidden = !gradient.held;
      held.replaceChildren(...glossed(say, say("teach.frozen.here")));
      classes.fill(gradient);
      draw();
    },
    again: draw,
    name() {
      back.textContent = say("teach.back");
      unit.name("teach.unit");
      weight.name();
      layers.name();
      classes.name();
    },
  };
}

/**
 * One weight: dL/dW[i, j] as the product that it is.
 *
 * @param {(key: string) => string} say
 * @param {(at: number) => void} frame show which it is
 */
function createWeight(say, frame) {
  const input = createField(say, "teach-input", choose);
  const element = make("output", { class: "formula", for: "teach-unit teach-input" });
  /** @type {any} */ let shown = null;
  /** The input whose weight is written out; before one is chosen, the one of the largest value. */
  let place = -1;

  function choose(value) {
    place = value;
    write(shown);
  }

  function write(gradient) {
    shown = gradient;
    const { weight, leaving, names, unit } = gradient;
    input.element.hidden = element.hidden = !weight?.row;
    if (!weight?.row) return;
    const [row, inputs] = [decode(weight.row), decode(weight.inputs)];
    const at = place >= 0 && place < row.length ? place : weight.place;
    const [slope, value] = [decode(leaving)[unit], inputs[at]];
    const factor = value < 0 ? `(${digits(value)})` : digits(value);
    input.fit(at, row.length - 1);
    element.textContent =
      `dL/dW[${unit}, ${at}] = ${names[0]}[${unit}] · x[${at}]` +
      ` = ${digits(slope)} · ${factor} = ${digits(row[at])}`;
    frame(at);
  }

  return { field: input.element, element, choose, write, name: () => input.name("teach.input") };
}

/**
 * dL/d of what comes out and goes in, as the activations stand; the gradients of the parameters.
 *
 * @param {import("../state/types.js").Page} page
 * @param {(unit: number, since: number) => void} pick a unit
 * @param {(place: number) => void} weigh an input of the unit
 */
function createPictures(page, pick, weigh) {
  const { say, steps, step } = page;
  const pictures = {
    leaving: createSlope(page, pick),
    entering: createSlope(page),
    bias: createSlope(page, pick),
    row: createSlope(page, weigh),
    kernel: createSlope(page),
    whole: createSlope(page),
  };
  return {
    element: make(
      "div",
      { class: "pictures" },
      ...Object.values(pictures).map(({ element }) => element),
    ),
    /** Frame one weight of the row. */
    frame: (at) => pictures.row.frame(at),
    draw({ leaving, entering, bias, weight, source, limit, names, unit }) {
      const own = { step: step(), limit, unit };
      const below = steps().find(({ id }) => id === source);
      const off = { switches: step()?.switches };
      pictures.leaving.draw(leaving, { ...own, name: names[0] });
      pictures.entering.draw(entering, { step: below, limit, ...off, name: names[1] });
      const maps = leaving && leaving.shape.length > 1; // a bias for each, which is no unit
      pictures.bias.draw(bias, { ...own, ...(maps && { step: null }), name: "bias.grad" });
      const mine = { limit: weight?.limit, name: `weight.grad[${weight?.channel ?? unit}]` };
      pictures.row.draw(weight?.row ?? null, { ...mine, step: below });
      pictures.kernel.draw(weight?.kernel ?? null, mine);
      const [high, wide] = weight?.block ?? [1, 1];
      const name = high * wide > 1 ? say("teach.blocks", { high, wide }) : "weight.grad";
      pictures.whole.draw(weight?.whole ?? null, { limit: weight?.whole_limit, name });
    },
  };
}

/** Where the backward pass goes next: one step back, and from the input to the loss again. */
function before({ steps, store }) {
  const all = steps();
  const place = all.findIndex(({ id }) => id === store.get().step);
  return place > 0 ? place - 1 : all.length - 1;
}

/** A whole number to be typed in, for whoever does not point. */
function createField(say, id, chosen) {
  const label = make("label", { for: id });
  const field = make("input", {
    type: "number",
    id,
    min: 0,
    step: 1,
    onchange(event) {
      const value = Math.round(Number(field.value));
      if (field.value !== "" && value >= 0 && value <= Number(field.max))
        chosen(value, event.timeStamp);
    },
  });
  return {
    element: make("span", { class: "field" }, label, steady(field)),
    fit(value, most) {
      field.max = most;
      if (document.activeElement !== field) field.value = value;
    },
    name(key) {
      label.textContent = say(key);
    },
  };
}

/** Where the backward pass begins: p − onehot, class by class, at the steps of the classes. */
function createClasses({ say, labels, step }) {
  const table = make("table");
  const { box, name } = scrolled(table, say);
  return {
    element: box,
    name,
    fill({ probabilities, delta, label }) {
      box.hidden = !step()?.named || !delta;
      if (box.hidden) return;
      table.replaceChildren(
        head(CLASSES.map((key) => say(`teach.${key}`))),
        body(
          labels().map((word, index) =>
            row(
              [word, exact(probabilities[index]), index === label ? "1" : "0", exact(delta[index])],
              { "data-aim": index === label },
            ),
          ),
        ),
      );
    },
  };
}

/** How steep the loss is for each parameter as a whole. */
function createLayers(say) {
  const table = make("table");
  const box = scrolled(table, say);
  return {
    element: box.box,
    name: box.name,
    fill(layers) {
      table.replaceChildren(
        head(COLUMNS.map((key) => say(`teach.${key}`))),
        body(
          layers.map(({ name, norm, zeros, count, held }) =>
            norm === null
              ? row([name, held ? "None" : "—", held ? say("teach.frozen.row") : "—"])
              : row([
                  name,
                  exact(norm),
                  say("teach.share", { share: share(zeros), count: count.toLocaleString("en") }),
                ]),
          ),
        ),
      );
    },
  };
}

/** Rounded to read, exact to copy. */
function exact(value) {
  const element = number(value);
  element.textContent = digits(value);
  return element;
}

const share = (value) => `${(100 * value).toFixed(1)}\u202f%`;
