/** A chart of the training: a title, lines over batches, and what the lines mean. */

import { make } from "../base/elements.js";
import { drawLines } from "../canvas/axes.js";

const COLOURS = ["--le-accent", "--le-positive", "--le-negative", "--le-text"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const MARKS = ["——", "– –", "·····", "– · –"]; // in the legend, for each of these

/** A line in the legend, of which nothing is torn apart: its mark, name and newest value. */
export function key(/** @type {number} */ index, name, value) {
  const whole = `${stroke(index).mark} ${name} ${value}`;
  return whole.replaceAll("–", "–\u2060").replaceAll(" ", "\u00a0");
}

/** How one of several lines is drawn, and its mark in the legend. @param {number} index */
export function stroke(index) {
  const [colour, dash, mark] = [COLOURS, DASHES, MARKS].map((all) => all[index % all.length]);
  return { colour, dash, mark };
}

/** A titled canvas that is drawn anew when its size changes, and what its lines mean. */
export function createChart() {
  const canvas = make("canvas", { class: "chart", role: "img" });
  const title = make("h4");
  const legend = make("p", { class: "legend muted" });
  /** @type {any} */ let chart = null;
  const draw = () => chart && drawLines(canvas, chart);
  new ResizeObserver(draw).observe(canvas);
  return {
    element: make("figure", { class: "plotted" }, title, canvas, legend),
    show({ title: text, legend: words, alternative, total, ...lines }) {
      title.textContent = text;
      legend.textContent = words;
      canvas.setAttribute("aria-label", alternative);
      chart = { ...lines, x: [0, total] };
      draw();
    },
  };
}
