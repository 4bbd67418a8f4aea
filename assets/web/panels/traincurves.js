/** The curves of a training: loss, accuracy, and dead units, over all batches it will have. */

import { listed } from "../base/lists.js";
import { digits } from "../base/numbers.js";
import { limit } from "../canvas/arrays.js";
import { createChart, key, stroke } from "./trainchart.js";

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
    const names = steps.map(([name, points], index) =>
      key(index, name, `${(100 * points.at(-1)[1]).toFixed(1)}\u202f%`),
    );
    const list = listed(say, names);
    const legend = steps.length
      ? say("train.dead.legend", { tested: whole(tested), names: list })
      : say("train.dead.none");
    charts.dead.show({
      ...{ title, legend, alternative: `${title}: ${list}` },
      lines: steps.map(([, points], index) => ({
        points: inPercent(points),
        ...stroke(index),
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
