/** What feeds a unit, in words: what is drawn and what is not; both together are the whole sum. */

import { make } from "../base/elements.js";
import { fixed } from "../base/numbers.js";

/** @param {import("../state/types.js").Page} page */
export function createFeeding(page) {
  const { say } = page;
  const reading = make("p", { class: "reading", "aria-live": "polite" });
  const legend = make("p", { class: "legend" });
  return {
    elements: [reading, legend],
    /**
     * @param {any} paths of a unit, or null
     * @param {number | undefined} value of the unit
     * @param {number} most the widest line
     */
    read(paths, value, most) {
      legend.hidden = !paths;
      reading.textContent = paths ? sentence(page, paths, value) : "\u00a0";
      if (paths) legend.textContent = say("network.legend", { most: fixed(most, 4) });
    },
  };
}

function sentence({ say }, { step, unit, edges, left }, value) {
  const cell = say("network.cell", { step, unit, value: fixed(value, 6) });
  // the nearest one: the unit's own, or the one that a ReLU or the softmax passes on
  const [sum] = left;
  if (!sum) return `${cell}. ${say("network.pass")}`;
  const drawn = edges
    .filter(
      ({ to, target, value: size }) => to === sum.step && target === sum.unit && size !== null,
    )
    .reduce((total, edge) => total + edge.value, 0);
  const words = say("network.sum", {
    drawn: fixed(drawn, 4),
    count: sum.count,
    positive: `+${fixed(sum.positive, 4)}`,
    negative: fixed(sum.negative, 4),
    bias: fixed(sum.bias, 4),
    total: fixed(sum.total, 4),
  });
  return `${cell}. ${sum.step === step ? "" : `${sum.step}[${sum.unit}]: `}${words}`;
}
