/** The backward pass at the current step: slopes as pictures, in symbols and numbers, by layer. */

import { make } from "../base/elements.js";
import { decode, digits, number } from "../base/numbers.js";
import { body, head, row, scrolled } from "../base/tables.js";
import { createSlope } from "./slope.js";

const COLUMNS = ["name", "norm", "zeros"];

/** @param {import("../state/types.js").Page} page */
export function createSlopes(page) {
  const { say, steps, step, store, actions } = page;
  const title = make("h3");
  const back = make("button", {
    type: "button",
    "data-action": "backward",
    onclick: (event) => actions.to(before(page), event.timeStamp),
  });
  const head = make("div", { class: "head" }, title, back);
  const pick = (unit, since) => actions.change({ unit }, since);
  const pictures = {
    leaving: createSlope(page, pick),
    entering: createSlope(page),
    bias: createSlope(page, pick),
    row: createSlope(page, (place) => weigh(place)),
    whole: createSlope(page),
  };
  const unit = createField(say, "teach-unit", (value, since) => pick(value, since));
  const input = createField(say, "teach-input", (value) => weigh(value));
  const weight = make("output", {
    class: "formula",
    for: "teach-unit teach-input",
  });
  const lines = make("div", { class: "formulas" });
  const layers = createLayers(say);
  /** @type {any} */ let shown = null;
  /** Which input's weight is written out; none before one is chosen. */
  let place = 0;

  /** One weight: dL/dW[i, j] as the product that it is. */
  function weigh(wanted) {
    if (!shown?.weight) return;
    const { unit: index } = shown;
    const [row, inputs] = [decode(shown.weight.row), decode(shown.weight.inputs)];
    place = Math.min(Math.max(0, wanted), row.length - 1);
    input.fit(place, row.length - 1);
    const [slope, value] = [decode(shown.leaving)[index], inputs[place]];
    weight.textContent =
      `dL/dW[${index}, ${place}] = ${shown.names[0]}[${index}] · x[${place}]` +
      ` = ${digits(slope)} · ${digits(value)} = ${digits(row[place])}`;
  }

  function draw() {
    if (!shown) return;
    const source = steps().find(({ id }) => id === shown.source);
    const { limit, names, weight: grads } = shown;
    const own = { step: step(), limit, unit: shown.unit };
    pictures.leaving.draw(shown.leaving, { ...own, name: names[0] });
    const switches = step()?.switches;
    pictures.entering.draw(shown.entering, {
      step: source,
      limit,
      switches,
      name: names[1],
    });
    pictures.bias.draw(shown.bias, { ...own, name: "bias.grad" });
    const row = { step: source, limit: grads?.limit, unit: place };
    pictures.row.draw(grads?.row ?? null, {
      ...row,
      name: `weight.grad[${shown.unit}]`,
    });
    const [high, wide] = grads?.block ?? [1, 1];
    const blocks = high * wide > 1 ? say("teach.blocks", { high, wide }) : "";
    const name = `weight.grad ${blocks}`;
    pictures.whole.draw(grads?.whole ?? null, {
      limit: grads?.whole_limit,
      name,
    });
  }

  return {
    element: make(
      "div",
      { class: "slopes" },
      head,
      make("div", { class: "pictures" }, ...Object.values(pictures).map((each) => each.element)),
      make("div", { class: "tools" }, unit.element, input.element),
      weight,
      lines,
      layers.element,
    ),
    update(gradient) {
      shown = gradient;
      title.textContent = say("teach.backward", { step: gradient.step });
      unit.fit(
        gradient.unit,
        page
          .step()
          ?.shape.slice(1)
          .reduce((a, b) => a * b, 1) - 1,
      );
      input.element.hidden = weight.hidden = !gradient.weight;
      lines.replaceChildren(...gradient.formulas.map((line) => make("code", {}, line)));
      layers.fill(gradient.layers);
      weigh(place);
      draw();
    },
    again: draw,
    name() {
      back.textContent = say("teach.back");
      unit.name("teach.unit");
      input.name("teach.input");
      layers.name();
      if (shown && store.get().taught) draw();
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
              : row([name, exact(norm), say("teach.share", { share: share(zeros), count })]),
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
