/** The curves of a training: loss, accuracy, and dead units, over all batches it will have. */

import { make } from "../base/elements.js";
import { digits } from "../base/numbers.js";
import { limit } from "../canvas/arrays.js";
import { drawLines } from "../canvas/axes.js";

const COLOURS = ["--le-accent", "--le-positive", "--le-negative", "--le-text"];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const MARKS = ["——", "– –", "·····", "– · –"]; // in the legend, for each of these
const GUESS = 10; // per cent of ten classes that guessing gets right

/** @param {import("../state/types.js").Page} page */
export function createCurves({ say, store }) {
  const charts = { loss: createChart(), accuracy: createChart(), dead: createChart() };
  const whole = (number) => number.toLocaleString(store.get().language);

  function loss({ loss: { width, means }, smoothed, total }) {
    const thin = means.map((mean, index) => [(index + 0.5) * width + 0.5, mean]);
    const title = say("train.loss");
    const [batch, value] = smoothed.at(-1) ?? [0, null];
    charts.loss.show({
      title,
      legend: say("train.loss.legend", { count: width, width }),
      alternative: say("train.loss.now", {
        title,
        batch: whole(batch),
        value: value === null ? "—" : digits(value),
      }),
      lines: [
        { points: thin, colour: "--le-muted", width: 1 },
        { points: smoothed, colour: "--le-accent", width: 3 },
      ],
      y: [
        0,
        limit(
          means,
          smoothed.map(([, each]) => each),
        ),
      ],
      ...{ total, name: say("train.axis") },
    });
  }

  function accuracy({ accuracy: points, tested, every, total }) {
    const title = say("train.accuracy", { tested: whole(tested) });
    const [batch, share] = points.at(-1);
    const value = (100 * share).toFixed(1);
    charts.accuracy.show({
      title,
      legend: say("train.accuracy.legend", { every }),
      alternative: say("train.accuracy.now", { title, batch: whole(batch), value }),
      lines: [
        {
          points: [
            [0, GUESS],
            [total, GUESS],
          ],
          colour: "--le-muted",
          width: 1,
          dash: [6, 4],
        },
        { points: inPercent(points), colour: "--le-accent", width: 3 },
      ],
      y: [0, 100],
      ...{ total, name: say("train.axis") },
    });
  }

  function dead({ dead: curves, tested, total }) {
    const title = say("train.dead");
    const steps = Object.entries(curves);
    const names = steps.map(
      ([name, points], index) =>
        `${MARKS[index % MARKS.length]} ${name} ${(100 * points.at(-1)[1]).toFixed(1)}\u202f%`,
    );
    const legend = steps.length
      ? say("train.dead.legend", { tested: whole(tested), names: names.join(", ") })
      : say("train.dead.none");
    charts.dead.show({
      ...{ title, legend, alternative: `${title}: ${names.join(", ")}` },
      lines: steps.map(([, points], index) => ({
        points: inPercent(points),
        colour: COLOURS[index % COLOURS.length],
        dash: DASHES[index % DASHES.length],
      })),
      y: [0, 100],
      ...{ total, name: say("train.axis") },
    });
  }

  return {
    elements: Object.values(charts).map(({ element }) => element),
    show(state) {
      loss(state);
      accuracy(state);
      dead(state);
    },
  };
}

const inPercent = (points) => points.map(([batch, share]) => [batch, 100 * share]);

/** A titled canvas that is drawn anew when its size changes, and what its lines mean. */
function createChart() {
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
