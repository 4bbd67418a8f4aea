/**
 * Our own drawings to start from, as a row of buttons: also the way to a picture without a pointer.
 */

import { make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { SIDE } from "../base/size.js";
import { paintGreys } from "../canvas/cells.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSamples({ say, start, sampled, actions }) {
  const { samples } = start;
  const row = make("div", { class: "samples", role: "group" });
  const buttons = samples.map((sample) => {
    const canvas = make("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    paintGreys(canvas, bytes(sample.pixels));
    return make(
      "button",
      {
        type: "button",
        class: "sample",
        onclick: (event) => actions.put(sample.pixels, { since: event.timeStamp }),
      },
      canvas,
    );
  });
  row.append(...buttons);
  return {
    element: row,
    name() {
      row.setAttribute("aria-label", say("samples.label"));
      buttons.forEach((button, index) => {
        const label = sampled()[samples[index].label];
        button.title = label;
        button.setAttribute("aria-label", say("samples.take", { label }));
      });
    },
  };
}
