/**
 * Our own drawings to start from, as a row of buttons: also the way to a picture without a pointer.
 */

import { make } from "../base/elements.js";
import { bytes } from "../base/numbers.js";
import { paintPicture } from "../canvas/cells.js";
import { USUAL } from "../state/pictures.js";

/** @param {import("../state/types.js").Page} page @returns {import("../state/types.js").Part} */
export function createSamples({ say, start, sampled, actions, fit }) {
  const { samples } = start;
  const row = make("div", { class: "samples", role: "group" });
  const buttons = samples.map((sample) => {
    const canvas = make("canvas", { "aria-hidden": "true" });
    paintPicture(canvas, bytes(sample.pixels), USUAL);
    return make(
      "button",
      {
        type: "button",
        class: "sample",
        onclick: (event) => actions.put(fit(sample.pixels), { since: event.timeStamp }),
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
