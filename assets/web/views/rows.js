/**
 * The rows of the first weight as images: each row weighs the pixels of the picture, one by one.
 */

import { choices, make } from "../base/elements.js";
import { createRaster, tiles } from "../canvas/raster.js";
import { latest } from "../state/latest.js";
import { difference } from "./parameter.js";

const ACROSS = 32;
const ORDERS = ["index", "activation", "norm"];
const NONE = { name: "", step: "", side: 1, count: 0, values: new Float32Array(0) };

/**
 * @typedef {import("./weights.js").Parameter} Parameter
 * @typedef {import("./parameter.js").Side} Side
 * @typedef {{name: string, step: string, side: number, count: number, values: Float32Array}} Rows
 */

/** @param {import("../state/types.js").Page} page */
export function createRows({ say, colours, steps, actions }) {
  const [title, lead] = [make("h2"), make("p", { class: "sentence" })];
  const reading = make("p", { class: "reading", "aria-live": "polite" });
  const order = make("select", { id: "row-order", onchange: arrange });
  const label = make("label", { for: "row-order" });
  const sides = createSides(say, arrange);
  const newest = latest();
  let rows = /** @type {Rows} */ (NONE);
  /** @type {any} */ let shown = null;
  /** What every step put out for the drawing. @type {Record<string, Float32Array>} */
  let outputs = {};
  const images = createRaster({
    colours,
    hover(text) {
      reading.textContent = text || "\u00a0";
    },
    describe: (index) => `${rows.name}[${rowOf(index)}, ${index % rows.side ** 2}]`,
    choose(index, since) {
      actions.show("explore");
      actions.follow(rows.step, rowOf(index), since);
    },
  });
  const element = make(
    "section",
    { class: "rows" },
    make("div", { class: "head" }, title, label, order, ...sides.elements),
    lead,
    make("div", { class: "scroll", tabindex: "0", role: "group" }, images.canvas),
    reading,
  );

  function rowOf(index) {
    return Math.floor(index / rows.side ** 2);
  }

  /** Paint the rows in the chosen order, which is that of the shown weights on either side. */
  function arrange() {
    if (element.hidden || !rows.count) return;
    const places = ranked(rows, order.value, outputs[rows.step] ?? []);
    const place = tiles(places, rows.side, Math.min(ACROSS, rows.count));
    const { name, values, beside } = sides.chosen();
    const limit = Math.max(...beside.map((each) => colours.limit(each.values)));
    images.draw(values, place, limit);
    const words = say("weights.images", { count: rows.count });
    images.canvas.setAttribute("aria-label", name ? `${name}: ${words}` : words);
  }

  return {
    element,
    arrange,
    /**
     * Show the first parameter whose rows are pictures of the input.
     *
     * @param {{rows: Parameter[]}} listing
     * @param {(name: string) => Promise<Side[]>} found
     */
    async show(listing, found) {
      const edge = squareOf(steps()[0]);
      const first = listing.rows.find(({ size }) => size.length === 2 && size[1] === edge ** 2);
      element.hidden = !first;
      if (!first || listing === shown) return;
      shown = listing;
      const both = await newest(found(first.name));
      const { name, step, size } = first;
      rows = { name, step, side: edge, count: size[0], values: both[0].values };
      sides.offer(both);
      arrange();
    },
    /** @param {Record<string, Float32Array>} values of all steps @param {boolean} visible or not */
    follow(values, visible) {
      outputs = values;
      if (visible && order.value === "activation") arrange();
    },
    name() {
      title.textContent = say("weights.rows");
      lead.textContent = say("weights.rows.lead");
      label.textContent = say("weights.order");
      sides.name();
      choices(
        order,
        ORDERS.map((key) => [key, say(`weights.order.${key}`)]),
      );
    },
  };
}

/** What is shown of the rows: one side of a comparison or the other, or their difference. */
function createSides(say, changed) {
  const choice = make("select", { id: "row-side", onchange: changed });
  const label = make("label", { for: "row-side" });
  /** @type {Side[]} */ let both = [];
  return {
    elements: [label, choice],
    /** @param {Side[]} all */
    offer(all) {
      both = all;
      label.hidden = choice.hidden = both.length < 2;
      const names = [...both.map(({ title }) => title), say("weights.difference")];
      choices(
        choice,
        names.map((name, at) => [String(at), name]),
      );
      if (label.hidden) choice.value = "0";
    },
    /** The values, their name in a comparison, and all that stand on one scale with them. */
    chosen() {
      const [one, two] = both;
      if (!two) return { name: "", values: one.values, beside: both };
      const side = both[Number(choice.value)];
      if (side) return { name: side.title, values: side.values, beside: both };
      const values = difference(one.values, two.values);
      return { name: say("weights.difference"), values, beside: [{ values }] };
    },
    name() {
      label.textContent = say("weights.side");
    },
  };
}

/**
 * The edge of a square picture; 0 where a step shows none.
 *
 * @param {import("../state/types.js").Step} [step]
 */
function squareOf(step) {
  const square = step && step.grid.maps === 1 && step.grid.height === step.grid.width;
  return square ? step.grid.width : 0;
}

/** All rows: as they come, by what they answer to the drawing, or by their length. */
function ranked({ values, side, count }, order, activations) {
  const size = side ** 2;
  const squares = (row) =>
    values.subarray(row * size, (row + 1) * size).reduce((sum, value) => sum + value * value, 0);
  const worth = { index: (row) => -row, activation: (row) => activations[row] ?? 0, norm: squares };
  const keys = Array.from({ length: count }, (_, row) => worth[order](row));
  return [...keys.keys()].sort((one, other) => keys[other] - keys[one]);
}
