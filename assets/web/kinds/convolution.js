/** A value of a convolution: patch times kernel, channel by channel, and the bias. */

import { make } from "../base/elements.js";
import { decode, encode, fixed, number, signed } from "../base/numbers.js";
import { body, head, row } from "../base/tables.js";
import { paintCells } from "../canvas/cells.js";
import { patchSum } from "../twin/patches.js";
import { add } from "../twin/sums.js";
import { placeOf } from "./parts.js";
import { explain as written } from "./written.js";

const DIGITS = 5;

/** @param {import("../state/types.js").Page} page @param {any} section */
export function explain(page, section) {
  if (!section.sums) return written(page, section);
  const { say } = page;
  const { sums, bias, value, place, rest, rest_count: others } = section;
  const name = `y[${place.join(", ")}]`;
  const listed = sums.map(({ channel, sum }) =>
    row([say("convolution.channel", { channel }), signed(sum, DIGITS)]),
  );
  const table = make(
    "table",
    {},
    head([say("convolution.of"), say("inspector.product")]),
    body([
      ...listed,
      ...(others ? [row([say("inspector.rest", { count: others }), signed(rest, DIGITS)])] : []),
      row([say("inspector.bias"), signed(bias, DIGITS)]),
    ]),
    make("tfoot", {}, row([`${name} =`, number(value, DIGITS)])),
  );
  return {
    parts: [
      make("div", { class: "left" }, table),
      make("div", { class: "right patches" }, ...pictures(page, section)),
    ],
  };
}

/** Patch, kernel and products of the channels that add most. */
function pictures({ say, colours }, { shown, patches }) {
  return ["x", "w", "products"].map((key) => {
    const [, height, width] = patches[key].shape;
    const values = decode(patches[key]);
    const limit = colours.limit(values);
    const scale = limit === 0 ? say("convolution.nothing") : `±${fixed(limit, 4)}`;
    const words = say(`convolution.${key}`, { scale, channels: shown.join(", ") });
    const canvas = make("canvas", { role: "img", "aria-label": words });
    const grid = { rows: 1, columns: shown.length, maps: shown.length, height, width };
    paintCells(canvas, values, { grid, scale: "signed", limit }, colours);
    const type = shown.length > 1 ? "wide" : ""; // one beside the next where each is a single map
    return make("figure", { class: type }, canvas, make("figcaption", {}, words));
  });
}

const SHOWN = 6; // channels whose patch and kernel are drawn; the sums of all are there
const MOST = 64; // sums of channels that are listed

/** @type {import("./index.js").Derive} */
export function derive({ unit, entering, parameters, source, link }) {
  const place = placeOf(unit, link.shape);
  const found = patchSum(link, parameters, entering, place);
  const { first, sizes, sums, order, bias, total } = found;
  const top = order.slice(0, SHOWN);
  const size = sizes[0] * sizes[1];
  const planes = (values) =>
    encode(
      Float32Array.from(top.flatMap((at) => [...values.subarray(at * size, (at + 1) * size)])),
      [top.length, ...sizes],
    );
  return {
    ...{ place, bias, total, source },
    sums: order.slice(0, MOST).map((at) => ({ channel: first + at, sum: sums[at] })),
    rest: add(order.slice(MOST).map((at) => sums[at])),
    rest_count: Math.max(0, order.length - MOST),
    shown: top.map((at) => first + at),
    patches: {
      x: planes(found.patch),
      w: planes(found.kernel),
      products: planes(found.products),
    },
  };
}
