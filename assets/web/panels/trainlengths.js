/** How long gradient and weights of each layer are, over all batches, on logarithmic axes. */

import { listed } from "../base/lists.js";
import { digits } from "../base/numbers.js";
import { span } from "../canvas/axes.js";
import { createChart, key, stroke } from "./trainchart.js";

const KINDS = ["gradient", "weights"];

/** @param {import("../state/types.js").Page} page */
export function createLengths({ say }) {
  const charts = KINDS.map((kind) => ({ kind, ...createChart() }));

  function draw({ kind, show }, { lengths, layers, total }) {
    const curves = layers.map(({ name }) => lengths[kind][name] ?? []);
    const names = layers.map((layer, index) => key(index, layer.name, written(layer[kind])));
    const title = say(`train.lengths.${kind}`);
    const values = curves.flatMap((points) => points.map(([, value]) => value));
    const list = listed(say, names);
    const words = [say("train.lengths.legend", { names: list })];
    if (values.includes(0)) words.push(say("train.lengths.zero"));
    show({
      ...{ title, legend: words.join(" "), alternative: `${title}: ${list}` },
      lines: curves.map((points, index) => ({ points, ...stroke(index) })),
      ...{ y: span(values), log: true, total, name: say("train.axis") },
    });
  }

  return {
    elements: charts.map(({ element }) => element),
    show: (state) => charts.forEach((chart) => draw(chart, state)),
  };
}

const written = (length) => (length === null ? "—" : digits(length));
