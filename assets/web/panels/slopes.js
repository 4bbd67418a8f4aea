/** The backward pass at the current step: slopes as pictures, in symbols and numbers, by layer. */

import { make } from "../base/elements.js";
import { decode, digits, number, units } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { createSlope } from "./slope.js";

const COLUMNS = ["name", "norm", "zeros"];
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
  const input = createField(say, "teach-input", (value) => {
    place = value;
    weigh();
  });
  const pictures = createPictures(page, pick, (value) => {
    place = value;
    weigh();
  });
  const weight = make("output", { class: "formula", for: "teach-unit teach-input" });
  const lines = make("div", { class: "formulas" });
  const layers = createLayers(say);
  /** @type {any} */ let shown = null;
  /** The input whose weight is written out; before one is chosen, the one of the largest value. */
  let place = -1;

  /** One weight: dL/dW[i, j] as the product that it is. */
  function weigh() {
    if (!shown.weight) return;
    const { unit: index } = shown;
    const [row, inputs] = [decode(shown.weight.row), decode(shown.weight.inputs)];
    const at = place >= 0 && place < row.length ? place : shown.weight.place;
    input.fit(at, row.length - 1);
    const [slope, value] = [decode(shown.leaving)[index], inputs[at]];
    const factor = value < 0 ? `(${digits(value)})` : digits(value);
    weight.textContent =
      `dL/dW[${index}, ${at}] = ${shown.names[0]}[${index}] · x[${at}]` +
      ` = ${digits(slope)} · ${factor} = ${digits(row[at])}`;
    pictures.frame(at);
  }

  function draw() {
    if (!shown) return;
    pictures.draw(shown);
    weigh();
  }

  return {
    element: make(
      "div",
      { class: "slopes" },
      make("div", { class: "head" }, title, back),
      pictures.element,
      make("div", { class: "tools" }, unit.element, input.element),
      weight,
      lines,
      layers.element,
    ),
    update(gradient) {
      shown = gradient;
      title.textContent = say("teach.backward", { step: gradient.step });
      unit.fit(gradient.unit, units(step()?.shape ?? []) - 1);
      input.element.hidden = weight.hidden = !gradient.weight;
      const written = gradient.formulas.filter((line) => !gradient.weight || !WEIGHT.test(line));
      lines.replaceChildren(...written.map((line) => make("code", {}, line)));
      layers.fill(gradient.layers);
      draw();
    },
    again: draw,
    name() {
      back.textContent = say("teach.back");
      unit.name("teach.unit");
      input.name("teach.input");
      layers.name();
    },
  };
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
      pictures.bias.draw(bias, { ...own, name: "bias.grad" });
      const mine = { step: below, limit: weight?.limit, name: `weight.grad[${unit}]` };
      pictures.row.draw(weight?.row ?? null, mine);
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
    element: make("span", { class: "field" }, label, field),
    fit(value, most) {
      field.max = most;
      if (document.activeElement !== field) field.value = value;
    },
    name(key) {
      label.textContent = say(key);
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
          layers.map(({ name, norm, zeros, count }) =>
            norm === null
              ? row([name, "—", "—"])
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
