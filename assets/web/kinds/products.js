/** All products of a sum as bars, from largest to smallest. */

import { contextOf, make } from "../base/elements.js";
import { decode, fixed } from "../base/numbers.js";
import { placed } from "./parts.js";

const HEIGHT = 160; // of the bars, in pixels

/**
 * Every product as a bar; a click follows it to the unit it comes from.
 *
 * @param {import("../state/types.js").Page} page
 */
export function createBars({ say, colours, actions }, first) {
  const { inputs, source } = first;
  const { output, input } = placed(first);
  const canvas = make("canvas", { width: inputs, height: HEIGHT, role: "img", class: "sorted" });
  const reading = make("figcaption");
  let values = new Float32Array(0);
  /** @type {number[]} */ let order = [];
  let caption = "";

  /** The input under the pointer. */
  function at({ offsetX }) {
    const place = Math.floor((order.length * offsetX) / canvas.clientWidth);
    return order[Math.min(order.length - 1, Math.max(0, place))];
  }

  canvas.addEventListener("pointermove", (event) => {
    const index = at(event);
    actions.light(index);
    const product = fixed(values[index], 6);
    reading.textContent = `x[${input(index)}] · w[${output}, ${index}] = ${product}`;
  });
  canvas.addEventListener("pointerleave", () => {
    actions.light(-1);
    reading.textContent = caption;
  });
  canvas.addEventListener("click", (event) => {
    if (source) actions.follow(source, (first.first ?? 0) + at(event), event.timeStamp);
  });
  return {
    elements: [make("figure", { class: "wide" }, canvas, reading)],
    renew(section) {
      values = decode(section.pictures.products);
      order = Array.from(values.keys()).sort((one, other) => values[other] - values[one]);
      const limit = colours.limit(values);
      drawBars(canvas, values, order, limit, colours);
      caption = say("inspector.bars", { count: values.length, limit: fixed(limit, 4) });
      reading.textContent = caption;
      canvas.setAttribute("aria-label", caption);
    },
  };
}

function drawBars(canvas, values, order, limit, colours) {
  const context = contextOf(canvas);
  const painted = new Uint32Array(values.length);
  colours.fill(values, "signed", limit, painted);
  const rgba = new Uint8Array(painted.buffer);
  const middle = HEIGHT / 2;
  context.clearRect(0, 0, canvas.width, HEIGHT);
  order.forEach((index, place) => {
    const length = limit === 0 ? 0 : (values[index] / limit) * (middle - 1);
    const at = 4 * index;
    context.fillStyle = `rgb(${rgba[at]},${rgba[at + 1]},${rgba[at + 2]})`;
    context.fillRect(place, Math.min(middle, middle - length), 1, Math.max(1, Math.abs(length)));
  });
}
