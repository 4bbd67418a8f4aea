/** How the network shall learn: one control for each setting, with its unit. */

import { choices, make, steady } from "../base/elements.js";
import { digits } from "../base/numbers.js";

const SIZES = [1, 8, 16, 32, 64, 128, 256, 512, 1024];
const FINE = 20; // places of the slider of rates for each power of ten

/** @param {import("../state/types.js").Page} page */
export function createChoices(page) {
  const { say, start } = page;
  const { usual } = start.train;
  const fields = createFields(page);
  const element = make("fieldset", { class: "choices" }, ...fields.map(field));
  let alive = false;

  /** A label, its control and the unit. */
  function field({ name, control, unit }) {
    const label = make("label", { for: control.id });
    label.dataset.name = name;
    return make("div", { class: "field", "data-field": name }, label, control, unit);
  }

  function write(settings) {
    for (const { name, write } of fields) write(settings[name]);
  }

  function units() {
    for (const { unit, said } of fields) unit.textContent = said?.() ?? "";
  }

  element.addEventListener("input", units);
  return {
    element,
    read: () => Object.fromEntries(fields.map(({ name, read }) => [name, read()])),
    /** While a network learns, how it learns; nobody changes that. */
    show({ state, settings }) {
      const now = state === "running" || state === "paused";
      if (now) write(settings);
      if (now || alive) units();
      element.disabled = alive = now;
    },
    name() {
      for (const label of element.querySelectorAll("label"))
        label.textContent = say(`train.${label.dataset.name}`);
      for (const { label } of fields) label?.();
      if (!element.dataset.filled) write(usual);
      element.dataset.filled = "";
      units();
    },
  };
}

/**
 * Every setting, in the order in which they stand.
 *
 * @returns {{name: string, control: any, unit: HTMLElement, read: () => any,
 *   write: (value: any) => void, label?: () => void, said?: () => string}[]}
 */
function createFields({ say, start, store }) {
  const { models, optimizers, bounds } = start.train;
  const title = (name) => {
    const card = start.models.find((each) => each.name === name);
    return card?.title[store.get().language] ?? name;
  };
  const log = (end) => Math.round(FINE * Math.log10(bounds.rate[end]));
  return [
    select("model", () => models.map((name) => [name, title(name)])),
    {
      ...range("rate", [log(0), log(1), 1], {
        read: (place) => Number((10 ** (place / FINE)).toPrecision(3)),
        write: (rate) => Math.round(FINE * Math.log10(rate)),
      }),
      said: () => digits(10 ** (Number(place("rate").value) / FINE), 3),
    },
    { ...sized("batch"), said: () => say("train.batch.unit") },
    select("optimizer", () => optimizers.map((name) => [name, say(`teach.${name}`)])),
    { ...whole("epochs", bounds.epochs), said: () => say("train.epochs.unit") },
    {
      ...range("drawn", [0, 100, 5], {
        read: (share) => share / 100,
        write: (share) => Math.round(100 * share),
      }),
      said: () => `${place("drawn").value} ${say("train.drawn.unit")}`,
    },
    { ...whole("seed", bounds.seed), said: () => say("train.seed.unit") },
  ];
}

/** What every setting has: its name, control and unit, and how it is read and written. */
function setting(name, control, read, write) {
  return {
    ...{ name, control, read, unit: make("output", { for: control.id }) },
    write(value) {
      control.value = write(value);
    },
  };
}

/** @returns {any} */
const place = (name) => document.getElementById(`train-${name}`);

/**
 * @param {string} name @param {() => [string, string][]} pairs
 * @param {(value: string) => any} [typed]
 */
function select(name, pairs, typed = String) {
  const control = make("select", { id: `train-${name}` });
  return {
    label: () => choices(control, pairs()),
    ...setting(name, control, () => typed(control.value), String),
  };
}

/** One of our sizes, or that of a run which a program has begun. @param {string} name */
function sized(name) {
  let chosen = SIZES[0];
  /** @returns {[string, string][]} */
  const pairs = () =>
    [...new Set([...SIZES, chosen])]
      .sort((one, other) => one - other)
      .map((size) => [String(size), String(size)]);
  const field = select(name, pairs, Number);
  return {
    ...field,
    write(size) {
      chosen = size;
      field.label();
      field.control.value = String(size);
    },
  };
}

function range(name, [min, max, step], { read, write }) {
  const control = make("input", { type: "range", id: `train-${name}`, min, max, step });
  return setting(name, control, () => read(Number(control.value)), write);
}

function whole(name, [min, max]) {
  const field = make("input", { type: "number", id: `train-${name}`, min, max, step: 1 });
  const control = steady(field);
  return setting(name, control, () => Number(control.value), String);
}
