/**
 * The rows of the first weight as images: each row weighs the pixels of the picture, one by one.
 */

import { choices, make } from "../base/elements.js";
import { createRaster, tiles } from "../canvas/raster.js";
import { latest } from "../state/latest.js";

const ACROSS = 32;
const ORDERS = ["index", "activation", "norm"];
const NONE = { name: "", step: "", side: 1, count: 0, values: new Float32Array(0) };

/** @typedef {import("./weights.js").Parameter} Parameter */

/**
 * @param {import("../state/types.js").Page} page
 * @param {(parameter: Parameter) => Promise<Float32Array>} fetched
 */
export function createRows({ say, colours, steps, actions }, fetched) {
  const title = make("h2");
  const lead = make("p", { class: "sentence" });
  const reading = make("p", { class: "reading", "aria-live": "polite" });
  const order = make("select", { id: "row-order", onchange: arrange });
  const label = make("label", { for: "row-order" });
  const newest = latest();
  /** @type {{name: string, step: string, side: number, count: number, values: Float32Array}} */
  let rows = NONE;
  let address = "";
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
    make("div", { class: "head" }, title, label, order),
    lead,
    make("div", { class: "scroll", tabindex: "0", role: "group" }, images.canvas),
    reading,
  );

  const rowOf = (index) => Math.floor(index / rows.side ** 2);

  /** Paint the rows in the chosen order. */
  function arrange() {
    if (element.hidden || !rows.count) return;
    const all = ranked(rows, order.value, outputs[rows.step] ?? []);
    const place = tiles(all, rows.side, Math.min(ACROSS, rows.count));
    images.draw(rows.values, place, colours.limit(rows.values));
    images.canvas.setAttribute("aria-label", say("weights.images", { count: rows.count }));
  }

  return {
    element,
    arrange,
    /** Show the first parameter whose rows are pictures of the input. @param {Parameter[]} all */
    async show(all) {
      const side = squareOf(steps()[0]);
      const first = all.find(({ size }) => size.length === 2 && size[1] === side ** 2);
      element.hidden = !first;
      if (!first || first.address === address) return;
      address = first.address;
      const values = await newest(fetched(first));
      rows = { name: first.name, step: first.step, side, count: first.size[0], values };
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
      choices(
        order,
        ORDERS.map((key) => [key, say(`weights.order.${key}`)]),
      );
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
