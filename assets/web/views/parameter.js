/**
 * One parameter: all of its values as a picture, exact under the pointer, and how often each size
 * occurs. In a comparison of two ages both stand on one scale, and what lies between them on its
 * own.
 */

import { contextOf, make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";
import { sure } from "../base/sure.js";
import { createRaster, kernels, plain } from "../canvas/raster.js";
import { placeOf } from "../kinds/parts.js";

const BINS = 60;
const [WIDTH, HEIGHT] = [600, 120]; // of the histogram, in pixels

/**
 * @typedef {import("./weights.js").Parameter} Parameter
 * @typedef {{title: string, values: Float32Array}} Side of a comparison, or all there is
 */

/** @param {import("../state/types.js").Page} page */
export function createParameter({ say, colours }) {
  const title = make("h2");
  const legend = make("p", { class: "legend" });
  const reading = make("p", { class: "reading" }, "\u00a0");
  const bins = make("p", { class: "legend bins" });
  const key = make("p", { class: "legend" });
  const histogram = make("canvas", {
    class: "histogram",
    width: WIDTH,
    height: HEIGHT,
    role: "img",
  });
  /** @type {Parameter | null} */ let shown = null;
  /** @type {Side[]} */ let sides = [];
  const pictures = ["one", "two", "apart"].map((side) => createPicture(side, colours, read));

  function read(index) {
    reading.textContent = index < 0 ? "\u00a0" : `${place(sure(shown), index)} = ${written(index)}`;
  }

  function written(index) {
    const [one, two] = sides.map(({ values }) => values[index]);
    if (two === undefined) return fixed(one, 6);
    return say("weights.both", {
      one: fixed(one, 6),
      two: fixed(two, 6),
      difference: fixed(two - one, 6),
    });
  }

  return {
    element: make(
      "div",
      { class: "column" },
      ...[title, legend, reading, ...pictures.map(({ element }) => element), histogram, bins, key],
    ),
    title({ name }) {
      title.textContent = name;
    },
    /** A sentence where there are no values to be drawn. */
    blank(sentence) {
      legend.textContent = sentence;
      for (const each of [reading, bins, key]) each.textContent = "\u00a0";
      for (const { element } of [...pictures, { element: histogram }]) element.hidden = true;
    },
    /** @param {Parameter} parameter @param {Side[]} both one side, or two */
    draw(parameter, both) {
      [shown, sides] = [parameter, both];
      histogram.hidden = false;
      const [one, two] = both;
      const limit = Math.max(...both.map(({ values }) => colours.limit(values)));
      const between = two && difference(one.values, two.values);
      const end = between ? colours.limit(between) : 0;
      const all = both.map(({ title: name, values }) => ({ name, values, limit }));
      if (between) all.push({ name: apart(say, one, two, end), values: between, limit: end });
      pictures.forEach((picture, at) => picture.draw(parameter, all[at], Boolean(two), say));
      const [low, high] = [fixed(-limit), fixed(limit)];
      legend.textContent = say("weights.legend", { low, high }) + arrangement(parameter, say);
      const most = drawHistogram(histogram, both, limit);
      key.textContent = two ? say("weights.key", { one: one.title, two: two.title }) : "";
      const { count } = parameter;
      bins.textContent = say("weights.histogram", { count, most, low, high });
      histogram.setAttribute("aria-label", bins.textContent);
    },
  };
}

/** One picture of all values, named only where it is not the only one. */
function createPicture(side, colours, read) {
  const caption = make("figcaption");
  const picture = createRaster({ colours, hover: (_, index) => read(index), describe: () => "" });
  const scroll = { class: "scroll", tabindex: "0", role: "group" };
  const element = make(
    "figure",
    { "data-side": side, hidden: true },
    ...[caption, make("div", scroll, picture.canvas)],
  );
  return {
    element,
    draw(parameter, shown, named, say) {
      element.hidden = !shown;
      if (!shown) return;
      const { name, count } = parameter;
      const columns = across(parameter);
      const laid = tiled(parameter) ? kernels(parameter.size) : plain(count / columns, columns);
      picture.draw(shown.values, laid, shown.limit);
      picture.canvas.classList.toggle("thin", columns === count);
      const words = say("weights.picture", { name, count });
      picture.canvas.setAttribute("aria-label", named ? `${shown.name}: ${words}` : words);
      caption.hidden = !named;
      caption.textContent = shown.name;
    },
  };
}

/** @param {Float32Array} one @param {Float32Array} two @returns {Float32Array} two − one */
export function difference(one, two) {
  return two.map((value, index) => value - one[index]);
}

/** What lies between two sides, in words: which from which, its scale, how many values differ. */
function apart(say, one, two, end) {
  const count = one.values.length;
  const changed = one.values.reduce((sum, value, at) => sum + Number(value !== two.values[at]), 0);
  return say("weights.apart", {
    one: one.title,
    two: two.title,
    low: fixed(-end),
    high: fixed(end),
    changed,
    count,
  });
}

/**
 * Values in a row of the picture: all of a vector, else those of one output.
 *
 * @param {Parameter} parameter
 */
function across({ size, count }) {
  return size.length < 2 ? count : count / size[0];
}

/** Whether its last two dimensions are pictures: the kernels of a convolution. */
function tiled({ size }) {
  return size.length === 4 && size[2] * size[3] > 1;
}

/** What stands where in the picture, in words. @param {Parameter} parameter */
function arrangement(parameter, say) {
  const [, inputs] = parameter.size;
  if (tiled(parameter))
    return ` ${inputs > 1 ? say("weights.kernels", { inputs }) : say("weights.kernels.one")}`;
  return parameter.size.length === 2 ? ` ${say("weights.axes")}` : "";
}

/** A value's name. @param {Parameter} parameter @param {number} index */
function place({ name, size }, index) {
  return `${name}[${(size.length < 2 ? [index] : placeOf(index, size)).join(", ")}]`;
}

/**
 * How many values lie in each of 60 bins over the scale of the picture: bars, and a line for the
 * other side of a comparison. The largest count.
 *
 * @param {any} canvas
 * @param {Side[]} sides
 */
function drawHistogram(canvas, sides, limit) {
  const [bars, line] = sides.map(({ values }) => counts(values, limit));
  const most = Math.max(...bars, ...(line ?? []));
  const [wide, high, ground] = [WIDTH / BINS, HEIGHT - 12, HEIGHT - 2];
  const context = contextOf(canvas);
  const style = getComputedStyle(canvas);
  const top = (count) => ground - (high * count) / most;
  context.clearRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = style.getPropertyValue("--le-accent");
  bars.forEach((count, bin) =>
    context.fillRect(wide * bin, top(count), wide - 1, ground - top(count)),
  );
  context.fillStyle = context.strokeStyle = style.getPropertyValue("--le-text");
  context.fillRect(WIDTH / 2 - 1, 0, 1, ground);
  context.lineWidth = 2;
  context.beginPath();
  line?.forEach((count, bin) => {
    context.lineTo(wide * bin, top(count));
    context.lineTo(wide * (bin + 1), top(count));
  });
  context.stroke();
  return most;
}

/** How many values lie in each bin between −limit and limit. */
function counts(values, limit) {
  const bins = new Uint32Array(BINS);
  for (let index = 0; index < values.length; index += 1) {
    const share = limit === 0 ? 0.5 : (values[index] + limit) / (2 * limit);
    bins[Math.min(BINS - 1, Math.floor(BINS * share))] += 1;
  }
  return bins;
}
