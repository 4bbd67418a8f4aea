/**
 * One parameter: all of its values as a picture, exact under the pointer, and how often each size
 * occurs.
 */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { createRaster, plain } from "../canvas/raster.js";

const BINS = 60;
const [WIDTH, HEIGHT] = [600, 120]; // of the histogram, in pixels

/** @typedef {import("./weights.js").Parameter} Parameter */

/** @param {import("../state/types.js").Page} page */
export function createParameter({ say, colours }) {
  const title = make("h2");
  const legend = make("p", { class: "legend" });
  const reading = make("p", { class: "reading" });
  const histogram = make("canvas", {
    class: "histogram",
    width: WIDTH,
    height: HEIGHT,
    role: "img",
  });
  /** @type {Parameter | null} */ let shown = null;
  const picture = createRaster({
    colours,
    hover(text) {
      reading.textContent = text || "\u00a0";
    },
    describe: (index) => place(shown, index),
  });

  return {
    element: make(
      "div",
      { class: "column" },
      title,
      legend,
      make("div", { class: "scroll", tabindex: "0", role: "group" }, picture.canvas),
      reading,
      histogram,
    ),
    title({ name }) {
      title.textContent = name;
    },
    /** @param {Parameter} parameter @param {Float32Array} values */
    draw(parameter, values) {
      shown = parameter;
      const { name, count, size } = parameter;
      const columns = across(parameter);
      const limit = colours.limit(values);
      const [low, high] = [fixed(-limit), fixed(limit)];
      picture.draw(values, plain(count / columns, columns), limit);
      picture.canvas.classList.toggle("thin", columns === count);
      picture.canvas.setAttribute("aria-label", say("weights.picture", { name, count }));
      const axes = size.length === 2 ? ` ${say("weights.axes")}` : "";
      legend.textContent = say("weights.legend", { low, high }) + axes;
      const most = drawHistogram(histogram, values, limit);
      histogram.setAttribute("aria-label", say("weights.histogram", { count, most, low, high }));
    },
  };
}

/**
 * Values in a row of the picture: all of a vector, else those of one output.
 *
 * @param {Parameter} parameter
 */
function across({ size, count }) {
  return size.length < 2 ? count : count / size[0];
}

/** A value's name. @param {Parameter} parameter @param {number} index */
function place(parameter, index) {
  const { name, size } = parameter;
  if (size.length < 2) return `${name}[${index}]`;
  const columns = across(parameter);
  return `${name}[${Math.floor(index / columns)}, ${index % columns}]`;
}

/** How many values lie in each of 60 bins over the scale of the picture; the largest count. */
function drawHistogram(canvas, values, limit) {
  const bins = new Uint32Array(BINS);
  for (let index = 0; index < values.length; index += 1) {
    const share = limit === 0 ? 0.5 : (values[index] + limit) / (2 * limit);
    bins[Math.min(BINS - 1, Math.floor(BINS * share))] += 1;
  }
  const most = Math.max(...bins);
  const [wide, high, ground] = [WIDTH / BINS, HEIGHT - 12, HEIGHT - 2];
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = style.getPropertyValue("--le-accent");
  bins.forEach((count, bin) => {
    const length = (high * count) / most;
    context.fillRect(wide * bin, ground - length, wide - 1, length);
  });
  context.fillStyle = style.getPropertyValue("--le-text");
  context.fillRect(WIDTH / 2 - 1, 0, 1, ground);
  return most;
}
